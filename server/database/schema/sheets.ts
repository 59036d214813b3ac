import type { ColumnType, Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type SheetImportTable = {
  engagement_id: string
  id: Generated<string>
  purpose: string
  name: string
  sha256: string
  /** The header and the rows below it, every cell as text. */
  rows: ColumnType<string[][], string, never>
  /** Which field each column feeds, by its place, and what a row is given where the sheet says nothing. */
  mapping: ColumnType<{ columns: (string | null)[], defaults: Record<string, string> } | null, string | null | undefined, string>
  created_at: WrittenAt
  created_by: string
}

export type SheetHeadingTable = {
  engagement_id: string
  purpose: string
  heading: string
  field: string
}
