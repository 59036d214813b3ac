import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // Whose list it is, asked once and no longer for each of a thousand engagements.
  await sql`create or replace function listed_engagements() returns table (engagement_id uuid) language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select engagement.id from engagement
      where exists (select from person join organization on organization.id = person.organization_id
          where person.id = app_person() and person.removed_at is null and organization.kind = 'firm' and person.rank in ('partner', 'manager'))
        or ((select app_is_firm()) and engagement.id in (select membership.engagement_id from membership where person_id = app_person() and removed_at is null));
    end`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
