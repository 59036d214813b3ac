import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await signAsPartner(db)
  await keepNotes(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

/** A third signature on what matters most; the partner may have reviewed the line, but never prepared it. */
async function signAsPartner(db: Kysely<any>): Promise<void> {
  await sql`alter table test_line
    add column significant boolean not null default false,
    add column assignee_id uuid references person`.execute(db)
  await sql`create index test_line_assignee on test_line (engagement_id, assignee_id)`.execute(db)
  await sql`alter table sign_off drop constraint sign_off_kind_check, add check (kind in ('prepared', 'reviewed', 'partner'))`.execute(db)
  await sql`drop index sign_off_two_people`.execute(db)
  await sql`create unique index sign_off_two_people on sign_off (engagement_id, test_line_id, person_id) where voided_at is null and kind in ('prepared', 'reviewed')`.execute(db)
  await sql`create unique index sign_off_not_own on sign_off (engagement_id, test_line_id, person_id) where voided_at is null and kind in ('prepared', 'partner')`.execute(db)
}

/** What a reviewer wants answered before signing, of a whole line or of one cell, and all that was said of it. */
async function keepNotes(db: Kysely<any>): Promise<void> {
  await sql`create table review_note (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    number integer not null check (number > 0),
    test_line_id uuid not null,
    item_id uuid,
    letter text check (letter ~ '^[A-Z]$'),
    text text not null check (text <> ''),
    status text not null default 'open' check (status in ('open', 'answered', 'cleared')),
    opened_by uuid not null references person,
    opened_at timestamptz not null default app_now(),
    cleared_by uuid references person,
    cleared_at timestamptz,
    primary key (engagement_id, id),
    unique (engagement_id, number),
    foreign key (engagement_id, test_line_id) references test_line,
    foreign key (engagement_id, test_line_id, letter) references attribute,
    check ((status = 'cleared') = (cleared_by is not null)),
    check ((cleared_by is null) = (cleared_at is null))
  )`.execute(db)
  await sql`create index review_note_line on review_note (engagement_id, test_line_id)`.execute(db)
  await sql`create table review_note_answer (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    review_note_id uuid not null,
    kind text not null check (kind in ('answer', 'refusal')),
    text text not null check (text <> ''),
    said_by uuid not null references person,
    said_at timestamptz not null default app_now(),
    primary key (engagement_id, id),
    foreign key (engagement_id, review_note_id) references review_note
  )`.execute(db)
  await sql`create index review_note_answer_note on review_note_answer (engagement_id, review_note_id)`.execute(db)
  for (const table of ['review_note', 'review_note_answer']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
    await sql`create policy own_workpaper on ${sql.table(table)} as restrictive for select to tickmark_app using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
  }
  await sql`grant update (status, cleared_by, cleared_at) on review_note to tickmark_app`.execute(db)
  // An answer may not be enough: then the note is open again.
  for (const [from, to] of [['open', 'answered'], ['answered', 'cleared'], ['answered', 'open']]) await sql`insert into state_move values ('review_note', ${from}, ${to})`.execute(db)
  await sql`create trigger state_move before update of status on review_note for each row execute function check_state_move()`.execute(db)
  await sql`create trigger stays_cleared before update on review_note for each row
    when (old.status = 'cleared' and new is distinct from old) execute function keep_word()`.execute(db)
  // A note on a cell speaks of an item that the line tests.
  await sql`create trigger in_line before insert on review_note for each row when (new.item_id is not null) execute function cell_in_draw()`.execute(db)
}
