import { mailCode, tryCode, type Mailing, type Verdict } from '../access/codes.ts'
import { insertLink, type CookieJar } from '../access/links.ts'
import { beginListSession } from '../access/lists.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { newToken } from '../secrets.ts'
import type { LinkScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { openLink } from './link-actions.ts'
import { findAsked } from './list-store.ts'

/** Mails the recipient of a link the code for everything that is asked of them on the engagement. */
export async function sendListCode(site: Site, scope: LinkScope): Promise<Mailing> {
  return await inScope(site.db, scope, async (trx) => {
    const mailing = await mailCode(trx, scope, site.sealer, 'list', null)
    if (mailing === 'sent') await record(trx, scope, { kind: 'link.code_sent', facts: { linkId: scope.actor.id, requestId: scope.actor.requestId, purpose: 'list' } })
    return mailing
  })
}

/** Begins the session of the whole list for who typed its code. */
export async function openList(site: Site, scope: LinkScope, typed: string, jar: CookieJar): Promise<Verdict> {
  return await inScope(site.db, scope, async (trx) => {
    const verdict = await tryCode(trx, scope, site.sealer, 'list', typed)
    const facts = { linkId: scope.actor.id, requestId: scope.actor.requestId }
    if (verdict === 'right') {
      await beginListSession(trx, scope, jar, site.config.publicUrl.protocol === 'https:')
      await record(trx, scope, { kind: 'link.list_opened', facts })
    } else if (verdict === 'wrong') await record(trx, scope, { kind: 'link.code_refused', facts: { ...facts, purpose: 'list' } })
    return verdict
  })
}

/**
 * Opens one request of the list by a link of its own, which is mailed to nobody and lives as long as a session may, so
 * that it ends like any other. Throws NotFound for what is not asked of this person, or nothing more can be done about.
 */
export async function openFromList(site: Site, scope: LinkScope, requestId: string, jar: CookieJar): Promise<void> {
  const linkId = await inScope(site.db, scope, async (trx) => {
    const asked = await findAsked(trx, scope, requestId)
    if (!asked?.opens) throw new NotFound()
    return await insertLink(trx, scope, { requestId, personId: scope.actor.personId, token: newToken(), days: 1 })
  })
  await openLink(site, { ...scope, actor: { ...scope.actor, id: linkId, requestId } }, jar, 'code')
}
