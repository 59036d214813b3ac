import { BorderStyle, HeadingLevel, Paragraph, ShadingType, Table, TableCell, TableLayoutType, TableRow, TextRun, WidthType } from 'docx'
import { printable } from '../sheets/cells.ts'

export const ink = '1E1D1A'
export const muted = '5C584F'

/** Landscape letter less its margins, in twentieths of a point. */
export const contentWidth = 13_680

/** What a table cell holds: paragraphs, each of plain or bold stretches; `span` joins it with the cells after it. */
export type Cell = { paragraphs: (string | { bold: string, after: string })[], span?: number, quiet?: boolean }

const line = { style: BorderStyle.SINGLE, size: 4, color: 'B5B0A4' }
const levels = [HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3, HeadingLevel.HEADING_4] as const

export function headline(level: 1 | 2 | 3 | 4, text: string): Paragraph {
  return new Paragraph({ heading: levels[level - 1]!, children: [new TextRun(printable(text))] })
}

export function paragraph(text: string, style?: string): Paragraph {
  return new Paragraph({ children: writeRuns(text), ...(style ? { style } : {}) })
}

/** A sentence that introduces a table and stays on its page. */
export function lead(text: string): Paragraph {
  return new Paragraph({ children: writeRuns(text), keepNext: true })
}

/** A table whose header row repeats on each page and whose rows stay whole; `shares` divide the page's width. */
export function table(headings: readonly string[], shares: readonly number[], rows: readonly (readonly Cell[])[]): Table {
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const widths = shares.map((share) => Math.floor(contentWidth * share / whole))
  return new Table({
    width: { size: widths.reduce((sum, width) => sum + width, 0), type: WidthType.DXA },
    columnWidths: widths, layout: TableLayoutType.FIXED,
    margins: { top: 50, bottom: 50, left: 90, right: 90 },
    borders: { top: line, bottom: line, left: line, right: line, insideHorizontal: line, insideVertical: line },
    rows: [
      new TableRow({ tableHeader: true, cantSplit: true, children: headings.map((text, place) => headingCell(text, widths[place]!)) }),
      ...rows.map((row) => new TableRow({ cantSplit: true, children: bodyCells(row, widths) })),
    ],
  })
}

function headingCell(text: string, width: number): TableCell {
  return new TableCell({
    width: { size: width, type: WidthType.DXA }, shading: { type: ShadingType.CLEAR, fill: 'EEECE6', color: 'auto' },
    children: [paragraph(text, 'CellHeading')],
  })
}

function bodyCells(row: readonly Cell[], widths: readonly number[]): TableCell[] {
  let place = 0
  return row.map(({ paragraphs, span = 1, quiet }) => {
    const size = widths.slice(place, place + span).reduce((sum, width) => sum + width, 0)
    place += span
    const shown = paragraphs.length > 0 ? paragraphs : ['']
    return new TableCell({
      width: { size, type: WidthType.DXA }, columnSpan: span,
      children: shown.map((one) => new Paragraph({ style: 'Cell', children: writeStretches(one, quiet ? muted : ink) })),
    })
  })
}

function writeStretches(one: string | { bold: string, after: string }, color: string): TextRun[] {
  if (typeof one === 'string') return writeRuns(one, color)
  return [new TextRun({ text: printable(one.bold), bold: true, color }), ...writeRuns(one.after, color)]
}

// A line end inside a text is a line break of the document, not a character.
function writeRuns(text: string, color?: string): TextRun[] {
  return printable(text).split('\n').map((part, place) => new TextRun({ text: part, ...(place > 0 ? { break: 1 } : {}), ...(color ? { color } : {}) }))
}
