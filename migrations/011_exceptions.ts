import { sql, type Kysely } from 'kysely'

const moves: readonly (readonly [string, string])[] = [
  ['identified', 'client_confirming'], ['client_confirming', 'confirmed'], ['client_confirming', 'cleared'],
  ['identified', 'cleared'], ['confirmed', 'evaluated'], ['evaluated', 'response_received'], ['response_received', 'final'],
]

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table exception (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    number integer not null check (number > 0),
    test_line_id uuid not null,
    problem text not null default '',
    cause text not null default '',
    cause_type text check (cause_type in ('people', 'process', 'system', 'design')),
    spread text check (spread in ('isolated', 'systematic')),
    compensating text not null default '',
    evaluation text not null default '',
    client_position text check (client_position in ('agreed', 'disputed')),
    client_words text not null default '',
    clear_reason text not null default '',
    status text not null default 'identified' check (status in
      ('identified', 'client_confirming', 'confirmed', 'cleared', 'evaluated', 'response_received', 'final')),
    status_since timestamptz not null default app_now(),
    version integer not null default 1,
    opened_at timestamptz not null default app_now(),
    opened_by uuid not null references person,
    primary key (engagement_id, id),
    unique (engagement_id, number),
    foreign key (engagement_id, test_line_id) references test_line,
    check (status <> 'cleared' or clear_reason <> '')
  )`.execute(db)
  await sql`create unique index exception_one_per_line on exception (engagement_id, test_line_id) where status <> 'cleared'`.execute(db)
  for (const [from, to] of moves) await sql`insert into state_move values ('exception', ${from}, ${to})`.execute(db)
  await sql`create trigger state_move before update of status on exception for each row execute function check_state_move()`.execute(db)

  await sql`create table exception_response (
    engagement_id uuid not null,
    exception_id uuid not null,
    version integer not null check (version > 0),
    declined boolean not null default false,
    text text not null default '',
    remediation_on date,
    written_at timestamptz not null default app_now(),
    written_by uuid not null references person,
    primary key (engagement_id, exception_id, version),
    foreign key (engagement_id, exception_id) references exception,
    check (declined or text <> '')
  )`.execute(db)
  await sql`create trigger append_only before update or delete on exception_response for each row execute function refuse_change()`.execute(db)
  for (const table of ['exception', 'exception_response']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
  }
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
