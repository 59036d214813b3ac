import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { containing } from '../database/pattern.ts'
import type { FirmRank } from '../scope.ts'
import type { AccountState } from './rules.ts'

/** What signing in has to know of a person. Only their own scope may read it. */
export type Account = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly rank: FirmRank | null
  readonly title: string
  readonly organization: string
  readonly side: 'firm' | 'client'
  readonly removed: boolean
  readonly passwordHash: string | null
  readonly twoStepSealed: string | null
  readonly twoStep: boolean
}

export type OwnSession = { readonly id: string, readonly browser: string, readonly address: string, readonly since: Date, readonly lastSeen: Date }
export type FirmPerson = { readonly id: string, readonly name: string, readonly email: string, readonly title: string, readonly rank: FirmRank | null, readonly state: AccountState, readonly addedAt: Date }
export type FoundInvitation = { readonly personId: string, readonly purpose: 'invitation' | 'password_reset', readonly state: 'open' | 'used' | 'expired' }

/** The person an address belongs to, whoever asks; null when it belongs to nobody. */
export async function findIdByEmail(trx: Tx, email: string): Promise<string | null> {
  const result = await sql<{ person_id: string }>`select person_id from find_person_by_email(${email})`.execute(trx)
  return result.rows[0]?.person_id ?? null
}

/** Whom a token of a mail was made for; null for one that was never given out. */
export async function findInvitation(trx: Tx, tokenHash: string): Promise<FoundInvitation | null> {
  const result = await sql<{ person_id: string, purpose: FoundInvitation['purpose'], used: boolean, expired: boolean }>`
    select person_id, purpose, used_at is not null as used, expires_at <= now() as expired from find_invitation(${tokenHash})`.execute(trx)
  const row = result.rows[0]
  if (!row) return null
  return { personId: row.person_id, purpose: row.purpose, state: row.used ? 'used' : row.expired ? 'expired' : 'open' }
}

/** The account of the person whose scope the transaction is in. */
export async function findAccount(trx: Tx, personId: string): Promise<Account | null> {
  return await trx.selectFrom('person').innerJoin('organization', 'organization.id', 'person.organization_id')
    .leftJoin('credential', 'credential.person_id', 'person.id')
    .select([
      'person.id', 'person.name', 'person.email', 'person.rank', 'person.title', 'organization.name as organization', 'organization.kind as side',
      'credential.password_hash as passwordHash', 'credential.two_step_sealed as twoStepSealed',
      sql<boolean>`person.removed_at is not null`.as('removed'), sql<boolean>`credential.two_step_confirmed_at is not null`.as('twoStep'),
    ])
    .where('person.id', '=', personId).executeTakeFirst() ?? null
}

/** Whether the person was ever invited or has a password; in their own scope. */
export async function wasInvited(trx: Tx, personId: string): Promise<boolean> {
  const result = await sql<{ known: boolean }>`select exists (select from credential where person_id = ${personId})
    or exists (select from invitation where person_id = ${personId} and purpose = 'invitation') as known`.execute(trx)
  return result.rows[0]?.known ?? false
}

export async function savePassword(trx: Tx, personId: string, passwordHash: string): Promise<void> {
  await trx.insertInto('credential').values({ person_id: personId, password_hash: passwordHash })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ password_hash: passwordHash, changed_at: sql<Date>`now()` })).execute()
}

