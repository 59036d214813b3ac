import type { Format } from './formats.ts'
import type { Reading } from './reading.ts'

/** Who writes each format from the one reading. A program is loaded when it is first asked for, so that a file waits for no library of another. */
export const writers: Readonly<Record<Format, (reading: Reading) => Promise<Uint8Array>>> = {
  xlsx: async (reading) => (await import('./xlsx.ts')).writeWorkbook(reading),
  docx: async (reading) => (await import('./docx.ts')).writeDocument(reading),
  pdf: async (reading) => (await import('./pdf.ts')).writePdf(reading),
  json: async (reading) => Buffer.from((await import('./json.ts')).writeJson(reading), 'utf8'),
  csv: async (reading) => Buffer.from((await import('./csv.ts')).writeCsv(reading), 'utf8'),
}
