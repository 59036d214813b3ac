import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { printable } from '../sheets/cells.ts'
import { appendices } from './appendices.ts'
import { type Face, faceFor, mainFace, openFaces } from './fonts.ts'
import { contentHash } from './hash.ts'
import { introduction, titleOf } from './introduction.ts'
import { writePeriod, writeStamp } from './layout.ts'
import { pdfBlocks } from './pdf-blocks.ts'
import { printPdf } from './pdf-library.ts'
import type { Reading } from './reading.ts'
import { runsOf } from './runs.ts'
import { sectionFour } from './section-four.ts'

const ink = '#1E1D1A'
const muted = '#5C584F'
const margin = 54

/** Section IV as a PDF on landscape letter paper, every face embedded: contents, bookmarks, repeated header rows, stamp and hash on every page. */
export async function writePdf(reading: Reading): Promise<Buffer> {
  const { engagement, stamp, draft } = reading
  await openFaces(JSON.stringify(reading))
  const used = new Map<string, Face>()
  const set = (text: string, bold = false): Content[] => runsOf(text, used).map(({ text: part, face }) => ({ text: part, font: face, ...(bold ? { bold } : {}) }))
  for (const character of 'Ag') used.set(mainFace, faceFor(character.codePointAt(0)!)!)
  const at = new Date(stamp.generatedAt)
  const document: TDocumentDefinitions = {
    pageSize: 'LETTER', pageOrientation: 'landscape', pageMargins: [margin, 52, margin, 52],
    info: {
      title: printable(`Section IV, ${engagement.client}`), author: printable(engagement.firm), creator: printable(stamp.exporter), producer: 'Tickmark', creationDate: at, modDate: at,
      subject: `Content SHA-256 ${contentHash(reading)}`,
    },
    language: 'en-US',
    defaultStyle: { font: mainFace, fontSize: 8.5, lineHeight: 1.15, color: ink },
    styles: {
      Title: { fontSize: 17, bold: true }, Subtitle: { fontSize: 10, color: muted, margin: [0, 2, 0, 12] },
      level1: { fontSize: 13, bold: true, margin: [0, 14, 0, 5] }, level2: { fontSize: 11, bold: true, margin: [0, 10, 0, 4] },
      level3: { fontSize: 9.5, bold: true, margin: [0, 8, 0, 3] }, level4: { fontSize: 9, bold: true, margin: [0, 6, 0, 3] },
      Cell: { fontSize: 7.5 }, CellHeading: { fontSize: 7.5, bold: true }, stamp: { fontSize: 6.5, color: muted },
    },
    ...(draft ? { watermark: { text: 'DRAFT', font: mainFace, color: '#8A8477', opacity: 0.13, bold: true, fontSize: 150 } } : {}),
    header: { style: 'stamp', margin: [margin, 26, margin, 0], columns: [{ text: set(`${engagement.client}, ${engagement.system}, ${writePeriod(engagement)}`) }, { text: draft ? 'DRAFT' : '', bold: true, alignment: 'right', width: 60 }] },
    footer: (page, pages) => ({
      style: 'stamp', margin: [margin, 12, margin, 0],
      stack: [{ columns: [{ text: set(writeStamp(reading)) }, { text: `Page ${page} of ${pages}`, alignment: 'right', width: 90 }] }, { text: `Content SHA-256 ${contentHash(reading)}` }],
    }),
    content: [
      ...pdfBlocks(titleOf(reading), set),
      { toc: { id: 'sections', title: { text: 'Contents', style: 'level2' }, textMargin: [0, 2, 0, 2] } },
      ...pdfBlocks([...introduction(reading), ...sectionFour(reading), ...appendices(reading)], set),
    ],
  }
  return await printPdf(document, used.values())
}
