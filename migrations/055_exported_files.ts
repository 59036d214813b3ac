import { sql, type Kysely } from 'kysely'

/** The files written of an export, whose bytes the vault holds: one that is fetched again is the one that was sent first. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table matrix_export_file (
    engagement_id uuid not null,
    number integer not null,
    format text not null check (format ~ '^[a-z]+$'),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint not null check (size > 0),
    written_at timestamptz not null default app_now(),
    primary key (engagement_id, number, format),
    foreign key (engagement_id, number) references matrix_export
  )`.execute(db)
  await sql`create trigger append_only before update or delete on matrix_export_file for each row execute function refuse_change()`.execute(db)
  await sql`select protect_engagement_table('matrix_export_file'::regclass)`.execute(db)
  await sql`revoke update on matrix_export_file from tickmark_app`.execute(db)
  await sql`create policy own_workpaper on matrix_export_file as restrictive for select to tickmark_app using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
