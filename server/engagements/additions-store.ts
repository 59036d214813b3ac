import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { unattached, type Attached } from './attached.ts'

export type KeptAddition = Awaited<ReturnType<typeof listAdditions>>[number]

/** What came to the file after it was locked, by number. */
export async function listAdditions(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('archive_addition as addition').innerJoin('person as maker', 'maker.id', 'addition.made_by')
    .leftJoin('person as reviewer', 'reviewer.id', 'addition.reviewed_by').leftJoin('person as partner', 'partner.id', 'addition.authorized_by')
    .select(['addition.number', 'addition.reason', 'addition.text', 'addition.file_name', 'addition.file_size', 'addition.made_by', 'addition.made_at', 'maker.name as maker',
      'addition.reviewed_at', 'reviewer.name as reviewer', 'addition.authorized_at', 'partner.name as partner'])
    .where('addition.engagement_id', '=', scope.engagement.id).orderBy('addition.number').execute()
}

/** One addition, kept for a change; throws NotFound. */
export async function lockAddition(trx: Tx, scope: EngagementScope, number: number) {
  return await trx.selectFrom('archive_addition').select(['id', 'number', 'made_by', 'reviewed_at', 'authorized_at', 'file_sha256', 'file_name', 'media_type'])
    .where('engagement_id', '=', scope.engagement.id).where('number', '=', number).forUpdate().executeTakeFirstOrThrow(() => new NotFound())
}

export async function insertAddition(trx: Tx, scope: EngagementScope, number: number, { reason, text, file }: { reason: string, text: string, file: Attached | null }): Promise<string> {
  const { id } = await trx.insertInto('archive_addition').values({
    engagement_id: scope.engagement.id, number, reason, text, made_by: personOf(scope)!, ...file ?? unattached,
    reviewed_by: null, reviewed_at: null, authorized_by: null, authorized_at: null,
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Stamps who reviewed or authorized it, now. */
export async function stampAddition(trx: Tx, scope: EngagementScope, id: string, stamp: 'reviewed' | 'authorized'): Promise<void> {
  const now = sql<Date>`app_now()`
  await trx.updateTable('archive_addition').set(stamp === 'reviewed' ? { reviewed_by: personOf(scope), reviewed_at: now } : { authorized_by: personOf(scope), authorized_at: now })
    .where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}
