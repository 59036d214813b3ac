import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'tickmark_app') then
        create role tickmark_app login nosuperuser nobypassrls nocreatedb nocreaterole;
      end if;
      if not exists (select from pg_roles where rolname = 'tickmark_queue') then
        create role tickmark_queue login nosuperuser nobypassrls nocreatedb nocreaterole;
      end if;
    exception
      -- Two databases of one cluster may be migrated at once, and both find the role missing.
      when duplicate_object or unique_violation then null;
    end $$`.execute(db)
  await sql`revoke create on schema public from public`.execute(db)
  await sql`grant usage on schema public to tickmark_app`.execute(db)

  await sql`create function app_engagement() returns uuid language sql stable
    return nullif(current_setting('app.engagement', true), '')::uuid`.execute(db)
  await sql`create function app_person() returns uuid language sql stable
    return nullif(current_setting('app.person', true), '')::uuid`.execute(db)
  // The demo tells a story that happened over weeks; everything else happens now.
  await sql`create function app_now() returns timestamptz language sql stable
    return coalesce(nullif(current_setting('app.at', true), '')::timestamptz, now())`.execute(db)

  await sql`create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
    end $$`.execute(db)

  // Rows of a state table may only move along the arrows listed for it; the application's rules hold the same list.
  await sql`create table state_move (
    subject text not null,
    from_status text not null,
    to_status text not null,
    primary key (subject, from_status, to_status)
  )`.execute(db)
  await sql`grant select on state_move to tickmark_app`.execute(db)
  await sql`create function check_state_move() returns trigger language plpgsql as $$
    begin
      if new.status is distinct from old.status and not exists (
        select from state_move where subject = tg_table_name and from_status = old.status and to_status = new.status
      ) then
        raise exception '% cannot go from % to %', tg_table_name, old.status, new.status using errcode = 'check_violation';
      end if;
      return new;
    end $$`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
