import { beginLinkSession, findLink, recipientScope, type CookieJar, type FoundLink } from '../access/links.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { sendLink } from '../requests/actions.ts'
import { findRequest, lockRequest } from '../requests/store.ts'
import type { LinkScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { recordView } from '../trail/views.ts'
import { isAnswerable } from './rules.ts'
import { findNumber, hasFreshLink } from './store.ts'

/** What a link's address leads to. Only an open one has a scope. */
export type Doorstep =
  | { readonly state: 'open', readonly scope: LinkScope, readonly number: number, readonly title: string, readonly dueOn: string | null }
  | { readonly state: Exclude<FoundLink['state'], 'open'> | 'unknown' }

/** Looks at a link and changes nothing, not even the access log: mail scanners do this all day. */
export async function lookAtLink(site: Site, token: string, address: string): Promise<Doorstep> {
  const link = await findLink(site.db, token)
  if (!link) return { state: 'unknown' }
  if (link.state !== 'open') return { state: link.state }
  const scope = await recipientScope(site.db, link, address)
  if (!scope) return { state: 'left' }
  return await inScope(site.db, scope, async (trx) => {
    const request = await findRequest(trx, scope, await findNumber(trx, scope, link.requestId))
    return { state: 'open', scope, number: request.number, title: request.title, dueOn: request.due_on }
  })
}

/** Starts a session for the one request of the link; pressing again, by a scanner or a person, starts another. */
export async function openLink(site: Site, scope: LinkScope, jar: CookieJar): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await beginLinkSession(trx, scope, jar, site.config.publicUrl.protocol === 'https:')
    await recordView(trx, scope, 'link_opened', scope.actor.id)
    await record(trx, scope, { kind: 'link.opened', facts: { linkId: scope.actor.id, requestId: scope.actor.requestId } })
  })
}

/**
 * Mails a fresh link to the recipient of an old one, when the request still waits for that very person and none went
 * out in the last minutes. Says nothing of what it did.
 */
export async function sendFreshLink(site: Site, token: string, address: string): Promise<void> {
  const link = await findLink(site.db, token)
  const scope = link && await recipientScope(site.db, link, address)
  if (!scope) return
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, await findNumber(trx, scope, scope.actor.requestId))
    if (request.owner_id !== scope.actor.personId || !isAnswerable(request.status) || await hasFreshLink(trx, scope, request.id)) return
    // The mail comes from the firm: nobody there pressed anything.
    const sender = { ...scope, actor: { ...scope.actor, name: scope.engagement.firm } }
    await record(trx, scope, ...await sendLink(trx, sender, site.sealer, request, 'fresh_link'))
  })
}
