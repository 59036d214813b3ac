import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { personOf, type Scope } from '../scope.ts'
import type { TrailEvent } from './events.ts'
import { canonicalJson, commitment, leafHash } from './leaf.ts'

/** The log of what belongs to no engagement: accounts, invitations, sign-ins. */
export const FIRM_LOG = '00000000-0000-0000-0000-000000000000'

const closed: ReadonlySet<string> = new Set(['issued', 'archived', 'withdrawn'])

/**
 * Appends events to the log of the scope's engagement, or to the firm's. Call it last: it holds the log's head until
 * the transaction ends, so whatever follows would make every other writer wait. Throws Refused where the engagement was
 * closed since the scope was made: whoever closes it waits for the head before judging what is missing.
 */
export async function record(trx: Tx, scope: Scope, ...events: TrailEvent[]): Promise<void> {
  if (events.length === 0) return
  const engagementId = scope.engagement?.id ?? null
  const log = engagementId ?? FIRM_LOG
  const head = await advance(trx, log, engagementId, events.length)
  const entries = events.map((event, index) => entry(scope, event, head.size + index, head.at))
  const written = await trx.with('entry', (write) => write.insertInto('trail_entry').values(entries.map(({ event, text }, index) => ({
    log,
    sequence: head.size + index,
    engagement_id: engagementId,
    kind: event.kind,
    at: head.at,
    person_id: personOf(scope),
    event: text,
    leaf: leafHash(Buffer.from(text, 'utf8')),
  })))).insertInto('trail_detail').values(entries.map(({ salt, detail }, index) => ({
    log, sequence: head.size + index, engagement_id: engagementId, salt, detail,
  }))).returning(sql<string | null>`(select phase from engagement where id = ${engagementId})`.as('phase')).execute()
  const phase = written[0]?.phase ?? null
  if (phase !== null && closed.has(phase) && phase !== scope.engagement?.phase && !events.some(({ kind }) => kind === 'phase.changed')) {
    throw new Refused(`This engagement was ${phase} meanwhile, so this was not written.`)
  }
}

/** Makes every other writer of the engagement's log wait until the transaction ends, so that what is read next stays so. */
export async function lockLog(trx: Tx, scope: Scope): Promise<void> {
  await trx.selectFrom('trail_head').select('size').where('log', '=', scope.engagement?.id ?? FIRM_LOG).forUpdate().execute()
}

// Takes the lock and the room for the entries in one step; `size` is the sequence of the first.
async function advance(trx: Tx, log: string, engagementId: string | null, count: number): Promise<{ size: number, at: Date }> {
  const step = trx.updateTable('trail_head').set((row) => ({ size: row('size', '+', count) })).where('log', '=', log)
    .returning([sql<number>`size - ${count}::bigint`.as('size'), sql<Date>`app_now()`.as('at')])
  const head = await step.executeTakeFirst()
  if (head) return head
  await trx.insertInto('trail_head').values({ log, engagement_id: engagementId })
    .onConflict((conflict) => conflict.column('log').doNothing()).execute()
  return await step.executeTakeFirstOrThrow()
}

function entry(scope: Scope, event: TrailEvent, sequence: number, at: Date) {
  const salt = randomBytes(16)
  const detail = canonicalJson({ actor: scope.actor.name, address: scope.address, ...event.detail })
  const { actor } = scope
  const text = canonicalJson({
    at: at.toISOString(),
    by: actor.kind === 'person' ? { person: actor.id } : actor.kind === 'link' ? { person: actor.personId, link: actor.id } : { job: actor.name },
    detail: commitment(salt, detail),
    engagement: scope.engagement?.id ?? null,
    facts: event.facts,
    kind: event.kind,
    role: scope.role,
    sequence,
  })
  return { event, text, salt, detail }
}
