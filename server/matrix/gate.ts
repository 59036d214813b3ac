import { condition, type Blocker, type Condition } from './conditions.ts'
import { testConditions } from './gate-tests.ts'
import type { ReadControl, ReadException, Reading } from './reading.ts'

export type Gate = { open: boolean, met: number, conditions: Condition[] }

/** The conditions of domain section 8 under which a matrix is more than a draft, decided from one reading. */
export function gateOf(reading: Reading): Gate {
  const conditions = [
    wording(reading), covered(reading), mapped(reading), ...(reading.engagement.type === 1 ? [design(reading)] : testConditions(reading)), exceptions(reading),
  ]
  const met = conditions.filter(({ blockers }) => blockers.length === 0).length
  return { open: met === conditions.length && reading.controls.length > 0, met, conditions }
}

function wording({ controls }: Reading): Condition {
  return condition('wording', 'Control wording current and confirmed', controls, (control) => {
    const { number: id, wordingVersion, wordingConfirmed, testLines } = control
    const old = testLines.filter((line) => line.wordingVersion !== wordingVersion)
      .map((line): Blocker => ({ kind: 'test', id: line.reference, why: `tested version ${line.wordingVersion}, the wording is now version ${wordingVersion}` }))
    return wordingConfirmed ? old : [{ kind: 'control', id, why: `version ${wordingVersion} is not confirmed by the lead` }, ...old]
  })
}

// A criterion without a control is no obstacle once the auditor evaluated that as an exception of its own, or it does not apply.
function covered({ criteria, uncovered }: Reading): Condition {
  return condition('covered', 'Criteria covered', criteria, ({ id, carveOuts, exceptions: own }) => {
    if (!uncovered.includes(id)) return []
    const open = own.find(({ state }) => state !== 'cleared')
    if (open) return [{ kind: 'exception', id: open.number, why: `no control meets ${id}, and this is not evaluated yet` }]
    return [{ kind: 'criterion', id, why: carveOuts.length > 0 ? `only ${carveOuts.join(' and ')} is expected to meet it: name its controls, and the control here that monitors it` : 'no control is mapped to it' }]
  })
}

function mapped({ controls }: Reading): Condition {
  return condition('mapped', 'Controls mapped to criteria in scope', controls, ({ number: id, criteria }) =>
    (criteria.length > 0 ? [] : [{ kind: 'control', id, why: 'serves no criterion in scope' }]))
}

function design({ controls }: Reading): Condition {
  return condition('design', 'Design evaluated and reviewed', controls, ({ number: id, design: found, wordingVersion }: ReadControl) => {
    const why = !found || found.conclusion === 'not_evaluated' ? 'its design is not concluded' : found.wordingVersion !== wordingVersion ? 'its design was evaluated under an older wording'
      : found.reviewed ? null : 'its design is not reviewed'
    return why === null ? [] : [{ kind: 'design', id, why }]
  })
}

function exceptions({ controls, criteria }: Reading): Condition {
  const all = [...controls.flatMap(({ testLines }) => testLines), ...criteria].flatMap((one): ReadException[] => one.exceptions)
  return condition('exceptions', 'Exceptions final or cleared', all, ({ number: id, state, changed = false }) => {
    const told = changed ? 'changed since the client was told: put it to them again' : ''
    if (state === 'final' || state === 'cleared') return changed ? [{ kind: 'exception', id, why: told }] : []
    return [{ kind: 'exception', id, why: [state.replaceAll('_', ' '), told].filter(Boolean).join(', ') }]
  })
}
