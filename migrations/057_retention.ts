import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // A file is kept through the last day of its retention, in its own zone; who may list an engagement sees that this is over.
  await sql`create function list_past_retention() returns table (id uuid, client_name text, system_name text, ended_on date, legal_hold boolean, role text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select listed.id, client.name, listed.system_name, listed.retention_until, listed.legal_hold, own.role
      from listed_engagements() mine join engagement listed on listed.id = mine.engagement_id join organization client on client.id = listed.client_id
        left join membership own on own.engagement_id = listed.id and own.person_id = app_person() and own.removed_at is null
      where listed.phase = 'archived' and listed.retention_until < (app_now() at time zone listed.zone)::date
      order by listed.legal_hold, listed.retention_until, client.name, listed.id;
    end`.execute(db)
  await sql`revoke execute on function list_past_retention() from public`.execute(db)
  await sql`grant execute on function list_past_retention() to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
