import type { IStylesOptions } from 'docx'
import { ink, muted } from './word-blocks.ts'

export const wordFont = 'Arial'

/** The styles of a document: real headings and named styles for tables and stamps; sizes are in half points. */
export function wordStyles(size: number): IStylesOptions {
  const font = wordFont
  return {
    default: {
      document: { run: { font, size, color: ink, language: { value: 'en-US' } }, paragraph: { spacing: { after: 100, line: 264 } } },
      title: { run: { font, size: 36, bold: true, color: ink }, paragraph: { spacing: { after: 60 } } },
      heading1: heading(28, 360, 120), heading2: heading(24, 300, 100), heading3: heading(21, 240, 80), heading4: heading(19, 200, 60),
    },
    paragraphStyles: [
      { id: 'Cell', name: 'Table text', basedOn: 'Normal', quickFormat: true, run: { size: 17 }, paragraph: { spacing: { before: 20, after: 40, line: 240 } } },
      { id: 'CellHeading', name: 'Table heading', basedOn: 'Cell', quickFormat: true, run: { size: 17, bold: true }, paragraph: { keepNext: true } },
      { id: 'Subtitle', name: 'Subtitle', basedOn: 'Normal', quickFormat: true, run: { size: 21, color: muted }, paragraph: { spacing: { after: 200 } } },
      { id: 'Stamp', name: 'Stamp', basedOn: 'Normal', run: { size: 14, color: muted }, paragraph: { spacing: { after: 0, line: 240 } } },
    ],
  }
}

function heading(size: number, before: number, after: number) {
  return { run: { font: wordFont, size, bold: true, color: ink }, paragraph: { keepNext: true, keepLines: true, spacing: { before, after } } }
}
