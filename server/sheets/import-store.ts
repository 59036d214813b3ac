import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { plainHeading } from './headings.ts'

/** Which field each column feeds, by its place, and what a row is given where the sheet says nothing. */
export type Mapping = { readonly columns: readonly (string | null)[], readonly defaults: Readonly<Record<string, string>> }

export type SheetImport = { readonly id: string, readonly name: string, readonly sha256: string, readonly header: readonly string[], readonly rows: readonly (readonly string[])[], readonly mapping: Mapping | null }

export type NewImport = { readonly name: string, readonly sha256: string, readonly header: readonly string[], readonly rows: readonly (readonly string[])[] }

/** Keeps a sheet until it is imported; what the same person began before for the same purpose is forgotten. Returns its id. */
export async function insertImport(trx: Tx, scope: EngagementScope, purpose: string, sheet: NewImport): Promise<string> {
  const person = personOf(scope)!
  await trx.deleteFrom('sheet_import').where('engagement_id', '=', scope.engagement.id).where('purpose', '=', purpose).where('created_by', '=', person).execute()
  const { id } = await trx.insertInto('sheet_import').values({
    engagement_id: scope.engagement.id, purpose, name: sheet.name, sha256: sheet.sha256, rows: JSON.stringify([sheet.header, ...sheet.rows]), created_by: person,
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

/** A sheet this person is importing, locked until the transaction ends; throws NotFound. */
export async function lockImport(trx: Tx, scope: EngagementScope, purpose: string, id: string): Promise<SheetImport> {
  const row = await trx.selectFrom('sheet_import').selectAll().where('engagement_id', '=', scope.engagement.id).where('id', '=', id)
    .where('purpose', '=', purpose).where('created_by', '=', personOf(scope)!).forUpdate().executeTakeFirstOrThrow(() => new NotFound())
  const [header = [], ...rows] = row.rows
  return { id: row.id, name: row.name, sha256: row.sha256, header, rows, mapping: row.mapping }
}

export async function updateMapping(trx: Tx, scope: EngagementScope, id: string, mapping: Mapping): Promise<void> {
  await trx.updateTable('sheet_import').set({ mapping: JSON.stringify(mapping) }).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

export async function deleteImport(trx: Tx, scope: EngagementScope, id: string): Promise<void> {
  await trx.deleteFrom('sheet_import').where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}

/** What each heading meant the last time in this engagement, by plain heading; null where it was left out. */
export async function listHeadings(trx: Tx, scope: EngagementScope, purpose: string): Promise<Map<string, string | null>> {
  const rows = await trx.selectFrom('sheet_heading').select(['heading', 'field']).where('engagement_id', '=', scope.engagement.id).where('purpose', '=', purpose).execute()
  return new Map(rows.map(({ heading, field }) => [heading, field === '' ? null : field]))
}

const LONGEST_HEADING = 200

/** Remembers what each heading meant, for the next sheet of the same kind. */
export async function rememberHeadings(trx: Tx, scope: EngagementScope, purpose: string, header: readonly string[], columns: readonly (string | null)[]): Promise<void> {
  const meant = new Map(header.map((heading, place) => [plainHeading(heading), columns[place] ?? '']))
  // A heading as long as a page is no heading to be met again, and more than a key of the database holds.
  for (const heading of meant.keys()) if (heading === '' || heading.length > LONGEST_HEADING) meant.delete(heading)
  if (meant.size === 0) return
  await trx.insertInto('sheet_heading').values([...meant].map(([heading, field]) => ({ engagement_id: scope.engagement.id, purpose, heading, field })))
    .onConflict((conflict) => conflict.columns(['engagement_id', 'purpose', 'heading']).doUpdateSet((row) => ({ field: row.ref('excluded.field') }))).execute()
}
