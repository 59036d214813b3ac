import type { RecordKind } from '../database/schema/closing.ts'

/** What the trail says of the records an engagement rests on, of its dates at the end, of its locked file and of the firm's policy. */
export type ClosingFacts = {
  'record.entered': { recordId: string, record: RecordKind, version: number, stands: boolean, datedOn: string, sha256: string | null }
  'closing.dated': { reportDate: string | null, releaseDate: string | null }
  'closing.held': { on: boolean }
  'engagement.destroyed': { engagementId: string, keptUntil: string, rows: number, files: number }
  'addition.made': { additionId: string, number: number, sha256: string | null }
  'addition.reviewed': { additionId: string, number: number }
  'addition.authorized': { additionId: string, number: number }
  'policy.firm_entered': { version: number, fields: readonly string[] }
}
