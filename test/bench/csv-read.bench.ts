import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTable } from '../../server/sheets/reader.ts'
import type { Bench } from './bench.ts'
import { countLines } from './floors/lines.ts'
import { changeList } from './lists.ts'

export const bench: Bench = {
  what: 'reading 1,000,000 rows × 8 columns of CSV in the child process, against counting the lines of the file',
  aim: {},
  unit: 'ms',
  prepare: async (size, ending) => {
    const folder = await mkdtemp(join(tmpdir(), 'tickmark-bench-'))
    ending(async () => rm(folder, { recursive: true }))
    const path = join(folder, 'list.csv')
    const rows = size === 'full' ? 1_000_000 : 2000
    for (const piece of changeList(rows)) writeFileSync(path, piece, { flag: 'a' })
    const ours = async () => {
      let read = 0
      for await (const part of readTable(path)) if (part.kind === 'rows') read += part.count
      if (read !== rows) throw new Error(`${read} rows were read of ${rows}`)
    }
    const floor = async () => {
      if (await countLines(path) !== rows + 1) throw new Error('the lines do not add up')
    }
    return { ours, floor }
  },
}
