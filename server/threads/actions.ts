import { isStillAdmitted } from '../access/links.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden } from '../errors.ts'
import { post } from '../mail/outbox.ts'
import { requestNumber } from '../requests/rules.ts'
import { lockRequest, updateRequest, type RequestRow } from '../requests/store.ts'
import { openWay, type Way } from '../requests/way-actions.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { createHash } from 'node:crypto'
import { asksLead, mentionsIn, readText, refuseUnknownToClient } from './rules.ts'
import { insertComment, insertVisit, listReaders, type TeamReader } from './store.ts'

/** `question`: whether the firm wants an answer to it now; what the client writes always waits for one. */
export type Comment = { readonly text: string | undefined, readonly question?: boolean }

/**
 * Writes into the thread that both sides read. Who is asked or called by name gets a mail at once; the first word of the
 * client starts their request. Throws Invalid for `text`, Refused for a draft, Forbidden when a link ended meanwhile.
 */
export async function comment(site: Site, scope: EngagementScope, number: number, { text: typed, question = false }: Comment): Promise<void> {
  const text = readText(typed)
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    if (scope.actor.kind === 'link' && !await isStillAdmitted(trx, scope)) throw new Forbidden('The link you came by has ended meanwhile, so nothing was written.')
    refuseUnknownToClient(request.status)
    const readers = others(scope, await listReaders(trx, scope, request.owner_id))
    const mentioned = mentionsIn(text, readers)
    const asks = question || scope.side === 'client'
    const id = await insertComment(trx, scope, { requestId: request.id, internal: false, question: asks, text }, mentioned)
    await insertVisit(trx, scope, request.id)
    const asked = asks ? askedBy(scope, request, readers) : []
    const starts = scope.side === 'client' && request.status === 'open'
    if (starts) await updateRequest(trx, scope, request.id, { status: 'in_progress' })
    await record(trx, scope,
      { kind: 'thread.commented', facts: { commentId: id, requestId: request.id, number, question: asks, channel: scope.actor.kind === 'link' ? 'link' : 'login' }, detail: { text } },
      ...starts ? [{ kind: 'request.started', facts: { requestId: request.id, number } } as const] : [],
      ...await mailTo(trx, site, scope, request, asked, 'question_asked', text),
      ...await mailTo(trx, site, scope, request, mentioned.filter(({ id }) => !asked.some((one) => one.id === id)), 'mentioned', text))
  })
}

/** Writes a note that only the firm ever reads; the mail to colleagues called by name does not repeat it. Throws Invalid, Forbidden. */
export async function note(site: Site, scope: EngagementScope, number: number, typed: string | undefined): Promise<void> {
  if (scope.side !== 'firm') throw new Forbidden()
  const text = readText(typed)
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    const readers = others(scope, await listReaders(trx, scope, request.owner_id)).filter(({ firm }) => firm)
    const mentioned = mentionsIn(text, readers)
    const id = await insertComment(trx, scope, { requestId: request.id, internal: true, question: false, text }, mentioned)
    await insertVisit(trx, scope, request.id)
    await record(trx, scope,
      // The words stay in the thread alone; the trail commits to them without holding them.
      { kind: 'thread.noted', facts: { commentId: id, requestId: request.id, number }, detail: { sha256: createHash('sha256').update(text).digest('hex') } },
      ...await mailTo(trx, site, scope, request, mentioned, 'mentioned', null))
  })
}

function others<R extends { readonly id: string }>(scope: EngagementScope, readers: readonly R[]): R[] {
  return readers.filter(({ id }) => id !== personOf(scope))
}

function askedBy(scope: EngagementScope, request: RequestRow, readers: readonly TeamReader[]): TeamReader[] {
  if (scope.side === 'client') {
    const contact = readers.filter(({ id, firm }) => firm && id === (request.reviewer_id ?? request.issued_by))
    return contact.length > 0 ? contact : readers.filter(({ role }) => role === 'manager')
  }
  const owner = readers.filter(({ id }) => id === request.owner_id)
  return asksLead(request.status, owner.length > 0) ? readers.filter(({ role }) => role === 'lead') : owner
}

async function mailTo(trx: Tx, site: Site, scope: EngagementScope, request: RequestRow, readers: readonly TeamReader[], template: 'question_asked' | 'mentioned', text: string | null): Promise<TrailEvent[]> {
  const events: TrailEvent[] = []
  for (const reader of readers) {
    const { link, days, events: opened } = await wayTo(trx, site, scope, request, reader)
    const facts = { firm: scope.engagement.firm, client: scope.engagement.client, from: scope.actor.name, number: requestNumber(request.number), title: request.title, days }
    if (template === 'mentioned') await post(trx, scope, site.sealer, { to: reader.id, template, link, about: request.id, facts: { ...facts, text } })
    else await post(trx, scope, site.sealer, { to: reader.id, template, link, about: request.id, facts: { ...facts, text: text ?? '' } })
    events.push(...opened)
  }
  return events
}

/** The way to the thread: an owner may have no account, so a way of their own goes with it while the request is open. */
async function wayTo(trx: Tx, site: Site, scope: EngagementScope, request: RequestRow, reader: TeamReader): Promise<Pick<Way, 'link' | 'days' | 'events'>> {
  if (reader.role === 'owner' && !asksLead(request.status, true)) return await openWay(trx, scope, site.sealer, request, reader)
  return { link: `/engagements/${scope.engagement.id}/requests/${requestNumber(request.number)}`, days: null, events: [] }
}
