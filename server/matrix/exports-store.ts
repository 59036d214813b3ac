import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type NewExport = { readonly number: number, readonly draft: boolean, readonly reading: string, readonly contentSha256: string }

/** Keeps a reading, as text, exactly as it was exported. */
export async function insertExport(trx: Tx, scope: EngagementScope, kept: NewExport): Promise<void> {
  await trx.insertInto('matrix_export').values({
    engagement_id: scope.engagement.id, number: kept.number, draft: kept.draft, reading: kept.reading,
    content_sha256: kept.contentSha256, exported_by: personOf(scope)!,
  }).execute()
}

/** What was exported, newest first, without the readings themselves. */
export async function listExports(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('matrix_export').innerJoin('person', 'person.id', 'matrix_export.exported_by')
    .select(['matrix_export.number', 'matrix_export.draft', 'matrix_export.content_sha256', 'matrix_export.exported_at', 'person.name as exporter'])
    .where('matrix_export.engagement_id', '=', scope.engagement.id).orderBy('matrix_export.number', 'desc').execute()
}

/** One export with its reading; throws NotFound. */
export async function findExport(trx: Tx, scope: EngagementScope, number: number) {
  return await trx.selectFrom('matrix_export').innerJoin('person', 'person.id', 'matrix_export.exported_by')
    .select(['matrix_export.number', 'matrix_export.draft', 'matrix_export.reading', 'matrix_export.content_sha256', 'matrix_export.exported_at', 'person.name as exporter'])
    .where('matrix_export.engagement_id', '=', scope.engagement.id).where('matrix_export.number', '=', number)
    .executeTakeFirstOrThrow(() => new NotFound())
}

/** SHA-256 of the file that was written of an export in that format; null where none was yet. */
export async function findExportFile(trx: Tx, scope: EngagementScope, number: number, format: string): Promise<string | null> {
  const file = await trx.selectFrom('matrix_export_file').select('sha256').where('engagement_id', '=', scope.engagement.id)
    .where('number', '=', number).where('format', '=', format).executeTakeFirst()
  return file?.sha256 ?? null
}

/** Keeps which file was written of an export, and returns the one that stands: this one, or the one that was first. */
export async function insertExportFile(trx: Tx, scope: EngagementScope, file: { readonly number: number, readonly format: string, readonly sha256: string, readonly size: number }): Promise<string> {
  await trx.insertInto('matrix_export_file').values({ engagement_id: scope.engagement.id, ...file }).onConflict((conflict) => conflict.doNothing()).execute()
  return (await findExportFile(trx, scope, file.number, file.format))!
}
