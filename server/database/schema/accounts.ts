import type { ColumnType, Generated } from 'kysely'
import type { FirmRank } from '../../scope.ts'

/** A moment set by the database when the row is written. */
export type WrittenAt = ColumnType<Date, Date | undefined, Date>

export type OrganizationTable = {
  id: Generated<string>
  kind: 'firm' | 'client'
  name: string
  created_at: WrittenAt
}

export type PersonTable = {
  id: Generated<string>
  organization_id: string
  email: string
  name: string
  title: Generated<string>
  rank: FirmRank | null
  created_at: WrittenAt
  removed_at: Date | null
}

export type CredentialTable = {
  person_id: string
  password_hash: string
  two_step_sealed: string | null
  two_step_confirmed_at: Date | null
  two_step_last_step: Generated<number>
  changed_at: WrittenAt
}

export type RecoveryCodeTable = {
  person_id: string
  code_hash: string
  used_at: Date | null
}

export type InvitationTable = {
  token_hash: string
  person_id: string
  purpose: 'invitation' | 'password_reset'
  created_at: WrittenAt
  expires_at: Date
  used_at: Date | null
}

export type SessionTable = {
  id_hash: string
  public_id: Generated<string>
  person_id: string
  created_at: WrittenAt
  last_seen_at: WrittenAt
  expires_at: Date
  two_step_at: Date | null
  address: string
  browser: string
}

export type AttemptTable = {
  subject_hash: string
  at: WrittenAt
}
