import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // Who reads: a transaction that does not say so is nobody's, and sees no internal note.
  await sql`create function app_side() returns text language sql stable
    return nullif(current_setting('app.side', true), '')`.execute(db)

  await sql`create table comment (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    internal boolean not null,
    question boolean not null default false,
    text text not null check (text <> ''),
    author_id uuid not null references person,
    channel text not null check (channel in ('login', 'link')),
    written_at timestamptz not null default app_now(),
    primary key (engagement_id, id),
    foreign key (engagement_id, request_id) references request,
    foreign key (engagement_id, author_id) references membership (engagement_id, person_id),
    check (not internal or (channel = 'login' and not question))
  )`.execute(db)
  await sql`create index comment_request on comment (engagement_id, request_id, written_at)`.execute(db)
  await sql`create table comment_mention (
    engagement_id uuid not null,
    comment_id uuid not null,
    person_id uuid not null,
    primary key (engagement_id, comment_id, person_id),
    foreign key (engagement_id, comment_id) references comment,
    foreign key (engagement_id, person_id) references membership (engagement_id, person_id)
  )`.execute(db)
  await sql`create table thread_visit (
    engagement_id uuid not null,
    request_id uuid not null,
    person_id uuid not null,
    seen_at timestamptz not null default app_now(),
    primary key (engagement_id, request_id, person_id),
    foreign key (engagement_id, request_id) references request,
    foreign key (engagement_id, person_id) references membership (engagement_id, person_id)
  )`.execute(db)
  for (const table of ['comment', 'comment_mention', 'thread_visit']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`grant update (seen_at) on thread_visit to tickmark_app`.execute(db)
  for (const table of ['comment', 'comment_mention']) {
    await sql`create trigger append_only before update or delete on ${sql.table(table)} for each row execute function refuse_change()`.execute(db)
  }

  // The second fence of what the client never sees; whoever is mentioned in a note is part of it.
  await sql`create policy internal_to_the_firm on comment as restrictive for select using (not internal or app_side() = 'firm')`.execute(db)
  await sql`create policy written_by_the_firm on comment as restrictive for insert with check (not internal or app_side() = 'firm')`.execute(db)
  await sql`create policy of_visible_comments on comment_mention as restrictive for select
    using (app_side() = 'firm' or exists (select from comment where comment.engagement_id = comment_mention.engagement_id and comment.id = comment_mention.comment_id))`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
