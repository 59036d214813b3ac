import { Document, Footer, Packer, PageNumber, PageOrientation, Paragraph, Table, TableCell, TableRow, TextRun, WidthType } from 'docx'
import { printable } from '../sheets/cells.ts'
import { writeXlsxSheet } from '../sheets/write-sheet.ts'
import { labelOf } from '../web/states.ts'
import { writeDate } from '../web/times.ts'
import { summaryOf, type GapReport, type GapRow } from './gap-report.ts'

const columns: readonly (readonly [heading: string, width: number, share: number, read: (row: GapRow) => string])[] = [
  ['Criterion', 10, 7, ({ criterion }) => criterion], ['Title', 40, 18, ({ title }) => title], ['What exists', 20, 12, ({ controls }) => controls.join(', ') || 'No control'],
  ['State', 16, 10, ({ state }) => labelOf('readiness', state ?? 'not_assessed').word], ['Gap', 60, 27, ({ gap }) => gap], ['Owner', 22, 10, ({ owner }) => owner],
  ['Due', 14, 8, ({ dueOn }) => dueOn === null ? '' : writeDate(dueOn)], ['Remediation', 14, 8, ({ status }) => status === null ? '' : labelOf('remediation', status).word],
]

/** The gap report as a workbook of one sheet. */
export async function writeGapWorkbook({ rows }: GapReport): Promise<Buffer> {
  return await writeXlsxSheet('Gaps', columns.map(([heading]) => heading), rows.map((row) => columns.map(([, , , read]) => read(row))), columns.map(([, width]) => width))
}

/** The gap report as a Word document on landscape letter paper: a summary, then one table for each series with its headings repeated. */
export async function writeGapDocument(report: GapReport): Promise<Buffer> {
  const { client, firm, system, span, zone, writtenAt, by, rows } = report
  const counts = summaryOf(rows)
  const said = (['in_place', 'missing', 'badly_designed', 'undocumented', 'not_assessed'] as const).map((state) => `${labelOf('readiness', state).word}: ${counts[state]}`)
  return await Packer.toBuffer(new Document({
    title: printable(`Readiness of ${client}`), creator: printable(by), description: printable(system),
    styles: { default: { document: { run: { font: 'Arial', size: 18 } } } },
    sections: [{
      properties: { page: { size: { width: 12_240, height: 15_840, orientation: PageOrientation.LANDSCAPE }, margin: { top: 1000, bottom: 1000, left: 1000, right: 1000 } } },
      footers: { default: new Footer({ children: [new Paragraph({ children: [new TextRun({ text: printable(`${firm}, ${writtenAt}, page `), size: 14 }), new TextRun({ children: [PageNumber.CURRENT], size: 14 })] })] }) },
      children: [
        new Paragraph({ heading: 'Title', children: [new TextRun(printable(`Readiness assessment of ${client}`))] }),
        line(`${system}, ${span}, dates in ${zone}. Written by ${by} of ${firm}, ${writtenAt}.`),
        line('This list helps management prepare. It is no report on controls and gives no opinion or conclusion on any of them.'),
        line(`${rows.length} criteria. ${said.join('. ')}. Gaps not yet verified: ${counts.open}.`),
        ...[...Map.groupBy(rows, ({ series }) => series)].flatMap(([series, members]) => [
          new Paragraph({ heading: 'Heading2', keepNext: true, spacing: { before: 240, after: 80 }, children: [new TextRun(printable(series))] }), table(members),
        ]),
      ],
    }],
  }))
}

function table(rows: readonly GapRow[]): Table {
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    rows: [
      new TableRow({ tableHeader: true, children: columns.map(([heading, , share]) => cell(heading, share, true)) }),
      ...rows.map((row) => new TableRow({ cantSplit: true, children: columns.map(([, , share, read]) => cell(read(row), share, false)) })),
    ],
  })
}

function cell(text: string, share: number, bold: boolean): TableCell {
  return new TableCell({
    width: { size: share, type: WidthType.PERCENTAGE }, margins: { top: 40, bottom: 40, left: 80, right: 80 },
    children: text.split('\n').map((part) => new Paragraph({ children: [new TextRun({ text: printable(part), bold, size: 16 })] })),
  })
}

function line(text: string): Paragraph {
  return new Paragraph({ spacing: { after: 100 }, children: [new TextRun(printable(text))] })
}
