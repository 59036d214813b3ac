import { type CellStyle, type CellValue, writeXlsx, type WriteSheet } from 'hucre/xlsx'
import { cellColumns, type Column, exceptionColumns, expectedColumns, mappingColumns, matrixColumns, matrixRows, populationColumns } from './columns.ts'
import { contentHash } from './hash.ts'
import { listExceptions, writePeriod, writeStamp } from './layout.ts'
import { cellText, guardFormula } from '../sheets/cells.ts'
import type { Reading } from './reading.ts'

const hairline = { style: 'thin', color: { rgb: 'C9C5BA' } } as const
const border = { top: hairline, right: hairline, bottom: hairline, left: hairline }
const font = { name: 'Arial', size: 9 }
const banner: CellStyle = { font: { ...font, bold: true, size: 11 }, alignment: { vertical: 'center' } }
const draftBanner: CellStyle = { ...banner, font: { ...banner.font, color: { rgb: '7A4A00' } } }
const heading: CellStyle = {
  font: { ...font, bold: true }, border, alignment: { wrapText: true, vertical: 'center' },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'EEECE6' } },
}
const words: CellStyle = { border, alignment: { wrapText: true, vertical: 'top' }, numFmt: '@' }
const figure: CellStyle = { border, alignment: { horizontal: 'right', vertical: 'top' }, numFmt: '#,##0' }
// The library works a style out for each cell, and lines cost it most; a table of thousands of rows goes without them.
const manyRows = 2000

/** The matrix as a workbook: five tables and the facts of the export. Texts are string cells, so none can become a formula. */
export async function writeWorkbook(reading: Reading): Promise<Buffer> {
  const lines = reading.controls.flatMap((control) => control.testLines.map((line) => ({ control, line })))
  const noted = listExceptions(reading)
  const sheets = [
    sheet(reading, 'Matrix', matrixColumns(reading), matrixRows(reading)),
    sheet(reading, 'Criteria mapping', mappingColumns, reading.criteria),
  ]
  if (reading.engagement.type === 2) {
    sheets.push(
      sheet(reading, 'Sample detail', cellColumns, lines.flatMap((one) => one.line.cells.map((cell) => ({ ...one, cell })))),
      sheet(reading, 'Population facts', populationColumns, lines.map(({ line }) => line).filter(({ population }) => population !== null)),
    )
  }
  if (reading.engagement.type === 2 || noted.length > 0) sheets.push(sheet(reading, 'Exceptions', exceptionColumns, noted))
  const expected = [...reading.csocs, ...reading.cuecs]
  if (expected.length > 0) sheets.push(sheet(reading, 'Controls of others', expectedColumns, expected))
  sheets.push(sheet(reading, 'About this export', factColumns, aboutExport(reading)))
  const at = new Date(reading.stamp.generatedAt)
  const { client, firm } = reading.engagement
  // The library writes a sheet's repeated rows without quoting its name, which Excel repairs away; so they are named here.
  const namedRanges = sheets.map(({ name }) => ({ name: '_xlnm.Print_Titles', range: `'${name}'!$1:$2`, scope: name }))
  const bytes = await writeXlsx({
    sheets, namedRanges, defaultFont: font,
    properties: { title: cellText(`Control test matrix, ${client}`), creator: cellText(reading.stamp.exporter), company: cellText(firm), created: at, modified: at },
  })
  return Buffer.from(bytes)
}

