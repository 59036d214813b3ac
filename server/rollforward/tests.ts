import type { Carriage, Part } from './carriage.ts'

/** Test lines as they were planned, with procedures and attributes, and the legend of tickmarks. */
export function carryTests({ source, plan, id, by, fresh }: Carriage, controls: ReadonlyMap<string, string>): Part {
  const retests = source.test_line.filter((line) => line.retest_of !== null)
  const staying = source.test_line.filter((line) => line.retest_of === null && controls.has(line.control_id) && (plan.type === 2 || line.kind !== 'sample'))
  const ids = new Map(staying.map((line) => [line.id, fresh()]))
  const attributes = source.attribute.filter((row) => ids.has(row.test_line_id))
  const procedures = source.test_procedure.filter((row) => ids.has(row.test_line_id))
  return {
    rows: [
      ['test_line', staying.map((line) => ({
        engagement_id: id, id: ids.get(line.id)!, control_id: controls.get(line.control_id)!, sequence: line.sequence, title: line.title, item_noun: line.item_noun,
        kind: line.kind, frequency: line.frequency, control_wording_version: 1, created_by: by,
      }))],
      ['test_procedure', procedures.map(({ test_line_id: of, position, nature, text }) => ({ engagement_id: id, test_line_id: ids.get(of)!, position, nature, text }))],
      ['attribute', attributes.map(({ test_line_id: of, letter, question, expected, clause, problem }) => ({ engagement_id: id, test_line_id: ids.get(of)!, letter, question, expected, clause, problem }))],
      ['tickmark', source.tickmark.map(({ symbol, meaning }) => ({ engagement_id: id, symbol, meaning, entered_by: by }))],
    ],
    came: [
      { what: 'Test lines, planned only', count: staying.length }, { what: 'Procedures', count: procedures.length },
      { what: 'Attributes', count: attributes.length }, { what: 'Tickmarks of the legend', count: source.tickmark.length },
    ],
    left: [
      { what: 'Retests', count: retests.length },
      { what: 'Test lines of controls left behind, or that this type does not have', count: source.test_line.length - staying.length - retests.length },
    ],
  }
}
