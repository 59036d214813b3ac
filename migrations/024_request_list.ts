import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await createSeries(db)
  // What a list from elsewhere brings along, and the span a request of a series asks for.
  await sql`alter table request
    add column reference text not null default '',
    add column external_id text check (external_id <> ''),
    add column formats text not null default '',
    add column recurrence_id uuid,
    add column span_start date,
    add column span_end date,
    add foreign key (engagement_id, recurrence_id) references recurrence,
    add check ((span_start is null) = (span_end is null) and span_start <= span_end),
    add check (recurrence_id is null or span_start is not null)`.execute(db)
  await sql`create unique index request_external on request (engagement_id, external_id) where external_id is not null`.execute(db)
  await sql`create unique index request_span on request (engagement_id, recurrence_id, span_start) where recurrence_id is not null`.execute(db)
  await sql`create index request_due on request (engagement_id, due_on) where due_on is not null`.execute(db)
  await sql`create index request_reviewer on request (engagement_id, reviewer_id) where reviewer_id is not null`.execute(db)
  await sql`create index evidence_file_submission on evidence_file (engagement_id, submission_id)`.execute(db)

  await sql`create table due_change (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    from_on date,
    to_on date not null,
    reason text not null default '',
    changed_at timestamptz not null default app_now(),
    changed_by uuid references person,
    primary key (engagement_id, id),
    foreign key (engagement_id, request_id) references request
  )`.execute(db)
  await sql`create index due_change_request on due_change (engagement_id, request_id, changed_at)`.execute(db)

  await sql`create table saved_view (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    person_id uuid not null references person,
    name text not null check (name <> ''),
    query text not null,
    shared boolean not null default false,
    created_at timestamptz not null default app_now(),
    primary key (engagement_id, id),
    unique (engagement_id, person_id, name)
  )`.execute(db)

  // A sheet between its upload and the moment it is taken over, and which heading meant what the last time.
  await sql`create table sheet_import (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    purpose text not null,
    name text not null,
    sha256 text not null,
    rows jsonb not null,
    mapping jsonb,
    created_at timestamptz not null default app_now(),
    created_by uuid not null references person,
    primary key (engagement_id, id)
  )`.execute(db)
  await sql`create table sheet_heading (
    engagement_id uuid not null references engagement,
    purpose text not null,
    heading text not null,
    field text not null,
    primary key (engagement_id, purpose, heading)
  )`.execute(db)

  for (const table of ['due_change', 'saved_view', 'sheet_import', 'sheet_heading']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`grant update (query, shared) on saved_view to tickmark_app`.execute(db)
  await sql`grant update (mapping) on sheet_import to tickmark_app`.execute(db)
  await sql`grant update (field) on sheet_heading to tickmark_app`.execute(db)
  await sql`grant delete on saved_view, sheet_import to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function createSeries(db: Kysely<any>): Promise<void> {
  await sql`create table recurrence (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    title text not null check (title <> ''),
    every text not null check (every in ('week', 'month', 'quarter', 'half_year')),
    due_days integer not null check (due_days between 0 and 120),
    switched_on_by uuid references person,
    created_at timestamptz not null default app_now(),
    created_by uuid not null references person,
    primary key (engagement_id, id)
  )`.execute(db)
  await sql`select protect_engagement_table('recurrence'::regclass)`.execute(db)
  await sql`revoke update on recurrence from tickmark_app`.execute(db)
  await sql`grant update (switched_on_by) on recurrence to tickmark_app`.execute(db)
  await sql`create policy owner_sees_all on recurrence to current_user using (true) with check (true)`.execute(db)
  // Asked by the daily job before it is inside any engagement; it learns ids and nothing else.
  await sql`create function engagements_with_series() returns table (engagement_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select distinct recurrence.engagement_id from recurrence where recurrence.switched_on_by is not null;
    end`.execute(db)
  await sql`revoke execute on function engagements_with_series() from public`.execute(db)
  await sql`grant execute on function engagements_with_series() to tickmark_app`.execute(db)
}
