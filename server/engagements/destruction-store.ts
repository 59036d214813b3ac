import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementFacts, EngagementScope } from '../scope.ts'

/** How much of a file is gone: rows of every kind, and files of evidence among them. */
export type Gone = { readonly rows: number, readonly files: number }

/**
 * Deletes everything below the engagement but the leaves of its log, and notes which bytes that frees. The database itself
 * refuses unless the file is locked, past its retention, under no hold, and the caller its partner.
 */
export async function deleteFile(trx: Tx, scope: EngagementScope, reason: string): Promise<Gone> {
  const { rows } = await sql<Gone>`select rows_gone as rows, files_gone as files from destroy_engagement(${scope.engagement.id}, ${reason})`.execute(trx)
  return rows[0]!
}

/** What the firm keeps of a destroyed file. */
export type Destroyed = Pick<EngagementFacts, 'id' | 'client' | 'system' | 'type' | 'asOf' | 'periodStart' | 'periodEnd' | 'zone'> & {
  readonly purpose: 'examination' | 'readiness'
  readonly keptUntil: string
  readonly at: Date
  readonly approver: string
  readonly reason: string
  readonly rows: number
  readonly files: number
}

/** The destroyed files among those the caller may list. The transaction must not be inside an engagement. */
export async function listDestroyed(trx: Tx): Promise<Destroyed[]> {
  const { rows } = await sql<Destroyed>`select id, client_name as client, system_name as system, type, as_of as "asOf", period_start as "periodStart", period_end as "periodEnd", zone, purpose,
    retention_until as "keptUntil", destroyed_at as at, approver, reason, row_count as rows, file_count as files from list_destroyed()`.execute(trx)
  return rows
}

/** Whether nobody else removes freed bytes until the transaction ends; they would take each other's away while they are being put back. */
export async function lockFreed(trx: Tx): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(7291338106) as mine`.execute(trx)
  return rows[0]?.mine ?? false
}

/** At most `many` of the bytes that destroyed files freed, by address, from behind `after` on. */
export async function listFreed(trx: Tx, many: number, after: string): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`select sha256 from freed_blobs(${many}, ${after})`.execute(trx)
  return rows.map(({ sha256 }) => sha256)
}

/** Which of these bytes a row of any engagement still names. */
export async function findNamed(trx: Tx, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ sha256: string }>`select sha256 from named_blobs(${hashes}::text[])`.execute(trx)
  return new Set(rows.map(({ sha256 }) => sha256))
}

/** Takes bytes off the list of those that are freed: they are removed, or somebody else keeps them. */
export async function forgetFreed(trx: Tx, hashes: readonly string[]): Promise<void> {
  await sql`select forget_freed(${hashes}::text[])`.execute(trx)
}
