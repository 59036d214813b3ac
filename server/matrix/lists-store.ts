import { sql } from 'kysely'

/** All rows of a query as one value of a statement that has several of them; a statement sees one instant. */
export function list(query: ReturnType<typeof sql>) {
  return sql`(select coalesce(json_agg(found), '[]') from (${query}) found)`
}
