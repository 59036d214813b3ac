import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { streamXlsxRows, writeXlsxStream } from 'hucre/xlsx'
import { readPopulation } from '../../server/populations/read-actions.ts'
import type { Bench } from './bench.ts'
import { forgetRows, openStage, placeList } from './list-stage.ts'
import { changeCells } from './lists.ts'
import { watchMemory } from './memory.ts'

const header = ['change_id', 'deployed_at', 'repository', 'author', 'approver', 'title', 'change_type', 'pipeline_run', 'reviewers', 'minutes', 'service', 'ticket']

export const bench: Bench = {
  what: 'an XLSX list of 100,000 rows × 12 columns read, checked and kept, against a reader of workbooks alone',
  aim: { ratio: 2 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const stage = await openStage(ending)
    const rows = size === 'full' ? 100_000 : 500
    const path = join(stage.folder, 'list.xlsx')
    await writeWorkbook(path, rows)
    const id = await placeList(stage, path, 'list.xlsx')
    let peak = 0
    const ours = async () => {
      await forgetRows(stage, id)
      await stage.owner.updateTable('population').set({ reading: 'pending' }).where('id', '=', id).execute()
      const peakOf = watchMemory()
      const begun = performance.now()
      await readPopulation(stage.site, { engagementId: stage.team.engagement.id, populationId: id })
      const taken = performance.now() - begun
      peak = Math.max(peak, peakOf())
      const found = await stage.owner.selectFrom('population').select(['reading', 'row_count', 'reading_error']).where('id', '=', id).executeTakeFirstOrThrow()
      if (found.reading !== 'done' || found.row_count !== rows) throw new Error(`${String(found.row_count)} rows were read: ${found.reading_error ?? found.reading}`)
      return taken
    }
    const floor = async () => {
      let read = 0
      for await (const row of streamXlsxRows(await readFile(path))) if (row.values.length === header.length) read++
      if (read !== rows + 1) throw new Error(`${read} rows were read`)
    }
    return { ours, floor, figures: () => ({ 'peak memory above idle, PostgreSQL aside': `${peak.toFixed(0)} MB` }) }
  },
}

async function writeWorkbook(path: string, rows: number): Promise<void> {
  const file = await open(path, 'w')
  function* cells(): Generator<(string | number)[]> {
    for (let index = 0; index < rows; index++) yield [...changeCells(index, rows), index % 4, index % 97, `service-${String(index % 40)}`, `OPS-${String(20_000 + index)}`]
  }
  await writeXlsxStream(cells(), { name: 'Export', columns: header.map((name) => ({ header: name })) }).pipeTo(new WritableStream({ write: async (chunk: Uint8Array) => void await file.write(chunk) }))
  await file.close()
}
