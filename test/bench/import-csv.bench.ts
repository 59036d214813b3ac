import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPopulation } from '../../server/populations/read-actions.ts'
import type { Bench } from './bench.ts'
import { copyLines, copyReady } from './floors/copy.ts'
import { forgetRows, openStage, placeList } from './list-stage.ts'
import { changeCells, changeList } from './lists.ts'
import { watchMemory } from './memory.ts'

export const bench: Bench = {
  what: 'a CSV list of 1,000,000 rows × 8 columns read, checked and kept, against a bare COPY of the same rows into the same table',
  aim: { ratio: 2 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const stage = await openStage(ending)
    const { site, owner, ownerUrl, team, folder } = stage
    const rows = size === 'full' ? 1_000_000 : 3000
    const path = join(folder, 'list.csv')
    for (const piece of changeList(rows)) writeFileSync(path, piece, { flag: 'a' })
    const engagementId = team.engagement.id
    const [ourList, theirs] = [await placeList(stage, path, 'list.csv'), await placeList(stage, path, 'list.csv')]
    const pieces = copyLines({ engagementId, populationId: theirs, rows, cellsOf: (index) => changeCells(index, rows) })
    let peak = 0
    const ours = async () => {
      await forgetRows(stage, ourList)
      await owner.updateTable('population').set({ reading: 'pending' }).where('id', '=', ourList).execute()
      const peakOf = watchMemory()
      const begun = performance.now()
      await readPopulation(site, { engagementId, populationId: ourList })
      const taken = performance.now() - begun
      peak = Math.max(peak, peakOf())
      const { reading, row_count: read, reading_error: error } = await owner.selectFrom('population').select(['reading', 'row_count', 'reading_error']).where('id', '=', ourList).executeTakeFirstOrThrow()
      if (reading !== 'done' || read !== rows) throw new Error(`${String(read)} rows were read: ${error ?? reading}`)
      return taken
    }
    const floor = async () => {
      await forgetRows(stage, theirs)
      const begun = performance.now()
      await copyReady(ownerUrl, pieces)
      return performance.now() - begun
    }
    return { ours, floor, figures: () => ({ 'peak memory above idle, PostgreSQL aside (aim 250 MB)': `${peak.toFixed(0)} MB` }) }
  },
}
