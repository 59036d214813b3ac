import type { ReadControl, ReadLine, Reading } from './reading.ts'

/** What still stands in the way, and which page settles it: a control, a criterion, a test line or an exception by its number. */
export type Blocker = { kind: 'control' | 'criterion' | 'test' | 'exception', id: string, why: string }

/** One condition of the final report; `figure` is how many of how many meet it ('40 of 41'), or what is left of cells. */
export type Condition = { key: ConditionKey, name: string, figure: string, blockers: Blocker[] }

export type ConditionKey = 'wording' | 'covered' | 'mapped' | 'concluded' | 'signed' | 'cells' | 'exceptions' | 'sentences'

export type Gate = { open: boolean, met: number, conditions: Condition[] }

/** The conditions of domain section 8 under which a matrix is more than a draft, decided from one reading. */
export function gateOf(reading: Reading): Gate {
  const conditions = [wording(reading), covered(reading), mapped(reading), ...(reading.engagement.type === 1 ? [] : tested(reading))]
  const met = conditions.filter(({ blockers }) => blockers.length === 0).length
  return { open: met === conditions.length && reading.controls.length > 0, met, conditions }
}

function tested(reading: Reading): Condition[] {
  const lines = reading.controls.flatMap(({ testLines }) => testLines)
  return [concluded(reading), signed(reading), pending(lines), exceptions(lines), sentences(lines)]
}

function wording({ controls }: Reading): Condition {
  return condition('wording', 'Control wording current and confirmed', controls, (control) => {
    const { number: id, wordingVersion, wordingConfirmed, testLines } = control
    const old = testLines.filter((line) => line.wordingVersion !== wordingVersion)
      .map((line): Blocker => ({ kind: 'test', id: line.reference, why: `tested version ${line.wordingVersion}, the wording is now version ${wordingVersion}` }))
    return wordingConfirmed ? old : [{ kind: 'control', id, why: `version ${wordingVersion} is not confirmed by the lead` }, ...old]
  })
}

function covered({ criteria, uncovered }: Reading): Condition {
  return condition('covered', 'Criteria covered', criteria, ({ id }) => (uncovered.includes(id) ? [{ kind: 'criterion', id, why: 'no control is mapped to it' }] : []))
}

function mapped({ controls }: Reading): Condition {
  return condition('mapped', 'Controls mapped to criteria in scope', controls, ({ number: id, criteria }) =>
    (criteria.length > 0 ? [] : [{ kind: 'control', id, why: 'serves no criterion in scope' }]))
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
    if (line.prepared && line.reviewed) return []
    return [{ kind: 'test', id: line.reference, why: line.prepared ? 'not reviewed' : 'not signed by the preparer' }]
  })
}

function pending(lines: readonly ReadLine[]): Condition {
  let left = 0
  const blockers = lines.flatMap(({ reference: id, counts, cells }): Blocker[] => {
    const stale = cells.filter((cell) => cell.stale && cell.result !== 'pending').length
    left += counts.pendingCells + stale
    const words = [counts.pendingCells > 0 ? `${counts.pendingCells} pending` : '', stale > 0 ? `${stale} on returned evidence` : ''].filter(Boolean)
    return words.length > 0 ? [{ kind: 'test', id, why: words.join(', ') }] : []
  })
  return { key: 'cells', name: 'No cell pending or stale', figure: left.toLocaleString('en-US'), blockers }
}

function exceptions(lines: readonly ReadLine[]): Condition {
  return condition('exceptions', 'Exceptions final or cleared', lines.flatMap((line) => line.exceptions), ({ number: id, state }) =>
    (state === 'final' || state === 'cleared' ? [] : [{ kind: 'exception', id, why: state.replaceAll('_', ' ') }]))
}

function sentences(lines: readonly ReadLine[]): Condition {
  return condition('sentences', 'Sentences agree with cells', lines, ({ reference: id, disagreements }) => disagreements.map((why): Blocker => ({ kind: 'test', id, why })))
}

function condition<T>(key: ConditionKey, name: string, all: readonly T[], find: (one: T) => Blocker[]): Condition {
  const found = all.map(find)
  const done = found.filter((blockers) => blockers.length === 0).length
  return { key, name, figure: `${done} of ${all.length}`, blockers: found.flat() }
}

function testsOf(control: ReadControl): { control: ReadControl, line: ReadLine | null }[] {
  return control.testLines.length > 0 ? control.testLines.map((line) => ({ control, line })) : [{ control, line: null }]
}
