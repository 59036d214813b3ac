import { sql } from 'kysely'
import t from 'tap'
import { connect } from '../../server/database/connect.ts'
import { containing } from '../../server/database/pattern.ts'
import { createDatabase } from '../support/database.ts'
import { naughty } from '../support/samples.ts'

const { appUrl } = await createDatabase(t)
const db = connect(appUrl, 1)
t.teardown(() => db.destroy())

t.test('words are found as they are typed, whatever they mean to the database', async (t) => {
  const texts = ['100%', '100 per cent', 'a_b', 'aXb', String.raw`C:\logs`, 'C:logs', ...naughty].filter((text) => !text.includes('\0'))
  for (const words of texts) {
    const { rows } = await sql<{ text: string }>`select text from unnest(${texts}::text[]) as text where text ilike ${containing(words)}`.execute(db)
    t.strictSame(rows.map(({ text }) => text).filter((text) => !text.toLowerCase().includes(words.toLowerCase())), [], `${words}: nothing that does not hold it`)
    t.ok(rows.some(({ text }) => text === words), `${words}: itself`)
  }
})
