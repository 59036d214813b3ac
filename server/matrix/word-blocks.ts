import { BorderStyle, HeadingLevel, Paragraph, ShadingType, Table, TableCell, TableLayoutType, TableRow, TextRun, WidthType } from 'docx'
import { printable } from '../sheets/cells.ts'
import type { Block, Cell, Stretch } from './blocks.ts'

export const ink = '1E1D1A'
export const muted = '5C584F'

/** Landscape letter less its margins, in twentieths of a point. */
export const contentWidth = 13_680

const line = { style: BorderStyle.SINGLE, size: 4, color: 'B5B0A4' }
const levels = [HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3, HeadingLevel.HEADING_4] as const

/** A block as Word holds it, over a page of that width in twentieths of a point. */
export function wordBlock(block: Block, width = contentWidth): Paragraph | Table {
  if (block.kind === 'heading') return new Paragraph({ heading: levels[block.level - 1]!, children: [new TextRun(printable(block.text))] })
  if (block.kind === 'table') return table(block, width)
  return new Paragraph({ children: writeRuns(block.text), ...(block.style ? { style: block.style } : {}), ...(block.keepNext ? { keepNext: true } : {}) })
}

function table({ headings, shares, rows }: Extract<Block, { kind: 'table' }>, contained: number): Table {
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const widths = shares.map((share) => Math.floor(contained * share / whole))
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
    children: [new Paragraph({ style: 'CellHeading', children: writeRuns(text) })],
  })
}

function bodyCells(row: readonly Cell[], widths: readonly number[]): TableCell[] {
  let place = 0
  return row.map(({ paragraphs, span = 1, quiet }) => {
    const size = widths.slice(place, place + span).reduce((sum, width) => sum + width, 0)
    place += span
    const shown = paragraphs.length > 0 ? paragraphs : ['']
    return new TableCell({
      width: { size, type: WidthType.DXA }, ...span > 1 ? { columnSpan: span } : {},
      children: shown.map((one) => new Paragraph({ style: 'Cell', children: writeStretches(one, quiet ? muted : null) })),
    })
  })
}

// Ink is the colour of the document; a run that says so again costs as much as its words.
function writeStretches(one: Stretch, color: string | null): TextRun[] {
  if (typeof one === 'string') return writeRuns(one, color)
  return [new TextRun({ text: printable(one.bold), bold: true, ...color === null ? {} : { color } }), ...writeRuns(one.after, color)]
}

// A line end inside a text is a line break of the document, not a character.
function writeRuns(text: string, color: string | null = null): TextRun[] {
  return printable(text).split('\n').map((part, place) => new TextRun({ text: part, ...(place > 0 ? { break: 1 } : {}), ...color === null ? {} : { color } }))
}
