import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table population (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    number integer not null check (number > 0),
    request_id uuid not null,
    submission_id uuid not null,
    file_id uuid not null,
    name text not null check (name <> ''),
    occurrence text not null check (occurrence <> ''),
    source_system text not null default '',
    query text not null default '',
    declared_count integer,
    header text[] not null default '{}',
    key_column text,
    date_column text,
    date_meaning text not null default '',
    date_format jsonb,
    status text not null default 'received' check (status in ('requested', 'received', 'checking', 'returned', 'accepted', 'locked')),
    reading text not null default 'pending' check (reading in ('pending', 'running', 'done', 'failed')),
    reading_error text,
    row_count integer,
    in_scope_count integer,
    findings jsonb not null default '[]',
    corroboration text,
    created_at timestamptz not null default app_now(),
    created_by uuid not null references person,
    accepted_at timestamptz,
    accepted_by uuid references person,
    locked_at timestamptz,
    version integer not null default 1,
    primary key (engagement_id, id),
    unique (engagement_id, number),
    unique (engagement_id, file_id),
    foreign key (engagement_id, request_id) references request,
    foreign key (engagement_id, submission_id) references submission,
    foreign key (engagement_id, file_id) references evidence_file,
    check (status not in ('accepted', 'locked') or (accepted_at is not null and reading = 'done')),
    check ((status = 'locked') = (locked_at is not null))
  )`.execute(db)
  await sql`create index population_request on population (engagement_id, request_id)`.execute(db)
  for (const [from, to] of [['requested', 'received'], ['received', 'checking'], ['received', 'returned'], ['checking', 'returned'], ['checking', 'accepted'],
    ['accepted', 'locked'], ['accepted', 'returned']]) {
    await sql`insert into state_move values ('population', ${from}, ${to})`.execute(db)
  }
  await sql`create trigger state_move before update of status on population for each row execute function check_state_move()`.execute(db)

  await sql`create table population_row (
    engagement_id uuid not null,
    population_id uuid not null,
    row_number integer not null check (row_number > 0),
    key text not null,
    occurred_on date,
    in_period boolean not null,
    cells text[] not null,
    primary key (engagement_id, population_id, row_number),
    foreign key (engagement_id, population_id) references population
  )`.execute(db)
  await sql`create index population_row_key on population_row (engagement_id, population_id, key)`.execute(db)
  // After acceptance the rows are the record of what was sampled from.
  await sql`create function freeze_population_row() returns trigger language plpgsql as $$
    declare row population_row := coalesce(old, new);
    begin
      if exists (select from population where engagement_id = row.engagement_id and id = row.population_id and status in ('accepted', 'locked')) then
        raise exception 'the rows of an accepted population cannot be changed' using errcode = 'restrict_violation';
      end if;
      return coalesce(new, old);
    end $$`.execute(db)
  await sql`create trigger frozen before update or delete on population_row for each row execute function freeze_population_row()`.execute(db)

  await sql`create table draw (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    number integer not null check (number > 0),
    population_id uuid not null,
    filter_column text,
    filter_value text,
    method text not null check (method in ('random', 'all')),
    algorithm text not null default 'sha256-rank-v1',
    seed text not null check (seed ~ '^[0-9a-f]{32}$'),
    size integer not null check (size > 0),
    population_size integer not null,
    keys_sha256 text not null,
    file_sha256 text not null,
    reason text not null default '',
    drawn_at timestamptz not null default app_now(),
    drawn_by uuid not null references person,
    primary key (engagement_id, id),
    unique (engagement_id, number),
    foreign key (engagement_id, population_id) references population,
    check (size <= population_size),
    check (method <> 'all' or (size = population_size and reason <> '')),
    check ((filter_column is null) = (filter_value is null))
  )`.execute(db)
  await sql`create table sample_item (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    draw_id uuid not null,
    rank integer not null check (rank > 0),
    population_id uuid not null,
    row_number integer not null,
    key text not null,
    digest text not null,
    primary key (engagement_id, id),
    unique (engagement_id, draw_id, rank),
    unique (engagement_id, draw_id, key),
    foreign key (engagement_id, draw_id) references draw,
    foreign key (engagement_id, population_id, row_number) references population_row
  )`.execute(db)
  await sql`create table item_claim (
    engagement_id uuid not null,
    submission_id uuid not null,
    item_id uuid not null,
    claim text not null check (claim in ('not_applicable', 'cannot_provide')),
    words text not null check (words <> ''),
    claimed_at timestamptz not null default app_now(),
    claimed_by uuid not null references person,
    primary key (engagement_id, submission_id, item_id),
    foreign key (engagement_id, submission_id) references submission,
    foreign key (engagement_id, item_id) references sample_item
  )`.execute(db)
  // No sample without a locked population, and no later change to what was drawn.
  await sql`create function draw_needs_lock() returns trigger language plpgsql as $$
    begin
      if not exists (select from population where engagement_id = new.engagement_id and id = new.population_id and status = 'locked') then
        raise exception 'a sample is drawn from a locked population only' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger needs_lock before insert on draw for each row execute function draw_needs_lock()`.execute(db)
  for (const table of ['draw', 'sample_item']) {
    await sql`create trigger append_only before update or delete on ${sql.table(table)} for each row execute function refuse_change()`.execute(db)
  }
  await sql`alter table request add foreign key (engagement_id, draw_id) references draw`.execute(db)
  await sql`alter table evidence_file add foreign key (engagement_id, item_id) references sample_item`.execute(db)
  for (const table of ['population', 'population_row', 'draw', 'sample_item', 'item_claim']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
  }
  await sql`grant delete on population_row, item_claim to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
