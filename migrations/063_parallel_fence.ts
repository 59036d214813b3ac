import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // They only read, and the fence asks one of them in every statement: unless said so, no statement is worked on by two.
  for (const name of ['visible_engagements', 'visible_organizations', 'app_is_firm', 'app_now']) await sql`alter function ${sql.ref(name)}() parallel safe`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
