import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table engagement
    add purpose text not null default 'examination' check (purpose in ('examination', 'readiness')),
    add rolled_from uuid references engagement`.execute(db)
  await sql`create trigger stays_its_kind before update on engagement for each row
    when ((new.purpose, new.rolled_from) is distinct from (old.purpose, old.rolled_from)) execute function keep_word()`.execute(db)
  await sql`create table roll_report (
    engagement_id uuid primary key references engagement,
    report jsonb not null,
    made_at timestamptz not null default app_now(),
    made_by uuid not null references person
  )`.execute(db)
  // A milestone that nobody moved has no row: its date is worked out from the engagement's dates.
  await sql`create table milestone (
    engagement_id uuid not null references engagement,
    kind text not null check (kind in ('kick_off', 'population_due', 'sample_due', 'fieldwork_end', 'draft', 'report', 'assembly')),
    due_on date not null,
    version integer not null default 1 check (version > 0),
    moved_at timestamptz not null default app_now(),
    moved_by uuid not null references person,
    primary key (engagement_id, kind)
  )`.execute(db)
  await keepReadiness(db)
  for (const table of ['roll_report', 'milestone', 'readiness_assessment', 'remediation_note']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`grant update (due_on, version, moved_at, moved_by) on milestone to tickmark_app`.execute(db)
  await sql`grant update (state, gap, owner_id, due_on, status, status_since, version, assessed_at, assessed_by) on readiness_assessment to tickmark_app`.execute(db)
  await keepFeeds(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function keepReadiness(db: Kysely<any>): Promise<void> {
  await sql`create table readiness_assessment (
    engagement_id uuid not null references engagement,
    criterion text not null check (criterion <> ''),
    state text not null check (state in ('in_place', 'missing', 'badly_designed', 'undocumented')),
    gap text not null default '',
    owner_id uuid,
    due_on date,
    status text check (status in ('open', 'in_progress', 'remediated', 'verified')),
    status_since timestamptz not null default app_now(),
    version integer not null default 1 check (version > 0),
    assessed_at timestamptz not null default app_now(),
    assessed_by uuid not null references person,
    primary key (engagement_id, criterion),
    foreign key (engagement_id, owner_id) references membership (engagement_id, person_id),
    check ((state = 'in_place') = (status is null)),
    check (state = 'in_place' or gap <> '')
  )`.execute(db)
  const moves = [['open', 'in_progress'], ['open', 'remediated'], ['in_progress', 'remediated'], ['remediated', 'in_progress'], ['remediated', 'verified'], ['verified', 'in_progress']]
  for (const [from, to] of moves) await sql`insert into state_move values ('readiness_assessment', ${from}, ${to})`.execute(db)
  await sql`create trigger state_move before update of status on readiness_assessment for each row
    when (old.status is not null and new.status is not null) execute function check_state_move()`.execute(db)
  await sql`create table remediation_note (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    criterion text not null,
    from_status text not null,
    to_status text not null,
    words text not null default '',
    written_at timestamptz not null default app_now(),
    written_by uuid not null references person,
    primary key (engagement_id, id),
    foreign key (engagement_id, criterion) references readiness_assessment
  )`.execute(db)
  await sql`create index remediation_note_criterion on remediation_note (engagement_id, criterion, written_at)`.execute(db)
}

/** A calendar asks without a session, so the token alone leads to its person; only its hash is kept. */
async function keepFeeds(db: Kysely<any>): Promise<void> {
  await sql`create table calendar_token (
    id uuid primary key default gen_random_uuid(),
    person_id uuid not null references person,
    token_hash text not null unique,
    made_at timestamptz not null default app_now(),
    ended_at timestamptz
  )`.execute(db)
  await sql`create unique index calendar_token_living on calendar_token (person_id) where ended_at is null`.execute(db)
  await sql`alter table calendar_token enable row level security`.execute(db)
  await sql`alter table calendar_token force row level security`.execute(db)
  await sql`create policy owner_sees_all on calendar_token to current_user using (true) with check (true)`.execute(db)
  await sql`create policy own on calendar_token using (person_id = app_person()) with check (person_id = app_person())`.execute(db)
  await sql`grant select, insert on calendar_token to tickmark_app`.execute(db)
  await sql`grant update (ended_at) on calendar_token to tickmark_app`.execute(db)
  await sql`create trigger stays_ended before update on calendar_token for each row when (old.ended_at is not null) execute function keep_word()`.execute(db)
  await sql`create function find_calendar_feed(hash text) returns table (person_id uuid, name text, side text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select person.id, person.name, organization.kind
      from calendar_token join person on person.id = calendar_token.person_id join organization on organization.id = person.organization_id
      where token_hash = hash and ended_at is null and person.removed_at is null;
    end`.execute(db)
  await sql`revoke execute on function find_calendar_feed(text) from public`.execute(db)
  await sql`grant execute on function find_calendar_feed(text) to tickmark_app`.execute(db)
}
