import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await keepWhereFilesComeFrom(db)
  await keepDecisions(db)
  await keepObservations(db)
  await keepQuarantine(db)
  await keepMeetings(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

/** A file may stand in several answers: each row points at the one it was taken from, and holds the same bytes. */
async function keepWhereFilesComeFrom(db: Kysely<any>): Promise<void> {
  await sql`alter table evidence_file add taken_from uuid, add withheld boolean not null default false,
    add foreign key (engagement_id, taken_from) references evidence_file (engagement_id, id)`.execute(db)
  await sql`create function same_bytes() returns trigger language plpgsql as $$
    begin
      if new.taken_from is not null and not exists (select from evidence_file source where source.engagement_id = new.engagement_id
          and source.id = new.taken_from and source.sha256 = new.sha256 and source.size = new.size) then
        raise exception 'a file taken from another holds the same bytes' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger same_bytes before insert on evidence_file for each row execute function same_bytes()`.execute(db)
  await sql`create trigger taken_once before update on evidence_file for each row
    when (new.taken_from is distinct from old.taken_from) execute function keep_word()`.execute(db)

  // What the firm obtained itself stands beside the client's own answer, which may be on its way.
  await sql`drop index submission_one_draft`.execute(db)
  await sql`create unique index submission_one_draft on submission (engagement_id, request_id) where status = 'draft' and channel is distinct from 'auditor'`.execute(db)
  // It is the firm's workpaper: to the client's side it does not exist, yet its number is taken.
  await sql`create policy own_workpaper on submission as restrictive for select to tickmark_app
    using (channel is distinct from 'auditor' or coalesce(app_side(), 'client') <> 'client')`.execute(db)
  await sql`create policy own_workpaper on evidence_file as restrictive for select to tickmark_app
    using (channel <> 'auditor' or coalesce(app_side(), 'client') <> 'client')`.execute(db)
  await sql`create function next_version(engagement uuid, request uuid) returns integer language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select coalesce(max(number), 0) + 1 from submission where submission.engagement_id = engagement and submission.request_id = request;
    end`.execute(db)
  await sql`revoke execute on function next_version(uuid, uuid) from public`.execute(db)
  await sql`grant execute on function next_version(uuid, uuid) to tickmark_app`.execute(db)
}

async function keepDecisions(db: Kysely<any>): Promise<void> {
  await sql`create table file_decision (
    engagement_id uuid not null,
    file_id uuid not null,
    decision text not null check (decision in ('accepted', 'returned')),
    reason_code text,
    words text not null default '',
    decided_by uuid not null references person,
    decided_at timestamptz not null default app_now(),
    primary key (engagement_id, file_id),
    foreign key (engagement_id, file_id) references evidence_file,
    check ((decision = 'returned') = (reason_code is not null)),
    check (decision = 'accepted' or words <> '')
  )`.execute(db)
  await sql`create table review_record (
    engagement_id uuid not null,
    submission_id uuid not null,
    seen text[] not null default '{}' check (seen <@ array['system', 'account', 'value', 'moment']),
    document_version text not null default '',
    approver text not null default '',
    effective_on date,
    recorded_by uuid not null references person,
    recorded_at timestamptz not null default app_now(),
    primary key (engagement_id, submission_id),
    foreign key (engagement_id, submission_id) references submission
  )`.execute(db)
  // A look at evidence is noted while it is under review, and by somebody who did not hand it in.
  await sql`create function decide_under_review() returns trigger language plpgsql as $$
    declare under submission;
    begin
      select submission.* into under from evidence_file file join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
        where file.engagement_id = (coalesce(new, old)).engagement_id and file.id = (coalesce(new, old)).file_id;
      if under.status is distinct from 'submitted' then
        raise exception 'a file is decided while its answer is under review' using errcode = 'restrict_violation';
      end if;
      if tg_op <> 'DELETE' and new.decided_by = under.submitted_by then
        raise exception 'nobody decides on what they submitted' using errcode = 'check_violation';
      end if;
      return coalesce(new, old);
    end $$`.execute(db)
  await sql`create trigger under_review before insert or update or delete on file_decision for each row execute function decide_under_review()`.execute(db)
  await sql`create function record_under_review() returns trigger language plpgsql as $$
    begin
      if not exists (select from submission where engagement_id = new.engagement_id and id = new.submission_id and status = 'submitted') then
        raise exception 'a review is recorded while the answer is under review' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger under_review before insert or update on review_record for each row execute function record_under_review()`.execute(db)
  for (const table of ['file_decision', 'review_record']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`grant update (decision, reason_code, words, decided_by, decided_at) on file_decision to tickmark_app`.execute(db)
  await sql`grant delete on file_decision to tickmark_app`.execute(db)
  await sql`grant update (seen, document_version, approver, effective_on, recorded_by, recorded_at) on review_record to tickmark_app`.execute(db)
}

/** What an auditor obtained or saw, asked and was told. */
async function keepObservations(db: Kysely<any>): Promise<void> {
  await sql`create table observation (
    engagement_id uuid not null,
    submission_id uuid not null,
    source text not null check (source <> ''),
    observer text not null check (observer <> ''),
    observed_at text not null check (observed_at <> ''),
    observed_zone text not null check (observed_zone <> ''),
    subject text not null default '',
    subject_role text not null default '',
    lines jsonb not null default '[]' check (jsonb_typeof(lines) = 'array'),
    primary key (engagement_id, submission_id),
    foreign key (engagement_id, submission_id) references submission
  )`.execute(db)
  await sql`select protect_engagement_table('observation'::regclass)`.execute(db)
  await sql`revoke update on observation from tickmark_app`.execute(db)
  await sql`create trigger append_only before update or delete on observation for each row execute function refuse_change()`.execute(db)
  await sql`create function observe_oneself() returns trigger language plpgsql as $$
    begin
      if not exists (select from submission where engagement_id = new.engagement_id and id = new.submission_id and channel = 'auditor' and status = 'draft') then
        raise exception 'only the firm observes, in an answer of its own' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger observe_oneself before insert on observation for each row execute function observe_oneself()`.execute(db)
  for (const table of ['observation', 'review_record']) {
    await sql`create policy own_workpaper on ${sql.table(table)} as restrictive for select to tickmark_app using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
  }
}

/** Bytes that nobody may see any more, wherever the engagement holds them; the record and the hash stay. */
async function keepQuarantine(db: Kysely<any>): Promise<void> {
  await sql`create table quarantine (
    engagement_id uuid not null references engagement,
    sha256 text not null,
    file_id uuid not null,
    status text not null default 'asked' check (status in ('asked', 'kept', 'released')),
    reason text not null check (reason <> ''),
    asked_by uuid not null references person,
    asked_at timestamptz not null default app_now(),
    decided_by uuid references person,
    decided_at timestamptz,
    primary key (engagement_id, sha256),
    foreign key (engagement_id, file_id) references evidence_file,
    check ((status = 'asked') = (decided_by is null)),
    check ((decided_by is null) = (decided_at is null))
  )`.execute(db)
  for (const [from, to] of [['asked', 'kept'], ['asked', 'released'], ['kept', 'released'], ['released', 'asked']]) {
    await sql`insert into state_move values ('quarantine', ${from}, ${to})`.execute(db)
  }
  await sql`create trigger state_move before update of status on quarantine for each row execute function check_state_move()`.execute(db)
  await sql`select protect_engagement_table('quarantine'::regclass)`.execute(db)
  await sql`revoke update on quarantine from tickmark_app`.execute(db)
  await sql`grant update (status, file_id, reason, asked_by, asked_at, decided_by, decided_at) on quarantine to tickmark_app`.execute(db)
  await sql`create function withhold_quarantined() returns trigger language plpgsql as $$
    begin
      new.withheld := exists (select from quarantine where engagement_id = new.engagement_id and sha256 = new.sha256 and status <> 'released');
      return new;
    end $$`.execute(db)
  // Whoever asks, the bytes are withheld in the versions they cannot see as well.
  await sql`create function withhold_bytes(hash text) returns void language sql volatile security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      update evidence_file set withheld = exists (select from quarantine where quarantine.engagement_id = app_engagement()
          and quarantine.sha256 = hash and quarantine.status <> 'released')
        where evidence_file.engagement_id = app_engagement() and evidence_file.sha256 = hash;
    end`.execute(db)
  await sql`revoke execute on function withhold_bytes(text) from public`.execute(db)
  await sql`grant execute on function withhold_bytes(text) to tickmark_app`.execute(db)
  await sql`create trigger withhold_quarantined before insert on evidence_file for each row execute function withhold_quarantined()`.execute(db)
}

async function keepMeetings(db: Kysely<any>): Promise<void> {
  await sql`create table meeting (
    engagement_id uuid not null,
    request_id uuid not null,
    starts_at timestamptz not null,
    minutes integer not null check (minutes between 5 and 600),
    place text not null default '',
    status text not null default 'proposed' check (status in ('proposed', 'confirmed', 'cancelled')),
    proposed_by uuid not null references person,
    proposed_side text not null check (proposed_side in ('firm', 'client')),
    confirmed_by uuid references person,
    sequence integer not null default 0,
    changed_at timestamptz not null default app_now(),
    primary key (engagement_id, request_id),
    foreign key (engagement_id, request_id) references request,
    check ((status = 'confirmed') = (confirmed_by is not null)),
    check (confirmed_by is distinct from proposed_by)
  )`.execute(db)
  for (const [from, to] of [['proposed', 'confirmed'], ['proposed', 'cancelled'], ['confirmed', 'proposed'], ['confirmed', 'cancelled'], ['cancelled', 'proposed']]) {
    await sql`insert into state_move values ('meeting', ${from}, ${to})`.execute(db)
  }
  await sql`create trigger state_move before update of status on meeting for each row execute function check_state_move()`.execute(db)
  await sql`select protect_engagement_table('meeting'::regclass)`.execute(db)
  await sql`revoke update on meeting from tickmark_app`.execute(db)
  await sql`grant update (starts_at, minutes, place, status, proposed_by, proposed_side, confirmed_by, sequence, changed_at) on meeting to tickmark_app`.execute(db)
}
