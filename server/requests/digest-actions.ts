import { findEngagementFacts, findLinkTerms } from '../access/store.ts'
import type { Site } from '../access/site.ts'
import { findAccount } from '../accounts/store.ts'
import { enterEngagement, inScope, type Tx } from '../database/connect.ts'
import { listWaiting } from '../engagements/waiting-store.ts'
import { enqueue } from '../jobs/queue.ts'
import { post } from '../mail/outbox.ts'
import type { EngagementScope, PersonScope, Scope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { entriesOf, MOST_LINES, type Entry } from './digest-pages.ts'
import { insertDigest, listDueRequests, listLooseRequests, listPeopleAtMorning } from './digest-store.ts'
import { openWay } from './way-actions.ts'

type Post = Pick<Site, 'db' | 'sealer'>

/** Puts one job in the queue for everybody whose morning it is and who has had no digest today. */
export async function startDigests(site: Pick<Site, 'db'>, scope: Scope): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    for (const { personId, day } of await listPeopleAtMorning(trx)) await enqueue(trx, 'send_digest', { personId, day }, `digest ${personId}`)
  })
}

/** The scope in which the program gathers what waits for one person: it sees their engagements and no others. */
export function readerScope(personId: string, begun: Scope): PersonScope {
  return { ...begun, actor: { kind: 'person', id: personId, name: '' }, engagement: null }
}

/**
 * Mails one person what waits for them in all their engagements, once for each day; nothing when nothing waits. Whoever
 * answers by link gets a link for each request. `scope` is the reader's.
 */
export async function sendDigest(site: Post, scope: PersonScope, day: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const account = await findAccount(trx, scope.actor.id)
    if (!account || account.removed) return
    const reader: PersonScope = { ...scope, side: account.side === 'firm' ? 'firm' : 'client' }
    const { things } = await listWaiting(trx, reader)
    const entries = entriesOf(things, await listDueRequests(trx, reader), await listLooseRequests(trx, reader))
    if (!await insertDigest(trx, scope.actor.id, day, entries.length) || entries.length === 0) return
    await mailEntries(trx, site, reader, account.name, day, entries)
  })
}

async function mailEntries(trx: Tx, { sealer }: Post, reader: PersonScope, name: string, day: string, entries: readonly Entry[]): Promise<void> {
  const places: { place: string, lines: Entry['line'][], more: number }[] = []
  const links: string[] = []
  const lives: (number | null)[] = []
  const sent: { scope: EngagementScope, things: number, links: { linkId: string, requestId: string }[] }[] = []
  // Always in the same order, so that two digests never wait for each other's logs in a circle.
  for (const [engagementId, listed] of [...Map.groupBy(entries, (entry) => entry.engagementId)].toSorted(([a], [b]) => a < b ? -1 : 1)) {
    await enterEngagement(trx, engagementId)
    const engagement = await findEngagementFacts(trx, engagementId)
    if (!engagement) continue
    const scope: EngagementScope = { ...reader, actor: { kind: 'job', name: 'send_digest' }, side: 'program', role: null, engagement }
    const { policy } = await findLinkTerms(trx, engagementId)
    const opened: { linkId: string, requestId: string }[] = []
    for (const { path, request } of listed.slice(0, MOST_LINES)) {
      const way = request && policy !== 'account_only' ? await openWay(trx, scope, sealer, request, { id: reader.actor.id, name }) : null
      links.push(way?.link ?? path)
      lives.push(way?.days ?? null)
      for (const event of way?.events ?? []) if (event.kind === 'link.sent') opened.push({ linkId: event.facts.linkId, requestId: event.facts.requestId })
    }
    places.push({ place: engagement.client, lines: listed.slice(0, MOST_LINES).map(({ line }) => line), more: Math.max(0, listed.length - MOST_LINES) })
    sent.push({ scope, things: listed.length, links: opened })
  }
  const [first] = sent
  if (!first) return
  const days = lives.every((one) => one !== null) ? Math.min(...lives) : null
  await post(trx, { ...reader, engagement: null }, sealer, {
    to: reader.actor.id, template: 'digest', link: links, goodMinutes: 12 * 60,
    facts: { firm: first.scope.engagement.firm, things: entries.length, places, days, zone: first.scope.engagement.zone },
  })
  for (const { scope, things, links: opened } of sent) {
    await enterEngagement(trx, scope.engagement.id)
    await record(trx, scope, { kind: 'digest.sent', facts: { personId: reader.actor.id, day, things, links: opened } })
  }
}
