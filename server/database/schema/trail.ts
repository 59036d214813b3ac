import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type TrailHeadTable = {
  log: string
  engagement_id: string | null
  size: Generated<number>
}

export type TrailEntryTable = {
  log: string
  sequence: number
  engagement_id: string | null
  kind: string
  at: Date
  person_id: string | null
  event: string
  leaf: Buffer
}

export type TrailDetailTable = {
  log: string
  sequence: number
  engagement_id: string | null
  salt: Buffer
  detail: string
}

export type AccessEntryTable = {
  id: Generated<number>
  engagement_id: string
  at: WrittenAt
  person_id: string | null
  channel: 'login' | 'link'
  kind: string
  subject: string
  address: string
}
