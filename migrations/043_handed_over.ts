import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // Who prepared a line or found an exception stays on record; who looks after it now is said by its last handing over.
  await sql`create table handed_item (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('answer', 'review', 'control', 'series', 'line', 'exception', 'gap')),
    subject text not null check (subject <> ''),
    from_id uuid not null,
    to_id uuid not null,
    handed_at timestamptz not null default app_now(),
    handed_by uuid not null references person,
    primary key (engagement_id, id),
    foreign key (engagement_id, from_id) references membership (engagement_id, person_id),
    foreign key (engagement_id, to_id) references membership (engagement_id, person_id),
    check (from_id <> to_id)
  )`.execute(db)
  await sql`create index handed_item_subject on handed_item (engagement_id, kind, subject, handed_at)`.execute(db)

  // While a row lives, whoever is signed in with that session sees the engagement as the client's person would.
  await sql`create table client_view (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    session_id uuid not null,
    viewer_id uuid not null,
    shown_id uuid not null,
    begun_at timestamptz not null default app_now(),
    ended_at timestamptz,
    primary key (engagement_id, id),
    foreign key (engagement_id, viewer_id) references membership (engagement_id, person_id),
    foreign key (engagement_id, shown_id) references membership (engagement_id, person_id)
  )`.execute(db)
  await sql`create unique index client_view_living on client_view (engagement_id, session_id) where ended_at is null`.execute(db)
  await sql`create trigger stays_ended before update on client_view for each row when (old.ended_at is not null) execute function keep_word()`.execute(db)

  for (const table of ['handed_item', 'client_view']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
    // What the firm arranges among its own people is not the client's to read.
    await sql`create policy firm_only on ${sql.table(table)} as restrictive for select to tickmark_app
      using (coalesce(app_side(), 'client') <> 'client' or ${sql.raw(table === 'handed_item' ? 'app_person() in (from_id, to_id)' : 'false')})`.execute(db)
  }
  await sql`grant update (ended_at) on client_view to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
