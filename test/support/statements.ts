import pg from 'pg'

/** How many statements this process sends to the database during the work, those that begin and end transactions among them. */
export async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const { query } = pg.Client.prototype
  let count = 0
  pg.Client.prototype.query = function counted(this: pg.Client, ...statement: unknown[]) {
    count += 1
    return Reflect.apply(query, this, statement) as unknown
  } as typeof query
  try {
    await work()
    return count
  } finally {
    pg.Client.prototype.query = query
  }
}
