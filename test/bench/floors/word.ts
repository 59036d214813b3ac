import { BorderStyle, Document, HeadingLevel, Packer, PageOrientation, Paragraph, ShadingType, Table, TableCell, TableLayoutType, TableRow, TextRun, WidthType } from 'docx'

const page = 13_680
const line = { style: BorderStyle.SINGLE, size: 4, color: 'B5B0A4' }

/** The library writing tables with styles, widths, borders and repeated header rows, and a heading above each; whose text it is was settled before. */
export async function writeTables(tables: readonly (readonly (readonly (readonly string[])[])[])[]): Promise<Buffer> {
  return await Packer.toBuffer(new Document({
    styles: {
      default: { document: { run: { font: 'Arial', size: 19, color: '1E1D1A' }, paragraph: { spacing: { after: 100, line: 264 } } } },
      paragraphStyles: [
        { id: 'Cell', name: 'Table text', basedOn: 'Normal', run: { size: 17 }, paragraph: { spacing: { before: 20, after: 40, line: 240 } } },
        { id: 'CellHeading', name: 'Table heading', basedOn: 'Cell', run: { size: 17, bold: true }, paragraph: { keepNext: true } },
      ],
    },
    sections: [{
      properties: { page: { size: { width: 12_240, height: 15_840, orientation: PageOrientation.LANDSCAPE } } },
      children: tables.flatMap((rows, place) => [new Paragraph({ heading: HeadingLevel.HEADING_3, children: [new TextRun(`Table ${place + 1}`)] }), writeTable(rows)]),
    }],
  }))
}

function writeTable(rows: readonly (readonly (readonly string[])[])[]): Table {
  const columns = Math.max(...rows.map(({ length }) => length))
  const size = Math.floor(page / columns)
  return new Table({
    width: { size: size * columns, type: WidthType.DXA }, columnWidths: Array.from({ length: columns }, () => size), layout: TableLayoutType.FIXED,
    margins: { top: 50, bottom: 50, left: 90, right: 90 },
    borders: { top: line, bottom: line, left: line, right: line, insideHorizontal: line, insideVertical: line },
    rows: rows.map((row, place) => new TableRow({
      tableHeader: place === 0, cantSplit: true,
      children: row.map((paragraphs) => new TableCell({
        width: { size, type: WidthType.DXA }, ...place === 0 ? { shading: { type: ShadingType.CLEAR, fill: 'EEECE6', color: 'auto' } } : {},
        children: paragraphs.map((text) => new Paragraph({ style: place === 0 ? 'CellHeading' : 'Cell', children: [new TextRun(text)] })),
      })),
    })),
  })
}
