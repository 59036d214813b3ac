import { Document, Footer, Header, Packer, PageNumber, Paragraph, ShadingType, TabStopType, TableOfContents, TextRun } from 'docx'
import { TextWatermark } from 'docx/watermarks'
import { printable } from '../sheets/cells.ts'
import { writePeriod } from './layout.ts'
import type { PartFacts } from './part-words.ts'
import { parts, type PartName } from './parts.ts'
import { writeDateTime } from '../web/times.ts'
import { ink, muted, wordBlock } from './word-blocks.ts'
import { wordStyles } from './word-styles.ts'

const margin = 1296
const width = 12_240 - 2 * margin

/** A section as a Word document for somebody to finish: whose it is stands at its top, what is missing in brackets. */
export async function writePart(name: PartName, facts: PartFacts): Promise<Buffer> {
  const { number, title, author, write } = parts[name]
  const { engagement, stamp } = facts.reading
  const { client, firm, system } = engagement
  const owner = author === 'firm' ? firm : client
  const words = author === 'firm' ? `To be written by the firm, ${firm}. This is a draft from the engagement’s own facts; what stands in brackets is still to be written.`
    : `To be written by ${client}, whose section this is. This is a draft from what was entered so far; what stands in brackets is still to be written, and every word is management’s to change.`
  const made = `Drafted ${writeDateTime(stamp.generatedAt, engagement.zone)} for ${owner}`
  const blocks = write(facts)
  return Packer.toBuffer(new Document({
    title: printable(`Section ${number}, ${client}`), creator: printable(owner), subject: printable(system), styles: wordStyles(20),
    sections: [{
      properties: { page: { size: { width: 12_240, height: 15_840 }, margin: { top: margin, bottom: margin, left: margin, right: margin, header: 560, footer: 560 } } },
      headers: { default: new Header({ children: [new Paragraph({
        style: 'Stamp', tabStops: [{ type: TabStopType.RIGHT, position: width }],
        children: [new TextWatermark({ text: 'DRAFT', font: 'Arial', color: 'D9D6CE', opacity: 0.5 }), new TextRun(printable(`${client}, ${system}, ${writePeriod(engagement)}`)), new TextRun({ text: '\tDRAFT', bold: true })],
      })] }) },
      footers: { default: new Footer({ children: [new Paragraph({
        style: 'Stamp', tabStops: [{ type: TabStopType.RIGHT, position: width }],
        children: [new TextRun(printable(made)), new TextRun('\tPage '), new TextRun({ children: [PageNumber.CURRENT] }), new TextRun(' of '), new TextRun({ children: [PageNumber.TOTAL_PAGES] })],
      })] }) },
      children: [
        new Paragraph({ style: 'Title', children: [new TextRun(printable(`Section ${number}: ${title}`))] }),
        new Paragraph({ style: 'Subtitle', children: [new TextRun(printable(`${client}, ${system}, ${writePeriod(engagement)}`))] }),
        new Paragraph({
          shading: { type: ShadingType.CLEAR, fill: author === 'firm' ? 'E7EEF6' : 'F3ECDD', color: 'auto' }, spacing: { before: 60, after: 240 }, indent: { left: 80, right: 80 },
          children: [new TextRun({ text: printable(words), bold: true, color: ink })],
        }),
        ...(blocks.filter(({ kind }) => kind === 'heading').length > 8 ? [new TableOfContents('Contents', { hyperlink: true, headingStyleRange: '1-2', beginDirty: false })] : []),
        ...blocks.map((block) => (block.kind === 'paragraph' && !block.style ? withGaps(block.text) : wordBlock(block, width))),
      ],
    }],
  }))
}

// What is to be written is marked, so that nothing of it is overlooked in the finished report.
function withGaps(text: string): Paragraph {
  return new Paragraph({
    children: printable(text).split(/(\[[^[\]]+\])/).filter((piece) => piece !== '').flatMap((piece) => piece.split('\n').map((line, place) => new TextRun({
      text: line, ...(place > 0 ? { break: 1 } : {}), ...(piece.startsWith('[') ? { highlight: 'yellow' as const, color: muted } : {}),
    }))),
  })
}
