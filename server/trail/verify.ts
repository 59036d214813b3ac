import { sql } from 'kysely'
import type { Db } from '../database/connect.ts'
import { commitment, leafHash } from './leaf.ts'

/** What recomputing one log found: `problem` is null, or the first entry that does not hold and why. */
export type Verdict = {
  readonly log: string
  readonly size: number
  /** How many of its first entries lost what they said when the engagement's file was destroyed; their hashes still hold. */
  readonly destroyed: number
  readonly problem: { readonly sequence: number, readonly why: string } | null
}

const BATCH = 1000

/** Recomputes every leaf of every log. `owner`: a connection that sees all logs. */
export async function verifyAll(owner: Db): Promise<Verdict[]> {
  const heads = await owner.selectFrom('trail_head').select(['log', 'size']).orderBy('log').execute()
  const verdicts: Verdict[] = []
  for (const head of heads) verdicts.push(await verifyLog(owner, head.log, head.size))
  return verdicts
}

/** Recomputes one log of which the head says that it holds `size` entries. */
export async function verifyLog(db: Db, log: string, size: number): Promise<Verdict> {
  let next = 0
  const end = await findDestruction(db, log)
  let destroyed = 0
  const bad = (sequence: number, why: string): Verdict => ({ log, size, destroyed, problem: { sequence, why } })
  for (;;) {
    const entries = await readBatch(db, log, next)
    for (const entry of entries) {
      if (entry.sequence !== next) return bad(next, `entry ${next} is missing`)
      const emptied = entry.sequence < end && entry.salt === null && entry.detail === null
      const why = flaw(entry, emptied)
      if (emptied) destroyed++
      if (why) return bad(entry.sequence, why)
      next++
    }
    if (entries.length < BATCH) break
  }
  return next === size ? { log, size, destroyed, problem: null } : bad(next, `the log ends after ${next} entries, its head says ${size}`)
}

/** The entry at which a file was destroyed, where the database has it that it was; before the first one otherwise. */
async function findDestruction(db: Db, log: string): Promise<number> {
  const { rows } = await sql<{ sequence: number }>`select sequence from trail_entry where log = ${log} and engagement_id = log and kind = 'engagement.destroyed'
    and exists (select from destruction where archive_id = ${log} and row_count is not null) order by sequence limit 1`.execute(db)
  return rows[0]?.sequence ?? 0
}

/** An entry with its detail, as stored. */
export type StoredEntry = Awaited<ReturnType<typeof readBatch>>[number]

async function readBatch(db: Db, log: string, from: number) {
  return await db.selectFrom('trail_entry')
    .leftJoin('trail_detail', (join) => join.onRef('trail_detail.log', '=', 'trail_entry.log').onRef('trail_detail.sequence', '=', 'trail_entry.sequence'))
    .select(['trail_entry.sequence', 'trail_entry.kind', 'trail_entry.at', 'trail_entry.person_id', 'trail_entry.engagement_id', 'trail_entry.event', 'trail_entry.leaf', 'trail_detail.salt', 'trail_detail.detail'])
    .where('trail_entry.log', '=', log).where('trail_entry.sequence', '>=', from)
    .orderBy('trail_entry.sequence').limit(BATCH).execute()
}

/** Why an entry is not what was written, or null: its text gives its leaf, its columns and, unless that was `emptied` with its file, its detail. */
export function flaw(entry: StoredEntry, emptied = false): string | null {
  if (!leafHash(Buffer.from(entry.event, 'utf8')).equals(entry.leaf)) return 'its text does not give its leaf hash'
  const said = JSON.parse(entry.event) as { sequence: number, kind: string, at: string, engagement: string | null, detail: string, by: { person?: string } }
  if (said.sequence !== entry.sequence) return `its text says it is entry ${said.sequence}`
  if (said.kind !== entry.kind || said.at !== entry.at.toISOString() || said.engagement !== entry.engagement_id || (said.by.person ?? null) !== entry.person_id) {
    return 'its columns say something else than its text'
  }
  if (emptied) return null
  if (entry.salt === null || entry.detail === null) return 'its detail is missing'
  if (commitment(entry.salt, entry.detail) !== said.detail) return 'its detail is not the one it was written with'
  return null
}
