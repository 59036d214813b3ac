import { type CellStyle, type CellValue, writeXlsx } from 'hucre/xlsx'

const line = { style: 'thin', color: { rgb: 'C9C5BA' } } as const
const border = { top: line, right: line, bottom: line, left: line }
const heading: CellStyle = { font: { name: 'Arial', size: 9, bold: true }, border, alignment: { wrapText: true }, fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'EEECE6' } } }
const words: CellStyle = { border, alignment: { wrapText: true, vertical: 'top' }, numFmt: '@' }
// Ours leaves the lines of a longer table out, so the floor does too.
const plainly: CellStyle = { alignment: { wrapText: true, vertical: 'top' }, numFmt: '@' }

/** The library writing sheets whose columns have a width and a style, with headings in row 2, frozen and filtered. */
export async function writeSheets(sheets: readonly { readonly name: string, readonly rows: CellValue[][] }[]): Promise<Uint8Array> {
  return await writeXlsx({
    defaultFont: { name: 'Arial', size: 9 },
    sheets: sheets.map(({ name, rows }) => ({
      name, rows,
      columns: rows[1]!.map(() => ({ width: 24, style: rows.length > 2000 ? plainly : words })),
      cells: new Map(rows[1]!.map((_, column) => [`1,${column}`, { style: heading }])),
      rowDefs: new Map(rows.map((_, row) => [row, { height: 16 }])),
      freezePane: { rows: 2, columns: 1 },
    })),
  })
}