/** Takes the step as used; false when it, or a later one, was used before. */
export async function useStep(trx: Tx, personId: string, step: number): Promise<boolean> {
  const result = await trx.updateTable('credential').set({ two_step_last_step: step })
    .where('person_id', '=', personId).where('two_step_last_step', '<', step).executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Confirms a two-step key; false when one stands already. */
export async function saveTwoStep(trx: Tx, personId: string, sealed: string, step: number): Promise<boolean> {
  const result = await trx.updateTable('credential')
    .set({ two_step_sealed: sealed, two_step_confirmed_at: sql<Date>`now()`, two_step_last_step: step })
    .where('person_id', '=', personId).where('two_step_confirmed_at', 'is', null).executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function clearTwoStep(trx: Tx, personId: string): Promise<void> {
  await trx.updateTable('credential').set({ two_step_sealed: null, two_step_confirmed_at: null }).where('person_id', '=', personId).execute()
  await trx.deleteFrom('recovery_code').where('person_id', '=', personId).execute()
}

export async function replaceRecoveryCodes(trx: Tx, personId: string, hashes: readonly string[]): Promise<void> {
  await trx.deleteFrom('recovery_code').where('person_id', '=', personId).execute()
  await trx.insertInto('recovery_code').values(hashes.map((hash) => ({ person_id: personId, code_hash: hash }))).execute()
}

/** Takes a recovery code as used; false for a wrong one or one used before. */
export async function useRecoveryCode(trx: Tx, personId: string, hash: string): Promise<boolean> {
  const result = await trx.updateTable('recovery_code').set({ used_at: sql<Date>`now()` })
    .where('person_id', '=', personId).where('code_hash', '=', hash).where('used_at', 'is', null).executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function countRecoveryCodes(trx: Tx, personId: string): Promise<number> {
  const { left } = await trx.selectFrom('recovery_code').select(({ fn }) => fn.countAll<number>().as('left'))
    .where('person_id', '=', personId).where('used_at', 'is', null).executeTakeFirstOrThrow()
  return left
}

/** The sessions that still hold, newest use first; the firm's end after an hour of rest. */
export async function listSessions(trx: Tx, personId: string, side: 'firm' | 'client'): Promise<OwnSession[]> {
  let query = trx.selectFrom('session')
    .select(['public_id as id', 'browser', 'address', 'created_at as since', 'last_seen_at as lastSeen'])
    .where('person_id', '=', personId).where('expires_at', '>', sql<Date>`now()`)
  if (side === 'firm') query = query.where('last_seen_at', '>', sql<Date>`now() - interval '1 hour'`)
  return await query.orderBy('last_seen_at', 'desc').execute()
}

/** Ends sessions of the person: one, all but one, or all. Returns how many there were. */
export async function deleteSessions(trx: Tx, personId: string, which: { only?: string, but?: string }): Promise<number> {
  let query = trx.deleteFrom('session').where('person_id', '=', personId)
  if (which.only !== undefined) query = query.where('public_id', '=', which.only)
  if (which.but !== undefined) query = query.where('public_id', '!=', which.but)
  return Number((await query.executeTakeFirst()).numDeletedRows)
}

export async function insertInvitation(trx: Tx, invitation: { personId: string, purpose: 'invitation' | 'password_reset', tokenHash: string, hours: number }): Promise<void> {
  await trx.insertInto('invitation').values({
    token_hash: invitation.tokenHash, person_id: invitation.personId, purpose: invitation.purpose,
    expires_at: sql<Date>`now() + make_interval(hours => ${invitation.hours})`,
  }).execute()
}

/** Takes the token as used, and with it every other that leads to the same account; false when it no longer opens. */
export async function useInvitation(trx: Tx, personId: string, tokenHash: string): Promise<boolean> {
  const result = await trx.updateTable('invitation').set({ used_at: sql<Date>`now()` })
    .where('token_hash', '=', tokenHash).where('person_id', '=', personId)
    .where('used_at', 'is', null).where('expires_at', '>', sql<Date>`now()`).executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  await voidInvitations(trx, personId)
  return true
}

/** Ends every mailed way to a new password that is still open. */
export async function voidInvitations(trx: Tx, personId: string): Promise<void> {
  await trx.updateTable('invitation').set({ used_at: sql<Date>`now()` }).where('person_id', '=', personId).where('used_at', 'is', null).execute()
}

export async function findOrganization(trx: Tx, organizationId: string): Promise<{ kind: 'firm' | 'client', name: string } | null> {
  return await trx.selectFrom('organization').select(['kind', 'name']).where('id', '=', organizationId).executeTakeFirst() ?? null
}

export async function findFirm(trx: Tx): Promise<{ id: string, name: string } | null> {
  return await trx.selectFrom('organization').select(['id', 'name']).where('kind', '=', 'firm').executeTakeFirst() ?? null
}

/** Makes an organization and returns its id. */
export async function insertOrganization(trx: Tx, organization: { kind: 'firm' | 'client', name: string }): Promise<string> {
  // A statement cannot yet see what it writes itself, so the fence would refuse it the id in return.
  const id = randomUUID()
  await trx.insertInto('organization').values({ ...organization, id }).execute()
  return id
}

/** Makes a person and returns the id, or null when the address belongs to somebody. */
export async function insertPerson(trx: Tx, person: { organizationId: string, email: string, name: string, title: string, rank: FirmRank | null }): Promise<string | null> {
  const row = await trx.insertInto('person')
    .values({ organization_id: person.organizationId, email: person.email, name: person.name, title: person.title, rank: person.rank })
    .onConflict((conflict) => conflict.column('email').doNothing()).returning('id').executeTakeFirst()
  return row?.id ?? null
}

/** Name, rank and side of somebody the scope may see, locked until the transaction ends. */
export async function lockPerson(trx: Tx, personId: string): Promise<{ id: string, name: string, rank: FirmRank | null, side: 'firm' | 'client', removed: boolean } | null> {
  return await trx.selectFrom('person').innerJoin('organization', 'organization.id', 'person.organization_id')
    .select(['person.id', 'person.name', 'person.rank', 'organization.kind as side', sql<boolean>`person.removed_at is not null`.as('removed')])
    .where('person.id', '=', personId).forUpdate('person').executeTakeFirst() ?? null
}

/** Whether somebody can sign in ('active'), holds an open invitation or neither. */
export async function findStanding(trx: Tx, personId: string): Promise<AccountState> {
  const result = await sql<{ standing: AccountState }>`select standing from account_standing(array[${personId}]::uuid[])`.execute(trx)
  return result.rows[0]?.standing ?? 'none'
}

/** Marks a person as gone and ends what their account opened. Returns the number of sessions that ended. */
export async function closeAccount(trx: Tx, personId: string): Promise<number> {
  await trx.updateTable('person').set({ removed_at: sql<Date>`now()` }).where('id', '=', personId).execute()
  const result = await sql<{ ended: number }>`select close_account(${personId}) as ended`.execute(trx)
  return result.rows[0]?.ended ?? 0
}

/**
 * Takes away the second step and the recovery codes of somebody else of the firm and ends their sessions. Returns the
 * number of sessions that ended, or null where no second step stood. The database asks for the caller's rank itself.
 */
export async function removeTwoStepOf(trx: Tx, personId: string): Promise<number | null> {
  const result = await sql<{ ended: number | null }>`select remove_two_step(${personId}) as ended`.execute(trx)
  return result.rows[0]?.ended ?? null
}

/** What the firm's people are narrowed to, by name or address; `page` counts from 1. */
export type PeopleQuery = { readonly q: string, readonly page: number }
export const PEOPLE_PAGE = 50

/** A page of the firm's people and how many there are in all, those who left last. */
export async function listFirmPeople(trx: Tx, firmId: string, { q, page }: PeopleQuery): Promise<{ people: FirmPerson[], total: number }> {
  const { rows } = await sql<FirmPerson & { total: number }>`
    with listed as materialized (select *, count(*) over () as total from person
      where organization_id = ${firmId} and (name ilike ${containing(q)} or email ilike ${containing(q)})
      order by removed_at is not null, name, id limit ${PEOPLE_PAGE} offset ${(page - 1) * PEOPLE_PAGE})
    select listed.id, name, email, title, rank, created_at as "addedAt", case when removed_at is not null then 'removed' else standing end as state, total
    from listed join account_standing(array(select id from listed)) standings on standings.person_id = listed.id
    order by removed_at is not null, name, listed.id`.execute(trx)
  return { people: rows, total: rows[0]?.total ?? 0 }
}
