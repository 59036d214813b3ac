import { randomUUID } from 'node:crypto'
import type { Tx } from '../database/connect.ts'
import { enqueue } from '../jobs/queue.ts'
import type { Scope } from '../scope.ts'
import type { Sealer } from '../secrets.ts'
import type { MessageName, Messages } from './messages.ts'

export type Letter = {
  [K in MessageName]: {
    readonly to: string
    readonly template: K
    readonly facts: Messages[K]
    /** Path on this site with the token in it; kept sealed until the mail is sent, then forgotten. */
    readonly link?: string
  }
}[MessageName]

/** Puts a mail in the outbox; it is sent once the transaction has committed, and never if it rolls back. */
export async function post(trx: Tx, scope: Scope, sealer: Sealer, letter: Letter): Promise<void> {
  const mailId = randomUUID()
  await trx.insertInto('mail').values({
    id: mailId,
    engagement_id: scope.engagement?.id ?? null,
    person_id: letter.to,
    template: letter.template,
    facts: JSON.stringify(letter.facts),
    link_sealed: letter.link === undefined ? null : sealer.seal('mail link', letter.link),
  }).execute()
  await enqueue(trx, 'deliver_mail', { mailId, engagementId: scope.engagement?.id ?? null })
}
