import { stringify } from 'csv-stringify/sync'
import { writeXlsx } from 'hucre/xlsx'
import { cellText, guardFormula } from './cells.ts'

/** A table of texts as CSV that every spreadsheet opens: UTF-8 with a byte order mark, no cell can become a formula. */
export function writeCsvSheet(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return stringify([header, ...rows].map((row) => row.map(guardFormula)), { bom: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/ })
}

/** The same as a workbook of one sheet; all cells are texts. `widths` in characters. */
export async function writeXlsxSheet(name: string, header: readonly string[], rows: readonly (readonly string[])[], widths: readonly number[]): Promise<Buffer> {
  const bytes = await writeXlsx({
    sheets: [{
      name, rows: [header, ...rows].map((row) => row.map((text) => text === '' ? null : cellText(text))),
      columns: widths.map((width) => ({ width })), freezePane: { rows: 1, columns: 1 },
    }],
  })
  return Buffer.from(bytes)
}
