import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import t from 'tap'
import { connect, inScope, type Db } from '../../server/database/connect.ts'
import { nameStatements } from '../../server/database/prepared.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { createDatabase } from '../support/database.ts'

const { appUrl } = await createDatabase(t)
// One connection, so that every statement meets what the one before it has prepared.
const db = connect(appUrl, 1)
t.teardown(() => db.destroy())

async function prepared(of: Db, like: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::integer as n from pg_prepared_statements where statement like ${`${like}%`}`.execute(of)
  return rows[0]!.n
}

t.test('a statement that comes a third time is kept by its connection, and one without parameters never is', async (t) => {
  for (const expected of [0, 0, 1, 1]) {
    t.strictSame((await sql<{ n: number }>`select ${20}::integer + ${22}::integer as n`.execute(db)).rows, [{ n: 42 }])
    await sql`select 42 as n`.execute(db)
    t.equal(await prepared(db, 'select $1::integer +'), expected)
  }
  t.equal(await prepared(db, 'select 42'), 0)
})

t.test('a kept statement that is refused can be asked again', async (t) => {
  const divide = async (by: number) => (await sql<{ n: number }>`select 84 / ${by}::integer as n`.execute(db)).rows
  for (let round = 0; round < 4; round += 1) {
    t.strictSame(await divide(2), [{ n: 42 }])
    await t.rejects(divide(0), /division by zero/)
  }
})

t.test('a statement that is to be kept in a transaction which has failed already is kept the next time', async (t) => {
  const ask = (of: Db) => sql<{ n: number }>`select ${6}::integer * ${7}::integer as n`.execute(of)
  for (let use = 0; use < 2; use += 1) await ask(db)
  await t.rejects(db.transaction().execute(async (trx) => {
    await sql`select 1 / 0`.execute(trx).catch(() => {})
    await ask(trx)
  }), /aborted/)
  for (let use = 0; use < 3; use += 1) t.strictSame((await ask(db)).rows, [{ n: 42 }])
  t.equal(await prepared(db, 'select $1::integer *'), 1)
})

t.test('lists of every length get no names of their own, and names end at 250', async (t) => {
  const nameOf = nameStatements()
  t.strictSame(Array.from({ length: 5_000 }, (_, length) => nameOf(`list of ${length}`)).filter(Boolean), [])
  const names = new Set<string | undefined>()
  for (let round = 0; round < 3; round += 1) for (let n = 0; n < 300; n += 1) names.add(nameOf(`statement ${n}`))
  names.delete(undefined)
  t.equal(names.size, 250)
  t.equal(nameOf('statement 7'), nameOf('statement 7'))
  for (let round = 0; round < 3; round += 1) t.equal(nameStatements()('x'.repeat(10_001)), undefined)
})

t.test('a kept plan shows each person their own engagement and nothing else', async (t) => {
  const testApp = await openApp(t)
  const single = connect(testApp.ownerUrl.replace('tickmark_owner@', 'tickmark_app@'), 1)
  t.teardown(() => single.destroy())
  const { ours, outsiders } = await gather(testApp)
  for (let round = 0; round < 8; round += 1) {
    for (const { manager, engagement } of [ours, outsiders]) {
      const seen = await inScope(single, manager.scope, async (trx) => await trx.selectFrom('membership').select('engagement_id').where('person_id', '!=', randomUUID()).execute())
      t.strictSame([...new Set(seen.map((row) => row.engagement_id))], [engagement.id])
    }
  }
  t.equal(await prepared(single, 'select "engagement_id" from "membership"'), 1)
})
