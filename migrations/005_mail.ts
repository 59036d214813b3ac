import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table mail (
    id uuid primary key default gen_random_uuid(),
    engagement_id uuid references engagement,
    person_id uuid not null references person,
    template text not null,
    facts jsonb not null,
    link_sealed text,
    created_at timestamptz not null default app_now(),
    sent_at timestamptz,
    attempts integer not null default 0,
    last_error text
  )`.execute(db)
  await sql`create index mail_engagement on mail (engagement_id, created_at)`.execute(db)
  await sql`grant select, insert, update on mail to tickmark_app`.execute(db)
  await sql`alter table mail enable row level security`.execute(db)
  await sql`alter table mail force row level security`.execute(db)
  await sql`create policy owner_sees_all on mail to current_user using (true) with check (true)`.execute(db)
  await sql`create policy in_scope on mail using (engagement_id = any ((select visible_engagements())::uuid[]))
    with check (engagement_id = app_engagement())`.execute(db)
  await sql`create policy account_mail_written on mail for insert with check (engagement_id is null)`.execute(db)
  // A delivery job names the one mail it is for.
  await sql`create policy delivered on mail using (id = nullif(current_setting('app.mail', true), '')::uuid)`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
