import { Document, Footer, Packer, PageNumber, PageOrientation, Paragraph, TextRun } from 'docx'
import { headline, paragraph, table, type Block } from '../matrix/blocks.ts'
import { contentWidth, wordBlock } from '../matrix/word-blocks.ts'
import { wordStyles } from '../matrix/word-styles.ts'
import { printable } from '../sheets/cells.ts'
import { writeXlsxSheet } from '../sheets/write-sheet.ts'
import { labelOf } from '../web/states.ts'
import { writeDate } from '../web/times.ts'
import { summaryOf, type GapReport, type GapRow } from './gap-report.ts'

const margin = (15_840 - contentWidth) / 2
const columns: readonly (readonly [heading: string, width: number, share: number, read: (row: GapRow) => string])[] = [
  ['Criterion', 10, 7, ({ criterion }) => criterion], ['Title', 40, 18, ({ title }) => title], ['What exists', 20, 12, ({ controls }) => controls.join(', ') || 'No control'],
  ['State', 16, 10, ({ state }) => labelOf('readiness', state ?? 'not_assessed').word], ['Gap', 60, 24, ({ gap }) => gap], ['Owner', 22, 10, ({ owner }) => owner],
  ['Due', 14, 9, ({ dueOn }) => dueOn === null ? '' : writeDate(dueOn)], ['Remediation', 14, 10, ({ status }) => status === null ? '' : labelOf('remediation', status).word],
]

/** The gap report as a workbook of one sheet. */
export async function writeGapWorkbook({ rows }: GapReport): Promise<Buffer> {
  return await writeXlsxSheet('Gaps', columns.map(([heading]) => heading), rows.map((row) => columns.map(([, , , read]) => read(row))), columns.map(([, width]) => width))
}

/** The gap report as a Word document on landscape letter paper: a summary, then one table for each series with its headings repeated. */
export async function writeGapDocument(report: GapReport): Promise<Buffer> {
  const { client, firm, system, writtenAt, by } = report
  return await Packer.toBuffer(new Document({
    title: printable(`Readiness of ${client}`), creator: printable(by), description: printable(system), styles: wordStyles(18),
    sections: [{
      properties: { page: { size: { width: 12_240, height: 15_840, orientation: PageOrientation.LANDSCAPE }, margin: { top: margin, bottom: margin, left: margin, right: margin } } },
      footers: { default: new Footer({ children: [new Paragraph({ style: 'Stamp', children: [new TextRun(printable(`${firm}, ${writtenAt}, page `)), new TextRun({ children: [PageNumber.CURRENT] })] })] }) },
      children: gapBlocks(report).map((block) => wordBlock(block)),
    }],
  }))
}

function gapBlocks({ client, firm, system, span, zone, writtenAt, by, rows }: GapReport): Block[] {
  const counts = summaryOf(rows)
  const said = (['in_place', 'missing', 'badly_designed', 'undocumented', 'not_assessed'] as const).map((state) => `${labelOf('readiness', state).word}: ${counts[state]}`)
  return [
    paragraph(`Readiness assessment of ${client}`, 'Title'),
    paragraph(`${system}, ${span}, dates in ${zone}. Written by ${by} of ${firm}, ${writtenAt}.`),
    paragraph('This list helps management prepare. It is no report on controls and gives no opinion or conclusion on any of them.'),
    paragraph(`${rows.length} criteria. ${said.join('. ')}. Gaps not yet verified: ${counts.open}.`),
    ...[...Map.groupBy(rows, ({ series }) => series)].flatMap(([series, members]) => [
      headline(2, series),
      table(columns.map(([heading]) => heading), columns.map(([, , share]) => share), members.map((row) => columns.map(([, , , read]) => ({ paragraphs: [read(row)] })))),
    ]),
  ]
}
