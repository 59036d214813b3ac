import { sql, type RawBuilder } from 'kysely'
import pg from 'pg'
import type { Db, Tx } from '../../../server/database/connect.ts'
import type { Team } from '../../support/cast.ts'

/** How often each of the five people of the firm stands among its staff, under another name. */
export type Firm = { readonly engagements: number, readonly doubles: number }

// A person is on so many at once, however large the firm; the others are of earlier years.
const atWork = 10

type Column = { readonly name: string, readonly type: string, readonly generated: boolean }

/**
 * Copies one engagement with all that hangs below it until there are so many: every id of it anew, each copy with its
 * own client and that client's people, while the people of the firm are shared in turn.
 */
export async function copyEngagement(owner: Db, team: Team, { engagements, doubles }: Firm): Promise<void> {
  await owner.transaction().execute(async (trx) => {
    // Rows are written as they stand, not by the moves that lead there, and their indexes afterwards.
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`set local maintenance_work_mem = '512MB'`.execute(trx)
    await sql`set local work_mem = '64MB'`.execute(trx)
    await defineCopy(trx, team, doubles)
    const indexes = await dropIndexes(trx)
    await copyPeople(trx, team, { engagements, doubles })
    for (const { name, columns } of await tablesBelow(trx)) await copyRows(trx, name, columns, team, engagements)
    for (const index of indexes) await sql.raw(index).execute(trx)
  })
  await sql`vacuum analyze`.execute(owner)
}

/** An id in copy number n: another for each copy, except that people of the firm take turns. */
async function defineCopy(trx: Tx, { partner, reviewer, manager, senior, staff }: Team, doubles: number): Promise<void> {
  const firm = [partner, reviewer, manager, senior, staff].map(({ id }) => `'${id}'`).join(', ')
  await sql.raw(`create function pg_temp.copied(id uuid, n integer) returns uuid language sql immutable
    return case when not (id = any (array[${firm}]::uuid[])) then overlay(id::text placing lpad(to_hex(n), 8, '0') from 29)::uuid
      when n % ${doubles} = 0 then id else overlay(id::text placing lpad(to_hex(n % ${doubles}), 8, '0') from 29)::uuid end`).execute(trx)
}

async function dropIndexes(trx: Tx): Promise<string[]> {
  const { rows } = await sql<{ name: string, definition: string }>`select index.indexrelid::regclass::text as name, pg_get_indexdef(index.indexrelid) as definition
    from pg_index index join pg_class on pg_class.oid = index.indrelid join pg_attribute on attrelid = pg_class.oid and attname = 'engagement_id'
    where relnamespace = 'public'::regnamespace and not exists (select from pg_constraint where conindid = index.indexrelid)`.execute(trx)
  for (const { name } of rows) await sql.raw(`drop index ${name}`).execute(trx)
  return rows.map(({ definition }) => definition)
}

async function copyPeople(trx: Tx, { engagement, lead, owner, partner, reviewer, manager, senior, staff }: Team, { engagements, doubles }: Firm): Promise<void> {
  const copies = sql.lit(engagements - 1)
  await sql`insert into person (id, organization_id, email, name, title, rank) select pg_temp.copied(id, n), organization_id, n || '.' || email, name || ' ' || n, title, rank
    from person, generate_series(1, ${sql.lit(doubles - 1)}) n where id = any (${[partner, reviewer, manager, senior, staff].map(({ id }) => id)}::uuid[])`.execute(trx)
  await sql`insert into organization (id, kind, name) select pg_temp.copied(id, n), kind, 'Client ' || n from organization, generate_series(1, ${copies}) n where id = ${engagement.clientId}`.execute(trx)
  await sql`insert into person (id, organization_id, email, name, title, rank) select pg_temp.copied(id, n), pg_temp.copied(organization_id, n), n || '.' || email, name, title, rank
    from person, generate_series(1, ${copies}) n where id = any (${[lead.id, owner.id]}::uuid[])`.execute(trx)
  await sql`insert into engagement (id, client_id, system_name, type, period_start, period_end, zone, categories, phase, created_by)
    select pg_temp.copied(id, n), pg_temp.copied(client_id, n), 'System ' || n, type, period_start, period_end, zone, categories, case when n >= ${sql.lit(atWork * doubles)} then 'archived' else (array['planning', 'fieldwork', 'fieldwork', 'wrap_up', 'reporting'])[1 + n % 5] end, pg_temp.copied(created_by, n)
    from engagement, generate_series(1, ${copies}) n where id = ${engagement.id}`.execute(trx)
}

async function tablesBelow(trx: Tx): Promise<{ name: string, columns: Column[] }[]> {
  const { rows } = await sql<{ name: string, columns: Column[] }>`select relname as name, json_agg(json_build_object('name', attname, 'type', format_type(atttypid, null), 'generated', attgenerated <> '' or attidentity <> '') order by attnum) as columns
    from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'public'::regnamespace and relkind = 'r' and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'engagement_id') group by relname order by relname`.execute(trx)
  return rows
}

async function copyRows(trx: Tx, table: string, columns: readonly Column[], { engagement }: Team, engagements: number): Promise<void> {
  const written = columns.filter(({ generated }) => !generated)
  const values = written.map(({ name, type }): RawBuilder<unknown> => {
    const column = sql.ref(`row.${name}`)
    if (name === 'engagement_id' || name === 'log') return sql`copy.id`
    // A template belongs to the firm, whatever the engagement.
    if (type === 'uuid' && name !== 'template_id') return sql`pg_temp.copied(${column}, n)`
    return /^(token|id)_hash$/.test(name) ? sql`encode(sha256(convert_to(${column} || n, 'UTF8')), 'hex')` : column
  })
  // Read once and set aside, so that no copy looks for them among the copies.
  await sql`create temporary table pattern on commit drop as select * from ${sql.table(table)} where engagement_id = ${engagement.id}`.execute(trx)
  await sql`analyze pattern`.execute(trx)
  // The rows of a copy stand together, as those of an engagement do.
  await sql`insert into ${sql.table(table)} (${sql.join(written.map(({ name }) => sql.ref(name)))}) select ${sql.join(values)}
    from (select n, pg_temp.copied(${engagement.id}, n) as id from generate_series(1, ${sql.lit(engagements - 1)}) n offset 0) copy cross join lateral (select * from pattern where n > 0 offset 0) row`.execute(trx)
  await sql`drop table pattern`.execute(trx)
}

/** Drops the database of an address, once everybody has left it. */
export async function dropDatabase(url: string): Promise<void> {
  const name = /\/(clone_\w+)\?/.exec(url)?.[1]
  if (!name) return
  const client = new pg.Client({ connectionString: url.replace(name, 'postgres') })
  await client.connect()
  try {
    await client.query(`drop database if exists ${name} with (force)`)
  } finally {
    await client.end()
  }
}
