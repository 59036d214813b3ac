import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

/** A sign of this engagement's own, beside the usual ones. */
export type TickmarkTable = {
  engagement_id: string
  symbol: string
  meaning: string
  entered_by: string
  entered_at: WrittenAt
}

/** A tickmark on a spot of a page, in fractions of its width and height, or on lines. */
export type EvidenceMarkTable = {
  engagement_id: string
  id: Generated<string>
  file_id: string
  number: number
  symbol: string
  note: Generated<string>
  leaf: number | null
  place_left: number | null
  place_top: number | null
  place_width: number | null
  place_height: number | null
  first_line: number | null
  last_line: number | null
  carried_from: string | null
  made_at: WrittenAt
  made_by: string
  withdrawn_at: Date | null
  withdrawn_by: string | null
}
