import { sql, type Kysely } from 'kysely'

/** A file beside a record: all of it or nothing. */
const file = sql.raw(`
    file_sha256 text check (file_sha256 ~ '^[0-9a-f]{64}$'),
    file_name text,
    file_size bigint check (file_size >= 0),
    media_type text,
    check (num_nulls(file_sha256, file_name, file_size, media_type) in (0, 4))`)

export async function up(db: Kysely<any>): Promise<void> {
  await keepFirmPolicy(db)
  await sql`alter table engagement
    alter column phase set default 'draft',
    add report_date date,
    add release_date date,
    add assembly_days smallint not null default 60 check (assembly_days between 1 and 365),
    add retention_years smallint not null default 7 check (retention_years between 5 and 50),
    add retention_until date generated always as ((release_date + retention_years * interval '1 year')::date) stored,
    add legal_hold boolean not null default false,
    add archived_at timestamptz,
    add archived_by uuid references person,
    add firm_policy_version integer not null default 1 check (firm_policy_version > 0),
    add check (release_date >= report_date),
    add check (release_date is null or report_date is not null)`.execute(db)
  await sql`alter table engagement alter column firm_policy_version set default latest_firm_policy()`.execute(db)
  await sql`create trigger keeps_its_firm_policy before update on engagement for each row
    when ((new.firm_policy_version, new.assembly_days, new.retention_years) is distinct from (old.firm_policy_version, old.assembly_days, old.retention_years)) execute function keep_word()`.execute(db)
  await keepRecords(db)
  await keepAdditions(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

/** Version 1 is what the product comes with; what a firm enters begins at version 2, and an engagement keeps the one it started with. */
async function keepFirmPolicy(db: Kysely<any>): Promise<void> {
  await sql`create table firm_policy (
    organization_id uuid not null references organization,
    version integer not null check (version > 1),
    retention_years smallint not null check (retention_years between 5 and 50),
    assembly_days smallint not null check (assembly_days between 1 and 60),
    link_policy text not null check (link_policy in ('link', 'link_and_code', 'account_only')),
    link_days smallint not null check (link_days between 1 and 30),
    firm_idle_minutes smallint not null check (firm_idle_minutes between 5 and 60),
    client_idle_minutes smallint not null check (client_idle_minutes between 5 and 720),
    quality_review boolean not null,
    entered_by uuid not null references person,
    entered_at timestamptz not null default app_now(),
    primary key (organization_id, version)
  )`.execute(db)
  await sql`create trigger append_only before update or delete on firm_policy for each row execute function refuse_change()`.execute(db)
  await sql`grant select, insert on firm_policy to tickmark_app`.execute(db)
  await sql`alter table firm_policy enable row level security`.execute(db)
  await sql`alter table firm_policy force row level security`.execute(db)
  await sql`create policy owner_sees_all on firm_policy to current_user using (true) with check (true)`.execute(db)
  await sql`create policy read_by_firm on firm_policy for select using (app_is_firm())`.execute(db)
  await sql`create policy entered_by_managers on firm_policy for insert with check (entered_by = app_person() and exists (
    select from person where person.id = app_person() and person.organization_id = firm_policy.organization_id
      and person.rank in ('partner', 'manager') and person.removed_at is null))`.execute(db)
  await sql`create function latest_firm_policy() returns integer language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select coalesce(max(version), 1) from firm_policy;
    end`.execute(db)
  await sql`revoke execute on function latest_firm_policy() from public`.execute(db)
  await sql`grant execute on function latest_firm_policy() to tickmark_app`.execute(db)
  await limitIdling(db)
}

/** A session that rests longer than the firm lets it has ended; the firm's newest policy holds for everybody at once. */
async function limitIdling(db: Kysely<any>): Promise<void> {
  await sql`create or replace function find_session(hash text)
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
        left join lateral (select firm_idle_minutes, client_idle_minutes from firm_policy order by version desc limit 1) policy on true
      where session.id_hash = hash and person.removed_at is null and session.expires_at > now()
        and session.last_seen_at > now() - make_interval(mins =>
          case when organization.kind = 'firm' then coalesce(policy.firm_idle_minutes, 60) else coalesce(policy.client_idle_minutes, 720) end);
    end`.execute(db)
}

/** What is on record of an engagement's start and end; a later entry of a kind replaces the one before, which stays. */
async function keepRecords(db: Kysely<any>): Promise<void> {
  await sql`create table engagement_record (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('acceptance', 'independence', 'terms', 'control_matrix', 'assertion', 'representation', 'subsequent_events', 'quality_review', 'assembly')),
    person_id uuid not null,
    version integer not null check (version > 0),
    stands boolean not null default true,
    dated_on date not null,
    note text not null default '',
    ${file},
    recorded_by uuid not null references person,
    recorded_at timestamptz not null default app_now(),
    primary key (engagement_id, id),
    foreign key (engagement_id, person_id) references membership (engagement_id, person_id),
    -- Independence is each person's own word.
    check (kind <> 'independence' or person_id = recorded_by),
    check (stands or note <> '')
  )`.execute(db)
  await sql`create unique index engagement_record_version on engagement_record (engagement_id, kind, (case when kind = 'independence' then person_id end), version) nulls not distinct`.execute(db)
  await sql`select protect_engagement_table('engagement_record'::regclass)`.execute(db)
  await sql`revoke update on engagement_record from tickmark_app`.execute(db)
  await sql`create trigger append_only before update or delete on engagement_record for each row execute function refuse_change()`.execute(db)
  await sql`create policy shared_with_client on engagement_record as restrictive for select to tickmark_app
    using (coalesce(app_side(), 'client') <> 'client' or kind in ('assertion', 'representation'))`.execute(db)
  await sql`create policy given_by_client on engagement_record as restrictive for insert to tickmark_app
    with check (coalesce(app_side(), 'client') <> 'client' or kind in ('assertion', 'representation'))`.execute(db)
}

/** What came to a file after it was locked: proposed, reviewed by somebody else, authorized by the partner; never changed. */
async function keepAdditions(db: Kysely<any>): Promise<void> {
  await sql`create table archive_addition (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    number integer not null check (number > 0),
    reason text not null check (reason <> ''),
    text text not null default '',
    ${file},
    made_by uuid not null,
    made_at timestamptz not null default app_now(),
    reviewed_by uuid,
    reviewed_at timestamptz,
    authorized_by uuid,
    authorized_at timestamptz,
    primary key (engagement_id, id),
    unique (engagement_id, number),
    foreign key (engagement_id, made_by) references membership (engagement_id, person_id),
    foreign key (engagement_id, reviewed_by) references membership (engagement_id, person_id),
    foreign key (engagement_id, authorized_by) references membership (engagement_id, person_id),
    check (text <> '' or file_sha256 is not null),
    check (reviewed_by <> made_by),
    check ((reviewed_by is null) = (reviewed_at is null)),
    check ((authorized_by is null) = (authorized_at is null)),
    check (authorized_at is null or reviewed_at is not null)
  )`.execute(db)
  await sql`select protect_engagement_table('archive_addition'::regclass)`.execute(db)
  await sql`revoke update on archive_addition from tickmark_app`.execute(db)
  await sql`grant update (reviewed_by, reviewed_at, authorized_by, authorized_at) on archive_addition to tickmark_app`.execute(db)
  await sql`create trigger stays_reviewed before update on archive_addition for each row
    when ((old.reviewed_at is not null and (new.reviewed_by, new.reviewed_at) is distinct from (old.reviewed_by, old.reviewed_at))
      or (old.authorized_at is not null and (new.authorized_by, new.authorized_at) is distinct from (old.authorized_by, old.authorized_at)))
    execute function keep_word()`.execute(db)
  await sql`create trigger never_removed before delete on archive_addition for each row execute function refuse_change()`.execute(db)
  await sql`create policy firm_only on archive_addition as restrictive for select to tickmark_app
    using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
}
