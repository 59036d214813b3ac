import { readdirSync } from 'node:fs'
import t from 'tap'
import { beginBatch, openRows } from '../../server/sheets/packed.ts'
import { openSpool } from '../../server/sheets/spool.ts'

t.test('rows put aside come back as often as one likes, and leave no file behind', async (t) => {
  const folder = t.testdir()
  const spool = await openSpool(folder)
  const batch = beginBatch()
  const sent: string[][] = []
  for (let row = 2; row < 3000; row++) {
    const cells = [`K-${row}`, '', 'é鍵🔑'.repeat(row % 50)]
    sent.push(cells)
    batch.addTexts(row, cells)
    if (row % 700 === 0) await spool.put(openRows(batch.take()))
  }
  await spool.put(openRows(batch.take()))
  t.strictSame(readdirSync(folder), [])
  for (let pass = 0; pass < 2; pass++) {
    const found: (readonly string[])[] = []
    for await (const part of spool.rows()) {
      t.equal(part.first, found.length + 2)
      found.push(...part.rows)
      t.equal(part.cell(part.count - 1, 0), found.at(-1)?.[0])
    }
    t.strictSame(found, sent)
  }
  await spool.close()
})
