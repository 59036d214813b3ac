import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table matrix_export (
    engagement_id uuid not null references engagement,
    number integer not null check (number > 0),
    draft boolean not null,
    reading text not null,
    content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
    exported_at timestamptz not null default app_now(),
    exported_by uuid not null references person,
    primary key (engagement_id, number)
  )`.execute(db)
  await sql`create trigger append_only before update or delete on matrix_export for each row execute function refuse_change()`.execute(db)
  await sql`select protect_engagement_table('matrix_export'::regclass)`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
