import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { StoredEntry } from '../trail/verify.ts'

/** Which entries of a log to read. `kind` is a kind or, ending in a dot, all of a noun; `about` an id the facts must name. */
export type TrailFilter = { readonly before: number | null, readonly kind: string, readonly personId: string | null, readonly about: string | null }

/** At most `limit` entries of a log, newest first. */
export async function listEntries(trx: Tx, log: string, filter: TrailFilter, limit: number): Promise<StoredEntry[]> {
  let query = trx.selectFrom('trail_entry')
    .leftJoin('trail_detail', (join) => join.onRef('trail_detail.log', '=', 'trail_entry.log').onRef('trail_detail.sequence', '=', 'trail_entry.sequence'))
    .select(['trail_entry.sequence', 'trail_entry.kind', 'trail_entry.at', 'trail_entry.person_id', 'trail_entry.engagement_id', 'trail_entry.event', 'trail_entry.leaf', 'trail_detail.salt', 'trail_detail.detail'])
    .where('trail_entry.log', '=', log)
  if (filter.before !== null) query = query.where('trail_entry.sequence', '<', filter.before)
  if (filter.kind.endsWith('.')) query = query.where(sql<boolean>`starts_with(trail_entry.kind, ${filter.kind})`)
  else if (filter.kind !== '') query = query.where('trail_entry.kind', '=', filter.kind)
  if (filter.personId !== null) query = query.where('trail_entry.person_id', '=', filter.personId)
  // The text is canonical: no space stands between a key and its value.
  if (filter.about !== null) query = query.where('trail_entry.event', 'like', `%"${filter.about}"%`)
  return await query.orderBy('trail_entry.sequence', 'desc').limit(limit).execute()
}

/** How many entries a log holds. */
export async function findSize(trx: Tx, log: string): Promise<number> {
  const head = await trx.selectFrom('trail_head').select('size').where('log', '=', log).executeTakeFirst()
  return head?.size ?? 0
}

/** Everybody who acts in a log. */
export async function listActors(trx: Tx, log: string): Promise<{ id: string, name: string }[]> {
  return await trx.selectFrom('person').select(['id', 'name'])
    .where('id', 'in', trx.selectFrom('trail_entry').select((row) => row.ref('trail_entry.person_id').$notNull().as('person_id')).where('log', '=', log).where('person_id', 'is not', null))
    .orderBy('name').execute()
}

/** The id behind a number people use in an engagement, R-014, E-03 or AC-02; null when there is none. */
export async function findSubject(trx: Tx, engagementId: string, text: string): Promise<string | null> {
  const request = /^R-?0*(\d{1,7})$/i.exec(text)
  const exception = /^E-?0*(\d{1,7})$/i.exec(text)
  const result = await sql<{ id: string }>`
    select id from control where engagement_id = ${engagementId} and upper(number) = upper(${text})
    union all select id from request where engagement_id = ${engagementId} and number = ${request ? Number(request[1]) : -1}
    union all select id from exception where engagement_id = ${engagementId} and number = ${exception ? Number(exception[1]) : -1}
    limit 1`.execute(trx)
  return result.rows[0]?.id ?? null
}

/** Present names of the ids that occur in facts: people, clients and, inside an engagement, its things. */
export async function listNames(trx: Tx, engagementId: string | null, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const wanted = sql`${[...ids]}::uuid[]`
  const result = await sql<{ id: string, name: string }>`
    select id, name from person where id = any (${wanted})
    union all select id, name from organization where id = any (${wanted})
    union all select id, 'R-' || lpad(number::text, greatest(3, length(number::text)), '0') from request where engagement_id = ${engagementId} and id = any (${wanted})
    union all select id, 'POP-' || lpad(number::text, greatest(2, length(number::text)), '0') from population where engagement_id = ${engagementId} and id = any (${wanted})
    union all select id, name from evidence_file where engagement_id = ${engagementId} and id = any (${wanted})
    union all select id, key from sample_item where engagement_id = ${engagementId} and id = any (${wanted})
    union all select id, label from line_item where engagement_id = ${engagementId} and id = any (${wanted})
    union all select line.id, control.number || '.T' || line.sequence from test_line line join control on control.engagement_id = line.engagement_id and control.id = line.control_id
      where line.engagement_id = ${engagementId} and line.id = any (${wanted})`.execute(trx)
  return new Map(result.rows.map(({ id, name }) => [id, name]))
}
