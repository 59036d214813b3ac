import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
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
    /** Path on this site with the token in it, or one path for each thing a digest lists; kept sealed until the mail is sent, then forgotten. */
    readonly link?: string | readonly string[]
    /** Digits to type, kept as a link is. */
    readonly code?: string
    /** Id of the request it is about, which shows when the mail comes back. */
    readonly about?: string
    /** After so many minutes it is of no use any more and is not sent. */
    readonly goodMinutes?: number
  }
}[MessageName]

/** Puts a mail in the outbox; it is sent once the transaction has committed, and never if it rolls back. */
export async function post(trx: Tx, scope: Scope, sealer: Sealer, letter: Letter): Promise<void> {
  const mailId = randomUUID()
  const { link, code, about, goodMinutes } = letter
  await trx.insertInto('mail').values({
    id: mailId,
    engagement_id: scope.engagement?.id ?? null,
    person_id: letter.to,
    template: letter.template,
    facts: JSON.stringify(letter.facts),
    link_sealed: link === undefined ? null : sealer.seal('mail link', typeof link === 'string' ? link : JSON.stringify(link)),
    code_sealed: code === undefined ? null : sealer.seal('mail code', code),
    request_id: about ?? null,
    good_until: goodMinutes === undefined ? null : sql<Date>`now() + make_interval(mins => ${goodMinutes})`,
  }).execute()
  await enqueue(trx, 'deliver_mail', { mailId, engagementId: scope.engagement?.id ?? null })
}
