import { createRequire } from 'node:module'
import { writeFile } from '../../server/matrix/write.ts'
import { unzip, wordTables } from '../support/zip.ts'
import type { Bench } from './bench.ts'
import { withDelay } from './delay.ts'
import { freezeMatrix, openMatrix } from './matrix-stage.ts'

const load = createRequire(import.meta.url)

export const bench: Bench = {
  what: 'the PDF of 150 controls and 60 tests from its frozen reading, in its own thread, against the library alone setting the same tables with one face and no headings, contents or watermark',
  aim: { ratio: 1.5 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const kept = await freezeMatrix(await openMatrix(size, ending))
    const tables = wordTables(unzip(await writeFile({ ...kept, format: 'docx' })).get('word/document.xml')!)
    const { run, figures } = withDelay(async () => { await writeFile({ ...kept, format: 'pdf' }) })
    return { ours: run, floor: async () => { await setTables(tables) }, figures: () => ({ rows: String(tables.flat().length), ...figures() }) }
  },
}

async function setTables(tables: string[][][][]): Promise<void> {
  const pdfmake = load('pdfmake') as typeof import('pdfmake')
  const face = load.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy((path) => path === face)
  pdfmake.setFonts({ DejaVu: { normal: face, bold: face } })
  await pdfmake.createPdf({
    pageOrientation: 'landscape', defaultStyle: { font: 'DejaVu', fontSize: 7.5 },
    content: tables.map((rows) => {
      const columns = Math.max(...rows.map(({ length }) => length))
      return { table: { headerRows: 1, dontBreakRows: true, widths: Array.from({ length: columns }, () => '*'), body: rows.map((row) => Array.from({ length: columns }, (_, place) => ({ stack: [...row[place] ?? ['']] }))) } }
    }),
  }).getBuffer()
}
