import type { Carriage, Part } from './carriage.ts'

/** Controls with their current wording as a first version that nobody has confirmed, and the criteria still in scope. `ids` lead from old to new. */
export function carryControls({ source, id, by, origin, people, criteria, fresh }: Carriage): Part & { readonly ids: ReadonlyMap<string, string> } {
  const served = Map.groupBy(source.control_criterion.filter(({ criterion }) => criteria.has(criterion)), (row) => row.control_id)
  const before = new Set(source.control_criterion.map((row) => row.control_id))
  const ended = source.control.filter((control) => control.effective_to !== null)
  const outside = source.control.filter((control) => control.effective_to === null && before.has(control.id) && !served.has(control.id))
  const staying = source.control.filter((control) => !ended.includes(control) && !outside.includes(control))
  const ids = new Map(staying.map((control) => [control.id, fresh()]))
  const wordings = new Map(source.control_wording.map((wording) => [`${wording.control_id} ${wording.version}`, wording.text]))
  const numbers = (rows: typeof staying) => rows.map(({ number }) => number).toSorted()
  return {
    ids,
    rows: [
      ['control', staying.map((control) => ({
        engagement_id: id, id: ids.get(control.id)!, number: control.number, owner_title: control.owner_title,
        owner_id: control.owner_id !== null && people.has(control.owner_id) ? control.owner_id : null, frequencies: control.frequencies,
        type: control.type, nature: control.nature, risk: control.risk, key_systems: control.key_systems, ipe: control.ipe,
      }))],
      ['control_wording', staying.map((control) => ({
        engagement_id: id, control_id: ids.get(control.id)!, version: 1, text: wordings.get(`${control.id} ${control.wording_version}`) ?? '', source: origin, entered_by: by,
      }))],
      ['control_criterion', staying.flatMap((control) => (served.get(control.id) ?? []).map(({ criterion }) => ({ engagement_id: id, control_id: ids.get(control.id)!, criterion })))],
    ],
    came: [
      { what: 'Controls, with the wording last in force', count: staying.length, why: 'the compliance lead confirms each wording anew' },
      { what: 'Owners of controls', count: staying.filter((control) => control.owner_id !== null && people.has(control.owner_id)).length },
    ],
    left: [
      { what: 'Controls that ended in the period', count: ended.length, names: numbers(ended) },
      { what: 'Controls that serve no criterion in scope any more', count: outside.length, names: numbers(outside) },
    ],
  }
}
