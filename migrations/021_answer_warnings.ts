import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // What the job found: the lines of a text, and 256 bits that pictures of the same thing nearly share.
  await sql`alter table evidence_file add column lines integer check (lines >= 0), add column picture_hash bit(256)`.execute(db)
  await sql`grant update (lines, picture_hash) on evidence_file to tickmark_app`.execute(db)
  await sql`create trigger looked_at_once before update on evidence_file for each row
    when ((old.lines is not null and new.lines is distinct from old.lines) or (old.picture_hash is not null and new.picture_hash is distinct from old.picture_hash))
    execute function keep_word()`.execute(db)
  await sql`create function know_same_bytes() returns trigger language plpgsql as $$
    begin
      select same.lines, same.picture_hash into new.lines, new.picture_hash from evidence_file same
        where same.engagement_id = new.engagement_id and same.sha256 = new.sha256 and (same.lines is not null or same.picture_hash is not null) limit 1;
      return new;
    end $$`.execute(db)
  await sql`create trigger know_same_bytes before insert on evidence_file for each row execute function know_same_bytes()`.execute(db)
  await sql`create index evidence_file_picture on evidence_file (engagement_id) include (request_id, picture_hash) where picture_hash is not null`.execute(db)
  await keepWarnings(db)
  await findLastYear(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

/** What was pointed out before an answer went, and the word with which its owner let it stand. */
async function keepWarnings(db: Kysely<any>): Promise<void> {
  await sql`create table answer_warning (
    engagement_id uuid not null,
    submission_id uuid not null,
    code text not null check (code in ('narrow', 'cut_off', 'same_bytes', 'dates', 'unticked')),
    sha256 text not null default '',
    finding text not null default '',
    words text not null default '',
    said_by uuid not null references person,
    said_at timestamptz not null default app_now(),
    primary key (engagement_id, submission_id, code, sha256),
    foreign key (engagement_id, submission_id) references submission
  )`.execute(db)
  await sql`select protect_engagement_table('answer_warning'::regclass)`.execute(db)
  await sql`revoke update on answer_warning from tickmark_app`.execute(db)
  await sql`grant delete on answer_warning to tickmark_app`.execute(db)
  await sql`create function freeze_answer_warning() returns trigger language plpgsql as $$
    declare warning answer_warning := coalesce(new, old);
    begin
      if exists (select from submission where engagement_id = warning.engagement_id and id = warning.submission_id and status <> 'draft') then
        raise exception 'what was said of a submitted answer cannot be changed' using errcode = 'restrict_violation';
      end if;
      return warning;
    end $$`.execute(db)
  await sql`create trigger frozen before insert or update or delete on answer_warning for each row execute function freeze_answer_warning()`.execute(db)
}

/** The same or nearly the same file in other engagements of the same client; the caller must be inside the engagement it asks for. */
async function findLastYear(db: Kysely<any>): Promise<void> {
  for (const table of ['evidence_file', 'submission', 'request']) {
    await sql`create policy owner_sees_all on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
  }
  await sql`create function matches_of_other_years(request uuid)
    returns table (file_id uuid, other_engagement_id uuid, other_year text, other_number integer, other_title text, other_name text, other_at timestamptz, distance integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select mine.id, other.engagement_id, coalesce(theirs.period_end, theirs.as_of)::text, asked.number, asked.title, other.name, other.uploaded_at,
        case when other.sha256 = mine.sha256 then 0 else bit_count(other.picture_hash # mine.picture_hash)::integer end
      from evidence_file mine
        join engagement ours on ours.id = mine.engagement_id
        join engagement theirs on theirs.client_id = ours.client_id and theirs.id <> ours.id
        join evidence_file other on other.engagement_id = theirs.id
          and (other.sha256 = mine.sha256 or bit_count(other.picture_hash # mine.picture_hash) <= 6)
        join submission version on version.engagement_id = other.engagement_id and version.id = other.submission_id and version.status <> 'draft' and version.channel <> 'auditor'
        join request asked on asked.engagement_id = other.engagement_id and asked.id = other.request_id
      where mine.engagement_id = app_engagement() and mine.request_id = request;
    end`.execute(db)
  await sql`revoke execute on function matches_of_other_years(uuid) from public`.execute(db)
  await sql`grant execute on function matches_of_other_years(uuid) to tickmark_app`.execute(db)
}
