import type { ReadinessState, RemediationStatus } from '../database/schema/carried.ts'
import { Refused } from '../errors.ts'
import { labelOf } from '../web/states.ts'

export const states = ['in_place', 'missing', 'badly_designed', 'undocumented'] as const satisfies readonly ReadinessState[]
export const statuses = ['open', 'in_progress', 'remediated', 'verified'] as const satisfies readonly RemediationStatus[]

/** Who moves a gap where: the client does the work and says so, the firm looks and closes it or sends it back. */
export const moves = {
  client: { open: ['in_progress', 'remediated'], in_progress: ['remediated'], remediated: ['in_progress'], verified: [] },
  firm: { open: [], in_progress: [], remediated: ['verified', 'in_progress'], verified: ['in_progress'] },
} as const satisfies Record<'client' | 'firm', Record<RemediationStatus, readonly RemediationStatus[]>>

/** The status a side moves a gap to; throws Refused where it cannot from where it is. */
export function next(side: 'client' | 'firm', from: RemediationStatus | null, to: RemediationStatus): RemediationStatus {
  if (from === null) throw new Refused('Nothing is missing here by now, so there is nothing to remediate.')
  if (!(moves[side][from] as readonly RemediationStatus[]).includes(to)) {
    throw new Refused(`This gap is ${labelOf('remediation', from).word.toLowerCase()} by now, so it cannot become ${labelOf('remediation', to).word.toLowerCase()}.`)
  }
  return to
}

/** Where a gap stands after a new assessment: a criterion in place has none, a new gap is open, one that stays keeps its way. */
export function statusAfter(state: ReadinessState, before: RemediationStatus | null): RemediationStatus | null {
  return state === 'in_place' ? null : before ?? 'open'
}
