import { sql } from 'kysely'
import type { Test } from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { prepareTemplate } from '../support/cluster.ts'
import { ownerOf } from '../support/owner.ts'
import { makeBench, setResult } from '../support/testing.ts'
import type { Bench } from './bench.ts'

export const bench: Bench = {
  what: 'saving one cell of 60 items by 6 attributes, from the request to the answer with its trail and counts, against writing its two rows in one transaction',
  aim: { most: 15 },
  unit: 'ms',
  prepare: async (size, ending) => {
    await prepareTemplate()
    // What a test takes care of when it ends is all that is asked of one here.
    const t = { teardown: ending } as unknown as Test
    const testApp = await openApp(t)
    const { ours } = await gather(testApp)
    const items = size === 'full' ? 60 : 6
    const { line, draw, sample } = await makeBench(testApp, ours, { items, rows: items + 10, letters: 'ABCDEF' })
    const owner = ownerOf(t, testApp)
    const cells = draw.items.flatMap(({ id }) => [...'ABCDEF'].map((letter) => ({ id, letter })))
    await sql`analyze`.execute(owner)
    let next = 0
    const first = cells.pop()!
    await setResult(ours.staff, ours, line, first.id, first.letter, 'pass')
    return {
      ours: async () => {
        const { id, letter } = cells[next++ % cells.length]!
        const { status } = await setResult(ours.staff, ours, line, id, letter, 'pass')
        if (status !== 200) throw new Error(`saving answered ${status}`)
      },
      floor: async () => {
        await owner.transaction().execute(async (trx) => {
          await sql`update cell set result = 'pass', version = version + 1 where engagement_id = ${ours.engagement.id} and item_id = ${first.id} and letter = ${first.letter}`.execute(trx)
          await sql`insert into citation values (${ours.engagement.id}, ${line.id}, ${first.id}, ${first.letter}, ${sample.files.get(first.id)!}, '') on conflict do nothing`.execute(trx)
        })
      },
    }
  },
}
