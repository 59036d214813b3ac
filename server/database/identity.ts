import { sql } from 'kysely'
import type { Db } from './connect.ts'

/**
 * Throws when the connection's role could see past row level security: as superuser, with BYPASSRLS, or as the owner of
 * the tables.
 */
export async function refusePrivilegedRole(db: Db): Promise<void> {
  const result = await sql<{ name: string, superuser: boolean, bypass: boolean, owner: boolean }>`
    select current_user as name, rolsuper as superuser, rolbypassrls as bypass,
      exists (select from pg_class where relname = 'engagement' and relkind = 'r' and pg_has_role(current_user, relowner, 'usage')) as owner
    from pg_roles where rolname = current_user`.execute(db)
  const role = result.rows[0]
  if (!role) throw new Error('DATABASE_URL: the role of this connection cannot be read.')
  const why = role.superuser ? 'is a superuser' : role.bypass ? 'may bypass row level security' : role.owner ? 'owns the tables' : null
  if (why) throw new Error(`DATABASE_URL: the role ${role.name} ${why}, so one engagement could read another. Use tickmark_app; only "npm run migrate" uses the owner.`)
}
