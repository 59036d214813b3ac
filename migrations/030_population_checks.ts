import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // A population is read from a file, made from the calendar, or rests on the statement that nothing occurred.
  await sql`alter table population
    alter column request_id drop not null,
    alter column submission_id drop not null,
    alter column file_id drop not null,
    add column source text not null default 'file' check (source in ('file', 'calendar', 'statement')),
    add column every text check (every in ('half_year', 'quarter', 'month', 'week', 'business_day', 'day')),
    add column items_sha256 text,
    add column list_id uuid,
    add column coverage jsonb,
    add foreign key (engagement_id, list_id) references population,
    add check ((source = 'file') = (file_id is not null)),
    add check ((source = 'calendar') = (request_id is null) and (request_id is null) = (submission_id is null)),
    add check ((source = 'calendar') = (every is not null)),
    add check (source <> 'calendar' or items_sha256 is not null),
    add check (list_id is null or source = 'calendar')`.execute(db)
  await sql`create index population_submission on population (engagement_id, submission_id) where submission_id is not null`.execute(db)
  await sql`create index population_list on population (engagement_id, list_id) where list_id is not null`.execute(db)

  // A page of a million rows is found by its place, its key or its day, never by counting through them.
  await sql`drop index population_row_key`.execute(db)
  await sql`create index population_row_key on population_row (engagement_id, population_id, key, row_number)`.execute(db)
  await sql`create index population_row_day on population_row (engagement_id, population_id, occurred_on, row_number)`.execute(db)
  await sql`create index population_row_outside on population_row (engagement_id, population_id, row_number) where not in_period`.execute(db)

  await freeze(db)
  await createTables(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function freeze(db: Kysely<any>): Promise<void> {
  await sql`create or replace function freeze_population() returns trigger language plpgsql as $$
    begin
      if old.status in ('accepted', 'locked') and
        (old.number, old.request_id, old.submission_id, old.file_id, old.name, old.occurrence, old.source_system, old.query, old.declared_count, old.header,
          old.key_column, old.date_column, old.date_meaning, old.date_format, old.reading, old.row_count, old.in_scope_count, old.findings,
          old.corroboration, old.created_at, old.created_by, old.accepted_at, old.accepted_by,
          old.source, old.every, old.items_sha256, old.list_id, old.coverage)
        is distinct from
        (new.number, new.request_id, new.submission_id, new.file_id, new.name, new.occurrence, new.source_system, new.query, new.declared_count, new.header,
          new.key_column, new.date_column, new.date_meaning, new.date_format, new.reading, new.row_count, new.in_scope_count, new.findings,
          new.corroboration, new.created_at, new.created_by, new.accepted_at, new.accepted_by,
          new.source, new.every, new.items_sha256, new.list_id, new.coverage) then
        raise exception 'an accepted population cannot be changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
}

async function createTables(db: Kysely<any>): Promise<void> {
  // The controls a calendar serves; those of a list stand on its request.
  await sql`create table population_control (
    engagement_id uuid not null,
    population_id uuid not null,
    control_id uuid not null,
    primary key (engagement_id, population_id, control_id),
    foreign key (engagement_id, population_id) references population,
    foreign key (engagement_id, control_id) references control
  )`.execute(db)
  await sql`create index population_control_control on population_control (engagement_id, control_id)`.execute(db)

  // What the calendar has but the control was not due on, such as a bank holiday: explained by the client, agreed by the auditor.
  await sql`create table calendar_omission (
    engagement_id uuid not null,
    population_id uuid not null,
    key text not null,
    reason text not null check (reason <> ''),
    agreed_at timestamptz not null default app_now(),
    agreed_by uuid not null references person,
    primary key (engagement_id, population_id, key),
    foreign key (engagement_id, population_id) references population
  )`.execute(db)

  await sql`create table population_mark (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    population_id uuid not null,
    check_name text not null,
    tick text not null check (tick in ('agreed', 'explained', 'exception')),
    note text not null,
    sentence text not null,
    made_at timestamptz not null default app_now(),
    made_by uuid not null references person,
    primary key (engagement_id, id),
    foreign key (engagement_id, population_id) references population
  )`.execute(db)
  await sql`create index population_mark_population on population_mark (engagement_id, population_id, made_at)`.execute(db)

  await sql`create table population_procedure (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    number integer not null check (number > 0),
    population_id uuid not null,
    kind text not null check (kind in ('query_logic', 'screen_count', 'reverse_test', 'second_source', 'other')),
    performed_on date not null,
    words text not null check (words <> ''),
    conclusion text not null check (conclusion in ('agrees', 'differs')),
    shown integer,
    other_id uuid,
    outcome jsonb not null default '{}',
    made_at timestamptz not null default app_now(),
    made_by uuid not null references person,
    primary key (engagement_id, id),
    unique (engagement_id, population_id, number),
    foreign key (engagement_id, population_id) references population,
    foreign key (engagement_id, other_id) references population,
    check ((kind = 'second_source') = (other_id is not null)),
    check ((kind = 'screen_count') = (shown is not null))
  )`.execute(db)

  for (const table of ['population_control', 'calendar_omission', 'population_mark', 'population_procedure']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`grant delete on calendar_omission to tickmark_app`.execute(db)
  // Nothing that bears on a list is decided behind the back of its acceptance.
  await sql`create function refuse_late_omission() returns trigger language plpgsql as $$
    declare row calendar_omission := coalesce(new, old);
    begin
      if exists (select from population where engagement_id = row.engagement_id and id = row.population_id and status in ('accepted', 'locked')) then
        raise exception 'the calendar of an accepted population cannot be changed' using errcode = 'restrict_violation';
      end if;
      return row;
    end $$`.execute(db)
  await sql`create trigger frozen before insert or delete on calendar_omission for each row execute function refuse_late_omission()`.execute(db)
}
