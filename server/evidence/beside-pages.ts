import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { proposalWords } from './answer-words.ts'
import { countMatches, mayLookAround } from './matches-store.ts'
import { findPersonName, type SubmissionRow } from './store.ts'
import { listWarnings, type KeptWarning } from './warnings-store.ts'

/** What stands beside a version's files: what was proposed instead, an address, warnings with their word, and where else its files are. */
export type Beside = {
  readonly proposed: ReturnType<typeof proposalWords>
  readonly address: string
  /** Who of the client prepared it, where the lead sent it on. */
  readonly preparedBy: string | null
  readonly warned: readonly KeptWarning[]
  readonly matches: { readonly href: string, readonly count: number } | null
}

/** `here`: address of the request; `shown`: the version looked at, or null. */
export async function besideOf(trx: Tx, scope: EngagementScope, requestId: string, shown: SubmissionRow | null, here: string): Promise<Beside> {
  const count = mayLookAround(scope) ? await countMatches(trx, scope, requestId) : 0
  return {
    proposed: shown && proposalWords(shown),
    address: shown?.address ?? '',
    preparedBy: shown?.handed_by && shown.handed_by !== shown.submitted_by ? await findPersonName(trx, shown.handed_by) : null,
    warned: shown ? await listWarnings(trx, scope, shown.id) : [],
    matches: count > 0 ? { href: `${here}/matches`, count } : null,
  }
}
