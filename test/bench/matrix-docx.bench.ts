import { writeFile } from '../../server/matrix/write.ts'
import { unzip, wordTables } from '../support/zip.ts'
import type { Bench } from './bench.ts'
import { withDelay } from './delay.ts'
import { writeTables } from './floors/word.ts'
import { freezeMatrix, openMatrix } from './matrix-stage.ts'

export const bench: Bench = {
  what: 'the Word document of 150 controls and 60 tests from its frozen reading, in its own thread, against the library alone writing the same tables with their styles, widths and headings',
  aim: { ratio: 1.5 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const kept = await freezeMatrix(await openMatrix(size, ending))
    const tables = wordTables(unzip(await writeFile({ ...kept, format: 'docx' })).get('word/document.xml')!)
    const { run, figures } = withDelay(async () => { await writeFile({ ...kept, format: 'docx' }) })
    return { ours: run, floor: async () => { await writeTables(tables) }, figures: () => ({ rows: String(tables.flat().length), ...figures() }) }
  },
}
