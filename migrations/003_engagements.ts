import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table engagement (
    id uuid primary key default gen_random_uuid(),
    client_id uuid not null references organization,
    system_name text not null check (system_name <> ''),
    type smallint not null check (type in (1, 2)),
    as_of date,
    period_start date,
    period_end date,
    zone text not null,
    categories text[] not null check (categories @> array['security']
      and categories <@ array['security', 'availability', 'confidentiality', 'processing_integrity', 'privacy']),
    phase text not null default 'planning' check (phase in
      ('draft', 'planning', 'fieldwork', 'wrap_up', 'reporting', 'issued', 'archived', 'withdrawn')),
    link_days smallint not null default 14 check (link_days between 1 and 30),
    created_at timestamptz not null default app_now(),
    created_by uuid not null references person,
    check ((type = 1 and as_of is not null and period_start is null and period_end is null)
      or (type = 2 and as_of is null and period_start is not null and period_end is not null and period_start <= period_end))
  )`.execute(db)
  await sql`create table membership (
    engagement_id uuid not null references engagement,
    person_id uuid not null references person,
    role text not null check (role in
      ('partner', 'quality_reviewer', 'manager', 'senior', 'staff', 'sponsor', 'lead', 'owner')),
    added_at timestamptz not null default app_now(),
    removed_at timestamptz,
    primary key (engagement_id, person_id)
  )`.execute(db)
  await sql`create index membership_person on membership (person_id, engagement_id)`.execute(db)
  await sql`create table counter (
    engagement_id uuid not null references engagement,
    series text not null,
    last integer not null check (last > 0),
    primary key (engagement_id, series)
  )`.execute(db)
  await sql`grant select, insert, update on engagement, membership, counter to tickmark_app`.execute(db)

  await defineVisibility(db)
  await protectAccounts(db)
  await protectEngagements(db)
  await defineLookUps(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function defineVisibility(db: Kysely<any>): Promise<void> {
  await sql`create function visible_engagements() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return case when app_engagement() is not null then array[app_engagement()]
      else coalesce((select array_agg(engagement_id) from membership
        where person_id = app_person() and removed_at is null), '{}') end`.execute(db)
  await sql`create function app_is_firm() returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return exists (select from person join organization on organization.id = person.organization_id
      where person.id = app_person() and organization.kind = 'firm' and person.removed_at is null)`.execute(db)
  await sql`create function visible_organizations() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return coalesce(case
      when app_engagement() is not null then (select array_agg(id) from organization
        where kind = 'firm' or id = (select client_id from engagement where id = app_engagement()))
      when app_is_firm() then (select array_agg(id) from organization)
      else (select array_agg(organization.id) from organization
        where kind = 'firm' or id = (select organization_id from person where id = app_person())) end, '{}')`.execute(db)
}

async function protectAccounts(db: Kysely<any>): Promise<void> {
  for (const table of ['organization', 'person', 'credential', 'recovery_code', 'invitation', 'session']) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`alter table ${sql.table(table)} force row level security`.execute(db)
    // Look-up functions run as the owner, who is under the same fence without this.
    await sql`create policy owner_sees_all on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
  }
  await sql`create policy visible on organization for select using (id = any ((select visible_organizations())::uuid[]))`.execute(db)
  await sql`create policy added_by_firm on organization for insert with check (kind = 'client' and app_is_firm())`.execute(db)
  await sql`create policy visible on person for select using (id = app_person() or organization_id = any ((select visible_organizations())::uuid[]))`.execute(db)
  await sql`create policy added on person for insert with check (organization_id = any ((select visible_organizations())::uuid[]))`.execute(db)
  await sql`create policy changed on person for update using (id = app_person() or organization_id = any ((select visible_organizations())::uuid[]))`.execute(db)
  for (const table of ['credential', 'recovery_code', 'session']) {
    await sql`create policy own on ${sql.table(table)} using (person_id = app_person()) with check (person_id = app_person())`.execute(db)
  }
  await sql`create policy own on invitation using (person_id = app_person())`.execute(db)
  await sql`create policy sent on invitation for insert with check (true)`.execute(db)
}

async function protectEngagements(db: Kysely<any>): Promise<void> {
  for (const table of ['engagement', 'membership', 'counter']) {
    const key = sql.ref(table === 'engagement' ? 'id' : 'engagement_id')
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`alter table ${sql.table(table)} force row level security`.execute(db)
    await sql`create policy owner_sees_all on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
    await sql`create policy in_scope on ${sql.table(table)}
      using (${key} = any ((select visible_engagements())::uuid[]))
      with check (${key} = app_engagement())`.execute(db)
  }
}

/** What must be found before anybody's scope is known, one narrow question each. */
async function defineLookUps(db: Kysely<any>): Promise<void> {
  await sql`create function find_person_by_email(address text)
    returns table (person_id uuid, removed boolean) language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select id, removed_at is not null from person where email = lower(address);
    end`.execute(db)
  await sql`create function find_session(hash text)
    returns table (public_id uuid, person_id uuid, created_at timestamptz, last_seen_at timestamptz,
      expires_at timestamptz, two_step_at timestamptz, name text, email text, rank text, organization_id uuid,
      organization_kind text, organization_name text, two_step_confirmed boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select session.public_id, session.person_id, session.created_at, session.last_seen_at, session.expires_at,
        session.two_step_at, person.name, person.email, person.rank, person.organization_id, organization.kind,
        organization.name, credential.two_step_confirmed_at is not null
      from session join person on person.id = session.person_id
        join organization on organization.id = person.organization_id
        left join credential on credential.person_id = person.id
      where session.id_hash = hash and person.removed_at is null and session.expires_at > now()
        and (organization.kind <> 'firm' or session.last_seen_at > now() - interval '1 hour');
    end`.execute(db)
  await sql`create function find_invitation(hash text)
    returns table (person_id uuid, purpose text, expires_at timestamptz, used_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select person_id, purpose, expires_at, used_at from invitation where token_hash = hash;
    end`.execute(db)
  await sql`revoke execute on function find_person_by_email(text), find_session(text), find_invitation(text),
    visible_engagements(), visible_organizations(), app_is_firm() from public`.execute(db)
  await sql`grant execute on function find_person_by_email(text), find_session(text), find_invitation(text),
    visible_engagements(), visible_organizations(), app_is_firm() to tickmark_app`.execute(db)
}
