import { sql, type Kysely } from 'kysely'

/**
 * The fence asks the same as before in words whose selectivity the planner takes for one. Beside a statement's own
 * condition on the engagement, `engagement_id = any (…)` was taken for a second, independent one: of a thousand
 * engagements the planner then expected one row where there were thousands, and joined them one by one.
 */
export async function up(db: Kysely<any>): Promise<void> {
  const { rows } = await sql<{ table: string, column: string }>`select pg_class.relname as "table", case pg_class.relname when 'engagement' then 'id' else 'engagement_id' end as "column"
    from pg_policy join pg_class on pg_class.oid = polrelid
    where polname = 'in_scope' and relnamespace = 'public'::regnamespace and pg_get_expr(polqual, polrelid) like '%= ANY (( SELECT visible_engagements()%'`.execute(db)
  for (const { table, column } of rows) {
    await sql`alter policy in_scope on ${sql.table(table)} using (array_position((select visible_engagements())::uuid[], ${sql.ref(column)}) is not null)`.execute(db)
  }
  await sql`create or replace function protect_engagement_table(name regclass) returns void language plpgsql as $$
    begin
      execute format('alter table %s enable row level security', name);
      execute format('alter table %s force row level security', name);
      execute format('create policy in_scope on %s using (array_position((select visible_engagements())::uuid[], engagement_id) is not null)
        with check (engagement_id = app_engagement())', name);
      execute format('grant select, insert, update on %s to tickmark_app', name);
      perform lock_engagement_table(name);
    end $$`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
