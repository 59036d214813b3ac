import { Document, Packer, Paragraph, Table, TableCell, TableRow } from 'docx'
import { writeFile } from '../../server/matrix/write.ts'
import { unzip, wordTables } from '../support/zip.ts'
import type { Bench } from './bench.ts'
import { withDelay } from './delay.ts'
import { freezeMatrix, openMatrix } from './matrix-stage.ts'

export const bench: Bench = {
  what: 'the Word document of 150 controls and 60 tests from its frozen reading, in its own thread, against the library alone writing the same tables',
  aim: { ratio: 1.5 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const kept = await freezeMatrix(await openMatrix(size, ending))
    const tables = wordTables(unzip(await writeFile({ ...kept, format: 'docx' })).get('word/document.xml')!)
    const { run, figures } = withDelay(async () => { await writeFile({ ...kept, format: 'docx' }) })
    const cell = (paragraphs: readonly string[]) => new TableCell({ children: paragraphs.map((text) => new Paragraph(text)) })
    const floor = async () => {
      await Packer.toBuffer(new Document({ sections: [{ children: tables.map((rows) => new Table({ rows: rows.map((row) => new TableRow({ children: row.map(cell) })) })) }] }))
    }
    return { ours: run, floor, figures: () => ({ rows: String(tables.flat().length), ...figures() }) }
  },
}
