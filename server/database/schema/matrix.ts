import type { WrittenAt } from './accounts.ts'

export type MatrixExportTable = {
  engagement_id: string
  number: number
  draft: boolean
  reading: string
  content_sha256: string
  exported_at: WrittenAt
  exported_by: string
}