// Row 1 says what the sheet is and whether it is a draft, row 2 names the columns; both stay in view and on every printed page.
function sheet<Row>(reading: Reading, name: string, columns: Column<Row>[], rows: readonly Row[]): WriteSheet {
  const { engagement, draft } = reading
  const title = `${draft ? 'DRAFT. ' : ''}${name}: ${engagement.client}, ${engagement.system}, ${writePeriod(engagement)}`
  // The same questions, notes and files stand in thousands of cells.
  const known = new Map<string, string>()
  const plain = (value: string | number | null): CellValue => {
    if (typeof value !== 'string') return value
    const text = known.get(value) ?? cellText(value)
    known.set(value, text)
    return text
  }
  const body = rows.map((row) => columns.map(({ read }) => plain(read(row))))
  const values: CellValue[][] = [[cellText(title)], columns.map(({ header }) => header), ...body]
  const cells = new Map<string, { style: CellStyle }>([['0,0', { style: draft ? draftBanner : banner }]])
  columns.forEach((_, column) => cells.set(`1,${column}`, { style: heading }))
  // A style for each column and not for each cell: there are tens of thousands of these.
  const styles = columns.map(({ width }, column) => styleOf(body.map((row) => row[column]!), width))
  const last = columnName(columns.length - 1)
  const widths = columns.map(({ width }) => width)
  return {
    name, rows: values, cells, columns: widths.map((width, column) => ({ width, ...styles[column] })),
    freezePane: { rows: 2, columns: 1 },
    autoFilter: { range: `A2:${last}${Math.max(2, values.length)}` },
    rowDefs: new Map(values.map((row, place) => [place, { height: place === 0 ? 20 : rowHeight(row, widths) }])),
    pageSetup: {
      orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0,
      paperSize: widths.reduce((sum, width) => sum + width, 0) > 200 ? 'legal' : 'letter',
      margins: { top: 0.6, right: 0.4, bottom: 0.6, left: 0.4, header: 0.3, footer: 0.3 },
    },
    headerFooter: { oddFooter: `&L&8${footerText(writeStamp(reading))}&C&8 ${contentHash(reading)}&R&8&P / &N`, ...(draft ? { oddHeader: '&R&"Arial,Bold"DRAFT' } : {}) },
  }
}

// In a long table only what wraps or might be taken for a formula when it is edited has a style.
function styleOf(values: readonly CellValue[], width: number): { style?: CellStyle } {
  const { border: lines, ...plainly } = values.some((value) => typeof value === 'number') ? figure : words
  if (values.length <= manyRows) return { style: { ...plainly, ...lines ? { border: lines } : {} } }
  return values.some((value) => typeof value === 'string' && (value.length > width || value.includes('\n') || guardFormula(value) !== value)) ? { style: plainly } : {}
}

// Heights are written because not every program fits rows to wrapped text when it opens a file; in points, Excel's limit 409.
function rowHeight(row: readonly CellValue[], widths: readonly number[]): number {
  const lines = row.map((value, column) => (typeof value === 'string' ? countLines(value, widths[column]! * 1.15) : 1))
  return Math.min(409, Math.max(1, ...lines) * 12 + 4)
}

function countLines(text: string, width: number): number {
  if (text.length <= width && !text.includes('\n')) return 1
  return text.split('\n').reduce((lines, paragraph) => {
    let filled = 0
    let broken = 1
    for (const word of paragraph.split(' ')) {
      const needed = filled === 0 ? word.length : filled + 1 + word.length
      if (needed > width && filled > 0) broken += 1
      filled = needed > width ? word.length : needed
      broken += Math.max(0, Math.ceil(filled / width) - 1)
    }
    return lines + broken
  }, 0)
}

type Fact = { what: string, value: string }

const factColumns: Column<Fact>[] = [
  { header: 'Fact', width: 22, read: ({ what }) => what },
  { header: 'Value', width: 90, read: ({ value }) => value },
]

function aboutExport(reading: Reading): Fact[] {
  const { engagement, stamp } = reading
  return [
    { what: 'Client', value: engagement.client },
    { what: 'System', value: engagement.system },
    { what: 'Service auditor', value: engagement.firm },
    { what: 'Examination', value: `SOC 2 Type ${engagement.type}, ${writePeriod(engagement)}` },
    { what: 'Time zone', value: engagement.zone },
    { what: 'State', value: reading.draft ? 'DRAFT' : 'Final' },
    { what: 'Version', value: String(stamp.version) },
    { what: 'Exported', value: writeStamp(reading) },
    { what: 'Content SHA-256', value: contentHash(reading) },
    { what: 'Criteria not covered', value: reading.uncovered.join(', ') || 'None' },
    ...(engagement.type === 1 ? [] : reading.legend).map(({ symbol, meaning }) => ({ what: `Tickmark ${symbol}`, value: meaning })),
  ]
}

// An ampersand starts a code in a printed footer, and Excel refuses a footer of more than 255 characters.
function footerText(text: string): string {
  return cellText(text).slice(0, 60).replaceAll('&', '&&')
}

function columnName(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : columnName(Math.floor(column / 26) - 1) + columnName(column % 26)
}
