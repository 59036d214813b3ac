import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // What a line prints instead of the sentence made from its cells; each edit is one more version, and one without text goes back to what is made.
  await sql`create table result_sentence (
    engagement_id uuid not null,
    test_line_id uuid not null,
    part text not null check (part in ('test', 'result')),
    version integer not null check (version > 0),
    text text check (text <> ''),
    written_by uuid not null references person,
    written_at timestamptz not null default app_now(),
    primary key (engagement_id, test_line_id, part, version),
    foreign key (engagement_id, test_line_id) references test_line
  )`.execute(db)
  await sql`select protect_engagement_table('result_sentence'::regclass)`.execute(db)
  await sql`revoke update on result_sentence from tickmark_app`.execute(db)
  await sql`create trigger append_only before update or delete on result_sentence for each row execute function refuse_change()`.execute(db)

  // How Section IV is laid out; without a row it stands by criterion, with each response beside its exception.
  await sql`create table matrix_layout (
    engagement_id uuid primary key references engagement,
    arrangement text not null default 'criterion' check (arrangement in ('criterion', 'control')),
    responses text not null default 'beside' check (responses in ('beside', 'section_v')),
    chosen_by uuid not null references person,
    chosen_at timestamptz not null default app_now()
  )`.execute(db)
  await sql`select protect_engagement_table('matrix_layout'::regclass)`.execute(db)
  await sql`revoke update on matrix_layout from tickmark_app`.execute(db)
  await sql`grant update (arrangement, responses, chosen_by, chosen_at) on matrix_layout to tickmark_app`.execute(db)

  for (const table of ['result_sentence', 'matrix_layout']) {
    await sql`create policy own_workpaper on ${sql.table(table)} as restrictive for select to tickmark_app using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
  }
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
