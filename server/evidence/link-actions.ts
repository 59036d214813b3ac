import { hasLivingCode, mailCode, tryCode, type Mailing, type Verdict } from '../access/codes.ts'
import { beginLinkSession, findLink, findRecipient, recipientScope, type CookieJar, type FoundLink, type Proof } from '../access/links.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { LinkPolicy } from '../database/schema/engagements.ts'
import { requestNumber } from '../requests/rules.ts'
import { findRequest, lockRequest } from '../requests/store.ts'
import { mailOwner } from '../requests/way-actions.ts'
import type { LinkScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { recordView } from '../trail/views.ts'
import { isAnswerable } from './rules.ts'
import { findNumber, hasFreshLink } from './store.ts'

/** What a link's address leads to. Only an open one has a scope; `sign_in`: its engagement lets links open nothing. */
export type Doorstep =
  | { readonly state: 'open', readonly policy: Exclude<LinkPolicy, 'account_only'>, readonly scope: LinkScope, readonly email: string, readonly number: number, readonly title: string, readonly dueOn: string | null }
  | { readonly state: Exclude<FoundLink['state'], 'open'> | 'unknown' | 'sign_in' }

export type OpenDoor = Extract<Doorstep, { state: 'open' }>

/** Looks at a link and changes nothing, not even the access log: mail scanners do this all day. */
export async function lookAtLink(site: Site, token: string, address: string): Promise<Doorstep> {
  const link = await findLink(site.db, token)
  if (!link) return { state: 'unknown' }
  const recipient = await findRecipient(site.db, link, address)
  if (recipient?.policy === 'account_only') return { state: 'sign_in' }
  if (link.state !== 'open') return { state: link.state }
  if (!recipient) return { state: 'left' }
  const { scope, policy, email } = recipient
  return await inScope(site.db, scope, async (trx) => {
    const request = await findRequest(trx, scope, await findNumber(trx, scope, link.requestId))
    return { state: 'open', policy, scope, email, number: request.number, title: request.title, dueOn: request.due_on }
  })
}

/** Starts a session for the one request of the link; pressing again, by a scanner or a person, starts another. */
export async function openLink(site: Site, scope: LinkScope, jar: CookieJar, proof: Proof = 'link'): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await beginLinkSession(trx, scope, jar, site.config.publicUrl.protocol === 'https:', proof)
    await recordView(trx, scope, 'link_opened', scope.actor.id)
    await record(trx, scope, { kind: 'link.opened', facts: { linkId: scope.actor.id, requestId: scope.actor.requestId, proof } })
  })
}

/** Mails a code for the link's request; unless `again`, not while one of the last minutes still works. */
export async function sendLinkCode(site: Site, { scope, number }: OpenDoor, again: boolean): Promise<Mailing> {
  return await inScope(site.db, scope, async (trx) => {
    if (!again && await hasLivingCode(trx, scope, 'request')) return 'recent'
    const mailing = await mailCode(trx, scope, site.sealer, 'request', requestNumber(number))
    if (mailing === 'sent') await record(trx, scope, { kind: 'link.code_sent', facts: { linkId: scope.actor.id, requestId: scope.actor.requestId, purpose: 'request' } })
    return mailing
  })
}

/** Opens the link for who typed its code. */
export async function openWithCode(site: Site, scope: LinkScope, typed: string, jar: CookieJar): Promise<Verdict> {
  const verdict = await inScope(site.db, scope, async (trx) => {
    const found = await tryCode(trx, scope, site.sealer, 'request', typed)
    if (found === 'wrong') await record(trx, scope, { kind: 'link.code_refused', facts: { linkId: scope.actor.id, requestId: scope.actor.requestId, purpose: 'request' } })
    return found
  })
  if (verdict === 'right') await openLink(site, scope, jar, 'code')
  return verdict
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
    await record(trx, scope, ...(await mailOwner(trx, sender, site.sealer, request, { template: 'fresh_link' })).events)
  })
}
