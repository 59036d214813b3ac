import { inScope, type Db } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { findDigestChoice, saveDigestChoice, type DigestChoice } from './digest-store.ts'

/** Sets whether and in which zone's morning a person's daily mail comes; what is asked of them comes in any case. */
export async function chooseDigest(db: Db, scope: PersonScope, wish: { readonly stopped: boolean, readonly zone?: string | null }): Promise<void> {
  await inScope(db, scope, async (trx) => {
    const before = await findDigestChoice(trx, scope)
    const choice: DigestChoice = { stopped: wish.stopped, zone: wish.zone === undefined ? before.zone : wish.zone }
    if (choice.stopped === before.stopped && choice.zone === before.zone) return
    await saveDigestChoice(trx, scope, choice)
    await record(trx, scope, { kind: 'account.digest_changed', facts: choice })
  })
}
