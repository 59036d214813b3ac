import { condition, type Blocker, type Condition } from './conditions.ts'
import type { ReadControl, ReadLine, Reading } from './reading.ts'

/** What a Type 2 asks of its tests. */
export function testConditions(reading: Reading): Condition[] {
  const lines = reading.controls.flatMap(({ testLines }) => testLines)
  return [concluded(reading), signed(reading), notes(lines), pending(lines), sentences(lines)]
}

// A control without a test line counts as one test still to be made, so that it cannot be forgotten.
function concluded({ controls }: Reading): Condition {
  return condition('concluded', 'Tests concluded', controls.flatMap(testsOf), ({ control, line }) => {
    if (!line) return [{ kind: 'control', id: control.number, why: 'not tested yet' }]
    return line.conclusion ? [] : [{ kind: 'test', id: line.reference, why: 'not concluded' }]
  })
}

function signed({ controls }: Reading): Condition {
  return condition('signed', 'Signed by preparer and reviewer', controls.flatMap(testsOf), ({ control, line }) => {
    if (!line) return [{ kind: 'control', id: control.number, why: 'not tested yet' }]
    const why = !line.prepared ? 'not signed by the preparer' : !line.reviewed ? 'not reviewed' : line.significant && !line.partner ? 'not signed by the partner' : null
    return why === null ? [] : [{ kind: 'test', id: line.reference, why }]
  })
}

function notes(lines: readonly ReadLine[]): Condition {
  return condition('notes', 'Review notes closed', lines, ({ reference: id, notes: open }) =>
    open.map(({ number, state, by, text }): Blocker => ({ kind: 'note', id, why: `note ${number}, “${text.length > 60 ? `${text.slice(0, 59)}…` : text}”, ${by}${state === 'answered' ? ', answered' : ''}` })))
}

function pending(lines: readonly ReadLine[]): Condition {
  let left = 0
  const blockers = lines.flatMap(({ reference: id, counts, stale }): Blocker[] => {
    left += counts.pendingCells + stale
    const words = [counts.pendingCells > 0 ? `${counts.pendingCells} pending` : '', stale > 0 ? `${stale} on returned evidence` : ''].filter(Boolean)
    return words.length > 0 ? [{ kind: 'test', id, why: words.join(', ') }] : []
  })
  return { key: 'cells', name: 'No cell pending or stale', figure: left.toLocaleString('en-US'), blockers }
}

function sentences(lines: readonly ReadLine[]): Condition {
  return condition('sentences', 'Sentences agree with cells', lines, ({ reference: id, edited, disagreements }) =>
    disagreements.map((why): Blocker => ({ kind: edited.test || edited.result ? 'sentence' : 'test', id, why })))
}

function testsOf(control: ReadControl): { control: ReadControl, line: ReadLine | null }[] {
  return control.testLines.length > 0 ? control.testLines.map((line) => ({ control, line })) : [{ control, line: null }]
}
