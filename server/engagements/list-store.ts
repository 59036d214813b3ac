import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { containing } from '../database/pattern.ts'
import type { EngagementFacts, Role } from '../scope.ts'
import type { Moved } from './milestones.ts'
import type { Phase } from './phases.ts'

export type SortName = 'client' | 'phase' | 'end'

/** What the firm's list is narrowed to and ordered by; `page` counts from 1. */
export type ListQuery = {
  readonly q: string
  readonly client: string | null
  readonly person: string | null
  readonly phase: Phase | null
  readonly sort: SortName | null
  readonly down: boolean
  readonly page: number
}

export const PAGE = 50

/** One engagement as the firm's list shows it. `role` is the caller's own, null where they are not on the team and may not open it. */
export type ListedEngagement = Pick<EngagementFacts, 'id' | 'client' | 'system' | 'type' | 'asOf' | 'periodStart' | 'periodEnd' | 'zone'> & {
  readonly total: number
  readonly phase: Phase
  readonly purpose: 'examination' | 'readiness'
  readonly role: Role | null
  readonly releaseDate: string | null
  readonly assemblyDays: number
  readonly archived: boolean
  readonly requests: number
  readonly accepted: number
  readonly withFirm: number
  readonly overdue: number
  readonly nextDue: string | null
  readonly lines: number
  readonly concluded: number
  readonly exceptions: number
  readonly team: readonly { readonly name: string, readonly role: Role }[]
  readonly moved: readonly Moved[]
}

/** One page of the engagements the caller may list; only what stands on it is counted. The transaction must not be inside an engagement. */
export async function listPage(trx: Tx, { q, client, person, phase, sort, down, page }: ListQuery): Promise<ListedEngagement[]> {
  const words = q === '' ? '' : containing(q)
  const { rows } = await sql<ListedEngagement>`select total, id, client_name as client, system_name as system, type, as_of as "asOf", period_start as "periodStart", period_end as "periodEnd",
      zone, phase, purpose, role, release_date as "releaseDate", assembly_days as "assemblyDays", archived, requests, accepted, with_firm as "withFirm", overdue, next_due as "nextDue",
      lines, concluded, exceptions, team, moved
    from list_engagements(${words}, ${client}::uuid, ${person}::uuid, ${phase ?? ''}, ${sort ?? ''}, ${down}, ${PAGE}, ${(page - 1) * PAGE})`.execute(trx)
  return rows
}

/** A file whose retention is over: the last day it had to be kept, and whether a legal hold keeps it all the same. */
export type PastRetention = { readonly id: string, readonly client: string, readonly system: string, readonly endedOn: string, readonly hold: boolean, readonly role: Role | null }

/** The files of the firm past their retention, those that nothing keeps first. The transaction must not be inside an engagement. */
export async function listPastRetention(trx: Tx): Promise<PastRetention[]> {
  const { rows } = await sql<PastRetention>`select id, client_name as client, system_name as system, ended_on as "endedOn", legal_hold as hold, role from list_past_retention()`.execute(trx)
  return rows
}

/** The clients and people the list can be narrowed to, by name. */
export async function listChoices(trx: Tx): Promise<{ clients: { id: string, name: string }[], people: { id: string, name: string }[] }> {
  const { rows } = await sql<{ kind: 'client' | 'person', id: string, name: string }>`select * from engagement_choices()`.execute(trx)
  return { clients: rows.filter(({ kind }) => kind === 'client'), people: rows.filter(({ kind }) => kind === 'person') }
}
