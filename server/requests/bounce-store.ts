import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'

/** A mail that the receiving server refused for good. `why` is that server's own answer. */
export type Bounce = { readonly name: string, readonly email: string, readonly at: Date, readonly why: string }

/** Who could not be reached about a request, latest refusal first; a mail to them that arrived later ends it. */
export async function listBounces(trx: Tx, scope: EngagementScope, requestId: string): Promise<Bounce[]> {
  const { rows } = await sql<Bounce>`
    select distinct on (mail.person_id) person.name, person.email, mail.given_up_at as at, coalesce(mail.last_error, '') as why
    from mail join person on person.id = mail.person_id
    where mail.engagement_id = ${scope.engagement.id} and mail.request_id = ${requestId} and mail.outcome = 'bounced'
      and not exists (select from mail later where later.engagement_id = mail.engagement_id and later.person_id = mail.person_id and later.sent_at > mail.given_up_at)
    order by mail.person_id, mail.given_up_at desc`.execute(trx)
  return rows.toSorted((a, b) => b.at.getTime() - a.at.getTime())
}
