import { sql, type Kysely } from 'kysely'

/** What a deviation on an attribute means, as the result sentence says it. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table attribute add column problem text not null default ''`.execute(db)
  // An attribute is reworded, never moved to another line or letter.
  await sql`revoke update on attribute from tickmark_app`.execute(db)
  await sql`grant update (question, expected, clause, problem) on attribute to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
