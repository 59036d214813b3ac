import { AlignmentType, Document, Footer, Header, Packer, PageNumber, PageOrientation, Paragraph, TabStopType, TableOfContents, TextRun } from 'docx'
import { TextWatermark } from 'docx/watermarks'
import { appendices } from './appendices.ts'
import { contentHash } from './hash.ts'
import { writePeriod, writeStamp } from './layout.ts'
import { printable } from '../sheets/cells.ts'
import type { Reading } from './reading.ts'
import { introduction, titleOf } from './introduction.ts'
import { sectionFour } from './section-four.ts'
import { contentWidth, wordBlock } from './word-blocks.ts'
import { wordFont, wordStyles } from './word-styles.ts'

const margin = 1080

/** Section IV as a Word document on landscape letter paper: real headings, repeated header rows, stamp and hash on every page. */
export async function writeDocument(reading: Reading): Promise<Buffer> {
  const { client, firm, system } = reading.engagement
  return Packer.toBuffer(new Document({
    title: printable(`Section IV, ${client}`), creator: printable(reading.stamp.exporter), lastModifiedBy: printable(reading.stamp.exporter),
    subject: printable(system), description: `Content SHA-256 ${contentHash(reading)}`, keywords: printable(firm),
    styles: wordStyles(19),
    sections: [{
      properties: {
        page: {
          size: { width: 12_240, height: 15_840, orientation: PageOrientation.LANDSCAPE },
          margin: { top: margin, bottom: margin, left: margin, right: margin, header: 500, footer: 500 },
        },
      },
      headers: { default: header(reading) },
      footers: { default: footer(reading) },
      children: [
        ...titleOf(reading).map((block) => wordBlock(block)),
        new TableOfContents('Contents', { hyperlink: true, headingStyleRange: '1-3', beginDirty: false }),
        ...[...introduction(reading), ...sectionFour(reading), ...appendices(reading)].map((block) => wordBlock(block)),
      ],
    }],
  }))
}

function header({ engagement, draft }: Reading): Header {
  const facts = `${engagement.client}, ${engagement.system}, ${writePeriod(engagement)}`
  return new Header({
    children: [new Paragraph({
      style: 'Stamp', tabStops: [{ type: TabStopType.RIGHT, position: contentWidth }],
      children: [
        ...(draft ? [new TextWatermark({ text: 'DRAFT', font: wordFont, color: 'D9D6CE', opacity: 0.5 })] : []),
        new TextRun(printable(facts)),
        ...(draft ? [new TextRun({ text: '\tDRAFT', bold: true })] : []),
      ],
    })],
  })
}

function footer(reading: Reading): Footer {
  return new Footer({
    children: [
      new Paragraph({
        style: 'Stamp', tabStops: [{ type: TabStopType.RIGHT, position: contentWidth }],
        children: [
          new TextRun(printable(writeStamp(reading))), new TextRun('\tPage '),
          new TextRun({ children: [PageNumber.CURRENT] }), new TextRun(' of '), new TextRun({ children: [PageNumber.TOTAL_PAGES] }),
        ],
      }),
      new Paragraph({ style: 'Stamp', alignment: AlignmentType.LEFT, children: [new TextRun(`Content SHA-256 ${contentHash(reading)}`)] }),
    ],
  })
}
