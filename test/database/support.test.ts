import { sql } from 'kysely'
import t from 'tap'
import { isMigrated } from '../../server/database/migrate.ts'
import { createDatabase } from '../support/database.ts'

t.test('each test has a migrated database of its own, as the application sees it', async (t) => {
  const [one, other] = await Promise.all([createDatabase(t), createDatabase(t)])
  t.ok(await isMigrated(one.db))
  const { rows: [seen] } = await sql`select current_user as role, rolsuper, rolbypassrls from pg_roles where rolname = current_user`.execute(one.db)
  t.strictSame(seen, { role: 'tickmark_app', rolsuper: false, rolbypassrls: false })
  t.not(one.appUrl, other.appUrl)
})
