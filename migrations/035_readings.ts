import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // What could be read of a piece of evidence, once for all rows that hold the same bytes.
  await sql`create table evidence_reading (
    engagement_id uuid not null references engagement,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    kind text not null check (kind in ('picture', 'pages', 'rows', 'lines', 'entries', 'mail', 'none')),
    total integer not null default 0 check (total >= 0),
    facts jsonb not null default '{}',
    rows_sha256 text check (rows_sha256 ~ '^[0-9a-f]{64}$'),
    reason text,
    read_at timestamptz not null default app_now(),
    primary key (engagement_id, sha256),
    check ((kind = 'none') = (reason is not null)),
    check ((kind = 'rows') = (rows_sha256 is not null))
  )`.execute(db)
  // A page of a document, or one file of an archive, drawn or written out.
  await sql`create table evidence_leaf (
    engagement_id uuid not null,
    sha256 text not null,
    leaf integer not null check (leaf > 0),
    picture_sha256 text check (picture_sha256 ~ '^[0-9a-f]{64}$'),
    width integer check (width > 0),
    height integer check (height > 0),
    text text,
    reason text,
    drawn_at timestamptz not null default app_now(),
    primary key (engagement_id, sha256, leaf),
    foreign key (engagement_id, sha256) references evidence_reading,
    check (num_nonnulls(picture_sha256, text, reason) = 1),
    check ((picture_sha256 is null) = (width is null) and (width is null) = (height is null))
  )`.execute(db)

  await sql`create table tickmark (
    engagement_id uuid not null references engagement,
    symbol text not null check (symbol <> '' and length(symbol) <= 4),
    meaning text not null check (meaning <> ''),
    entered_by uuid not null references person,
    entered_at timestamptz not null default app_now(),
    primary key (engagement_id, symbol)
  )`.execute(db)
  await sql`create table evidence_mark (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    file_id uuid not null,
    number integer not null check (number > 0),
    symbol text not null check (symbol <> ''),
    note text not null default '',
    leaf integer check (leaf > 0),
    place_left real, place_top real, place_width real, place_height real,
    first_line integer check (first_line > 0),
    last_line integer check (last_line >= first_line),
    carried_from uuid,
    made_at timestamptz not null default app_now(),
    made_by uuid not null references person,
    withdrawn_at timestamptz,
    withdrawn_by uuid references person,
    primary key (engagement_id, id),
    unique (engagement_id, file_id, number),
    foreign key (engagement_id, file_id) references evidence_file,
    foreign key (engagement_id, carried_from) references evidence_mark,
    check ((withdrawn_at is null) = (withdrawn_by is null)),
    check (num_nonnulls(leaf, place_left, place_top, place_width, place_height) in (0, 5)),
    check ((leaf is null) <> (first_line is null) and (first_line is null) = (last_line is null)),
    check (place_left >= 0 and place_top >= 0 and place_width >= 0 and place_height >= 0 and place_left + place_width <= 1.0001 and place_top + place_height <= 1.0001)
  )`.execute(db)
  for (const table of ['evidence_reading', 'evidence_leaf', 'tickmark', 'evidence_mark']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`grant update (withdrawn_at, withdrawn_by) on evidence_mark to tickmark_app`.execute(db)
  // What a mark says stays said; taken back, it stays on file as taken back.
  await sql`create function keep_evidence_mark() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' or old.withdrawn_at is not null
        or (to_jsonb(new) - 'withdrawn_at' - 'withdrawn_by') is distinct from (to_jsonb(old) - 'withdrawn_at' - 'withdrawn_by') then
        raise exception 'a mark on evidence cannot be changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger kept before update or delete on evidence_mark for each row execute function keep_evidence_mark()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
