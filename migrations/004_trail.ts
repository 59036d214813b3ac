import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table trail_head (
    log uuid primary key,
    engagement_id uuid unique references engagement,
    size bigint not null default 0 check (size >= 0)
  )`.execute(db)
  await sql`create unique index trail_head_one_firm_log on trail_head ((engagement_id is null)) where engagement_id is null`.execute(db)
  // The firm's own log: accounts, invitations, sign-ins.
  await sql`insert into trail_head (log) values ('00000000-0000-0000-0000-000000000000')`.execute(db)

  await sql`create table trail_entry (
    log uuid not null references trail_head,
    sequence bigint not null check (sequence >= 0),
    engagement_id uuid references engagement,
    kind text not null,
    at timestamptz not null,
    person_id uuid,
    event text not null,
    leaf bytea not null check (length(leaf) = 32),
    primary key (log, sequence)
  )`.execute(db)
  await sql`create table trail_detail (
    log uuid not null,
    sequence bigint not null,
    engagement_id uuid references engagement,
    salt bytea not null check (length(salt) = 16),
    detail text not null,
    primary key (log, sequence),
    foreign key (log, sequence) references trail_entry
  )`.execute(db)
  await sql`create table access_entry (
    id bigint generated always as identity primary key,
    engagement_id uuid not null references engagement,
    at timestamptz not null default app_now(),
    person_id uuid,
    channel text not null check (channel in ('login', 'link')),
    kind text not null,
    subject text not null,
    address text not null
  )`.execute(db)
  await sql`create index access_entry_engagement on access_entry (engagement_id, id)`.execute(db)

  for (const table of ['trail_entry', 'trail_detail', 'access_entry']) {
    await sql`create trigger append_only before update or delete on ${sql.table(table)}
      for each row execute function refuse_change()`.execute(db)
    await sql`create trigger not_truncated before truncate on ${sql.table(table)}
      for each statement execute function refuse_change()`.execute(db)
    await sql`grant select, insert on ${sql.table(table)} to tickmark_app`.execute(db)
  }
  await sql`grant select, insert, update on trail_head to tickmark_app`.execute(db)

  for (const table of ['trail_head', 'trail_entry', 'trail_detail', 'access_entry']) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`alter table ${sql.table(table)} force row level security`.execute(db)
    await sql`create policy owner_sees_all on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
    await sql`create policy in_scope on ${sql.table(table)}
      using (engagement_id = any ((select visible_engagements())::uuid[]))
      with check (engagement_id = app_engagement())`.execute(db)
  }
  await sql`create policy firm_log on trail_head using (engagement_id is null) with check (engagement_id is null)`.execute(db)
  for (const table of ['trail_entry', 'trail_detail']) {
    await sql`create policy firm_log_written on ${sql.table(table)} for insert with check (engagement_id is null)`.execute(db)
    await sql`create policy firm_log_read on ${sql.table(table)} for select using (engagement_id is null and app_is_firm())`.execute(db)
  }
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
