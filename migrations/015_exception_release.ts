import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // An exception that was cleared before anybody put it to the client stays unknown to them.
  await sql`alter table exception add column released_at timestamptz,
    add check (released_at is not null or status in ('identified', 'cleared'))`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
