import { writeFile } from '../../server/matrix/write.ts'
import { sheetNames, sheetRows, unzip } from '../support/zip.ts'
import type { Bench } from './bench.ts'
import { withDelay } from './delay.ts'
import { writeSheets } from './floors/workbook.ts'
import { freezeMatrix, openMatrix } from './matrix-stage.ts'

export const bench: Bench = {
  what: 'the workbook of 60 tests of 40 items on 4 attributes from its frozen reading, in its own thread, against the library alone writing the same cells with styles, widths and headings',
  aim: { ratio: 1.5 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const kept = await freezeMatrix(await openMatrix(size, ending))
    const files = unzip(await writeFile({ ...kept, format: 'xlsx' }))
    const sheets = sheetNames(files).map((name) => ({ name, rows: sheetRows(files, name) }))
    const { run, figures } = withDelay(async () => { await writeFile({ ...kept, format: 'xlsx' }) })
    return { ours: run, floor: async () => { await writeSheets(sheets) }, figures: () => ({ cells: String(sheets.reduce((sum, { rows }) => sum + rows.flat().length, 0)), ...figures() }) }
  },
}
