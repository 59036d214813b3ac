import { sql, type Kysely } from 'kysely'

const arrows = [
  // A result that changes after the client was told changes the facts, wherever the exception stands by then.
  ['confirmed', 'client_confirming'], ['evaluated', 'client_confirming'], ['response_received', 'client_confirming'], ['final', 'client_confirming'],
  ['confirmed', 'cleared'], ['evaluated', 'cleared'], ['response_received', 'cleared'], ['final', 'cleared'],
]

const changing = ['problem', 'expected', 'cause', 'cause_type', 'spread', 'isolated_basis', 'intent', 'impact', 'affected_from', 'affected_to', 'detected_by_client', 'compensating',
  'discussed_with', 'discussed_on', 'evaluation', 'client_position', 'client_words', 'clear_reason', 'status', 'status_since', 'released_at', 'version']

const read = ['exception', 'exception_release', 'test_line', 'cell', 'attribute', 'sample_item', 'draw_step', 'line_item']

export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table exception
    alter column test_line_id drop not null,
    add criterion text check (criterion ~ '^(CC|A|C|PI|P)[1-9]\.[1-9]$'),
    add expected text not null default '',
    add isolated_basis text not null default '',
    add intent text check (intent in ('not_intentional', 'intentional')),
    add impact text not null default '',
    add affected_from date,
    add affected_to date,
    add detected_by_client boolean,
    add discussed_with text not null default '',
    add discussed_on date,
    add check ((test_line_id is null) = (criterion is not null)),
    add check (affected_from <= affected_to),
    add check ((discussed_on is null) = (discussed_with = ''))`.execute(db)
  await sql`create unique index exception_one_per_criterion on exception (engagement_id, criterion) where status <> 'cleared'`.execute(db)
  await sql`revoke update on exception from tickmark_app`.execute(db)
  await sql`grant update (${sql.join(changing.map((column) => sql.ref(column)))}) on exception to tickmark_app`.execute(db)
  for (const [from, to] of arrows) await sql`insert into state_move values ('exception', ${from}, ${to})`.execute(db)
  await keepReleases(db)
  await keepAnswers(db)
  await keepJudgements(db)
  await sql`create policy once_released on exception as restrictive for select to tickmark_app using (released_at is not null or coalesce(app_side(), 'client') <> 'client')`.execute(db)
}

/** What the client was told, word for word, each time. */
async function keepReleases(db: Kysely<any>): Promise<void> {
  await sql`create table exception_release (
    engagement_id uuid not null,
    exception_id uuid not null,
    number integer not null check (number > 0),
    problem text not null,
    cause text not null default '',
    sentence text not null default '',
    tested integer not null check (tested >= 0),
    deviating integer not null check (deviating >= 0),
    items jsonb not null,
    released_by uuid references person,
    released_at timestamptz not null default app_now(),
    primary key (engagement_id, exception_id, number),
    foreign key (engagement_id, exception_id) references exception
  )`.execute(db)
  await protect(db, 'exception_release')
  // The tables' owner is behind the fence too, so that it comes down while those told before are kept.
  for (const table of read) await sql`alter table ${sql.table(table)} no force row level security`.execute(db)
  await sql`insert into exception_release (engagement_id, exception_id, number, problem, cause, tested, deviating, items, released_at)
    select exception.engagement_id, exception.id, 1, problem, cause,
      (select count(*) from tested_item item where item.engagement_id = exception.engagement_id and item.test_line_id = exception.test_line_id),
      (select count(distinct item_id) from cell where cell.engagement_id = exception.engagement_id and cell.test_line_id = exception.test_line_id and result = 'deviation'),
      coalesce((select jsonb_agg(jsonb_build_object('key', item.key, 'letter', cell.letter, 'question', attribute.question, 'note', cell.note, 'cites', '[]'::jsonb) order by item.rank, cell.letter)
        from cell join tested_item item on item.engagement_id = cell.engagement_id and item.test_line_id = cell.test_line_id and item.id = cell.item_id
          join attribute on attribute.engagement_id = cell.engagement_id and attribute.test_line_id = cell.test_line_id and attribute.letter = cell.letter
        where cell.engagement_id = exception.engagement_id and cell.test_line_id = exception.test_line_id and cell.result = 'deviation'), '[]'),
      released_at
    from exception where released_at is not null`.execute(db)
  for (const table of read) await sql`alter table ${sql.table(table)} force row level security`.execute(db)
}

/** What the client says to a release, with the files it sends along. */
async function keepAnswers(db: Kysely<any>): Promise<void> {
  await sql`create table exception_answer (
    engagement_id uuid not null,
    exception_id uuid not null,
    number integer not null check (number > 0),
    release integer not null,
    position text not null check (position in ('agreed', 'disputed')),
    words text not null default '',
    given_by uuid not null references person,
    given_at timestamptz not null default app_now(),
    primary key (engagement_id, exception_id, number),
    foreign key (engagement_id, exception_id, release) references exception_release
  )`.execute(db)
  await sql`create table exception_file (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    exception_id uuid not null,
    answer integer not null,
    position integer not null check (position > 0),
    name text not null check (name <> ''),
    size bigint not null check (size >= 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text not null,
    kind text not null,
    primary key (engagement_id, id),
    unique (engagement_id, exception_id, answer, position),
    foreign key (engagement_id, exception_id, answer) references exception_answer
  )`.execute(db)
  for (const table of ['exception_answer', 'exception_file']) await protect(db, table)
  await sql`alter table exception_response
    add release integer,
    add remediation text not null default '',
    add foreign key (engagement_id, exception_id, release) references exception_release`.execute(db)
  await sql`revoke update on exception_response from tickmark_app`.execute(db)
}

/** What the firm decides: whether to look further and how far, what a criterion comes to, and the opinion. Each decision is one more version. */
async function keepJudgements(db: Kysely<any>): Promise<void> {
  await sql`create table extension_decision (
    engagement_id uuid not null,
    exception_id uuid not null,
    number integer not null check (number > 0),
    size integer not null check (size >= 0),
    reason text not null check (reason <> ''),
    seen_items integer not null check (seen_items >= 0),
    seen_deviating integer not null check (seen_deviating >= 0),
    decided_by uuid not null references person,
    decided_at timestamptz not null default app_now(),
    primary key (engagement_id, exception_id, number),
    foreign key (engagement_id, exception_id) references exception
  )`.execute(db)
  await sql`create table criterion_effect (
    engagement_id uuid not null references engagement,
    criterion text not null check (criterion ~ '^(CC|A|C|PI|P)[1-9]\.[1-9]$'),
    version integer not null check (version > 0),
    effect text not null check (effect in ('met', 'not_met', 'not_determined')),
    memo text not null check (memo <> ''),
    recorded_by uuid not null references person,
    recorded_at timestamptz not null default app_now(),
    primary key (engagement_id, criterion, version)
  )`.execute(db)
  await sql`create table opinion (
    engagement_id uuid not null references engagement,
    version integer not null check (version > 0),
    kind text not null check (kind in ('unqualified', 'qualified', 'adverse', 'disclaimer')),
    memo text not null check (memo <> ''),
    recorded_by uuid not null references person,
    recorded_at timestamptz not null default app_now(),
    primary key (engagement_id, version)
  )`.execute(db)
  for (const table of ['extension_decision', 'criterion_effect', 'opinion']) {
    await protect(db, table)
    await sql`create policy own_workpaper on ${sql.table(table)} as restrictive for select to tickmark_app using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
  }
}

async function protect(db: Kysely<any>, table: string): Promise<void> {
  await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
  await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  await sql`create trigger append_only before update or delete on ${sql.table(table)} for each row execute function refuse_change()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
