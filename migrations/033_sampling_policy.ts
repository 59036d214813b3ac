import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // Version 1 is the policy the product comes with; what a firm enters begins at version 2.
  await sql`create table sampling_policy (
    organization_id uuid not null references organization,
    version integer not null check (version > 1),
    sizes jsonb not null check (jsonb_typeof(sizes) = 'object'),
    confidence double precision not null check (confidence > 0 and confidence < 1),
    tolerable double precision not null check (tolerable > 0 and tolerable < 1),
    entered_by uuid not null references person,
    entered_at timestamptz not null default app_now(),
    primary key (organization_id, version)
  )`.execute(db)
  await sql`create trigger append_only before update or delete on sampling_policy for each row execute function refuse_change()`.execute(db)
  await sql`grant select, insert on sampling_policy to tickmark_app`.execute(db)
  await sql`alter table sampling_policy enable row level security`.execute(db)
  await sql`alter table sampling_policy force row level security`.execute(db)
  await sql`create policy owner_sees_all on sampling_policy to current_user using (true) with check (true)`.execute(db)
  await sql`create policy read_by_firm on sampling_policy for select using (app_is_firm())`.execute(db)
  await sql`create policy entered_by_managers on sampling_policy for insert with check (entered_by = app_person() and exists (
    select from person where person.id = app_person() and person.organization_id = sampling_policy.organization_id
      and person.rank in ('partner', 'manager') and person.removed_at is null))`.execute(db)

  await sql`create function latest_sampling_policy() returns integer language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select coalesce(max(version), 1) from sampling_policy;
    end`.execute(db)
  await sql`revoke execute on function latest_sampling_policy() from public`.execute(db)
  await sql`grant execute on function latest_sampling_policy() to tickmark_app`.execute(db)

  // An engagement keeps the version it started with.
  await sql`alter table engagement add column sampling_policy_version integer not null default 1 check (sampling_policy_version > 0)`.execute(db)
  await sql`alter table engagement alter column sampling_policy_version set default latest_sampling_policy()`.execute(db)
  await sql`create trigger keeps_its_policy before update on engagement for each row
    when (new.sampling_policy_version <> old.sampling_policy_version) execute function keep_word()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
