import { sql } from 'kysely'
import t from 'tap'
import { copyIn } from '../../server/database/copy.ts'
import { createDatabase } from '../support/database.ts'

const { db } = await createDatabase(t)
const room = sql`create temporary table incoming (n integer) on commit drop`

t.test('what is copied belongs to the transaction', async (t) => {
  await db.transaction().execute(async (trx) => {
    await room.execute(trx)
    await copyIn(trx, 'copy pg_temp.incoming from stdin', [Buffer.from('1\n2'), Buffer.from('3\n')])
    t.strictSame((await sql<{ n: number }>`select n from pg_temp.incoming order by n`.execute(trx)).rows, [{ n: 1 }, { n: 23 }])
  })
})

t.test('a source that fails, and rows that are none, end the copy and leave the connection usable', async (t) => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('1\n')
    throw new Error('the list is no good')
  }
  for (const [source, says] of [[failing(), /no good/], [[Buffer.from('x\n')], /invalid input syntax/]] as const) {
    await t.rejects(db.transaction().execute(async (trx) => {
      await room.execute(trx)
      await copyIn(trx, 'copy pg_temp.incoming from stdin', source)
    }), says)
    t.strictSame((await sql<{ one: number }>`select 1 as one`.execute(db)).rows, [{ one: 1 }])
  }
})

t.test('a table behind row security is never copied into', async (t) => {
  await t.rejects(db.transaction().execute(async (trx) => copyIn(trx, 'copy population_row from stdin', [])), /row-level security/)
})
