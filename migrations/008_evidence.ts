import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table submission (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    number integer not null check (number > 0),
    status text not null default 'draft' check (status in ('draft', 'submitted', 'withdrawn', 'accepted', 'returned')),
    source_system text not null default '',
    query text not null default '',
    generated_by text not null default '',
    generated_at text not null default '',
    generated_zone text not null default '',
    row_count integer check (row_count >= 0),
    edits text not null default '',
    answer text not null default '',
    ticked integer[] not null default '{}',
    started_at timestamptz not null default app_now(),
    submitted_at timestamptz,
    submitted_by uuid references person,
    channel text check (channel in ('login', 'link', 'auditor')),
    decided_at timestamptz,
    decided_by uuid references person,
    reason_code text,
    reason text,
    primary key (engagement_id, id),
    unique (engagement_id, request_id, number),
    foreign key (engagement_id, request_id) references request,
    check ((status = 'draft') = (submitted_at is null)),
    check (status in ('draft', 'submitted', 'withdrawn') = (decided_at is null)),
    check (decided_by is null or decided_by <> submitted_by)
  )`.execute(db)
  await sql`create unique index submission_one_draft on submission (engagement_id, request_id) where status = 'draft'`.execute(db)
  for (const [from, to] of [['draft', 'submitted'], ['submitted', 'withdrawn'], ['submitted', 'accepted'], ['submitted', 'returned'], ['accepted', 'returned']]) {
    await sql`insert into state_move values ('submission', ${from}, ${to})`.execute(db)
  }
  await sql`create trigger state_move before update of status on submission for each row execute function check_state_move()`.execute(db)
  // What was submitted is evidence: only the decision on it may be added.
  await sql`create function freeze_submission() returns trigger language plpgsql as $$
    begin
      if old.status <> 'draft' and
        (old.source_system, old.query, old.generated_by, old.generated_at, old.generated_zone, old.row_count, old.edits,
          old.answer, old.ticked, old.submitted_at, old.submitted_by, old.channel, old.number, old.request_id)
        is distinct from
        (new.source_system, new.query, new.generated_by, new.generated_at, new.generated_zone, new.row_count, new.edits,
          new.answer, new.ticked, new.submitted_at, new.submitted_by, new.channel, new.number, new.request_id) then
        raise exception 'a submitted answer cannot be changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger frozen before update on submission for each row execute function freeze_submission()`.execute(db)

  await sql`create table evidence_file (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    submission_id uuid not null,
    item_id uuid,
    position integer not null check (position > 0),
    name text not null check (name <> ''),
    size bigint not null check (size > 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text not null,
    kind text not null check (kind in ('image', 'text', 'csv', 'pdf', 'zip', 'office', 'mail', 'other')),
    warnings text[] not null default '{}',
    uploaded_at timestamptz not null default app_now(),
    uploaded_by uuid not null references person,
    channel text not null check (channel in ('login', 'link', 'auditor')),
    preview text not null default 'pending' check (preview in ('pending', 'ready', 'none')),
    preview_sha256 text,
    preview_reason text,
    width integer,
    height integer,
    primary key (engagement_id, id),
    unique (engagement_id, submission_id, position),
    foreign key (engagement_id, request_id) references request,
    foreign key (engagement_id, submission_id) references submission,
    check ((preview = 'ready') = (preview_sha256 is not null))
  )`.execute(db)
  await sql`create index evidence_file_request on evidence_file (engagement_id, request_id)`.execute(db)
  await sql`create index evidence_file_item on evidence_file (engagement_id, item_id) where item_id is not null`.execute(db)
  await sql`create function freeze_evidence_file() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        if exists (select from submission where engagement_id = old.engagement_id and id = old.submission_id and status <> 'draft') then
          raise exception 'submitted evidence cannot be removed' using errcode = 'restrict_violation';
        end if;
        return old;
      end if;
      if (old.name, old.size, old.sha256, old.media_type, old.submission_id, old.request_id, old.uploaded_at, old.uploaded_by, old.item_id)
        is distinct from (new.name, new.size, new.sha256, new.media_type, new.submission_id, new.request_id, new.uploaded_at, new.uploaded_by, new.item_id) then
        raise exception 'evidence cannot be changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger frozen before update or delete on evidence_file for each row execute function freeze_evidence_file()`.execute(db)
  // A file may only join an answer that is still being made.
  await sql`create function join_open_submission() returns trigger language plpgsql as $$
    begin
      if not exists (select from submission where engagement_id = new.engagement_id and id = new.submission_id and status = 'draft') then
        raise exception 'a submitted answer takes no more files' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger join_open_submission before insert on evidence_file for each row execute function join_open_submission()`.execute(db)
  for (const table of ['submission', 'evidence_file']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
  }
  await sql`grant delete on evidence_file to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
