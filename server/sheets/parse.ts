import { open } from 'node:fs/promises'
import { ReadRefused, type Limits, type Part, type Wishes } from './table.ts'

/**
 * Reads a list of any format to its end in flat memory; its bytes decide the format. Runs in the process that calls
 * it; the app calls `readTable` instead. Throws ReadRefused.
 *
 * Only the one format is loaded: somebody waits while the process of the reader starts.
 */
export async function* parseTable(path: string, settings: Limits & Wishes): AsyncGenerator<Part> {
  const head = await headOf(path)
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') return yield* (await import('./xlsx.ts')).parseWorkbook(path, settings)
  if (head.toString('hex', 0, 8) === 'd0cf11e0a1b11ae1') throw new ReadRefused('This is an old or a locked Excel workbook. Open it, save it as .xlsx without a password, or export the list as CSV, and upload that.')
  if (/\.xls[xmb]$/i.test(settings.name)) throw new ReadRefused('The name says that this is a workbook, and the content is none. Upload the workbook itself, or the list as CSV.')
  if (startsWithObject(head)) return yield* (await import('./json-lines.ts')).parseJsonLines(path, settings)
  if (/\.(jsonl|ndjson)$/i.test(settings.name) || /^\s*\[\s*[[{]/.test(head.toString())) throw new ReadRefused('This is not JSON lines: each line is to hold one object, and nothing stands around them. Export the list as JSON lines or CSV.')
  yield* (await import('./csv.ts')).parseCsv(path, settings, settings.name, settings.headerRow === 0)
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function startsWithObject(head: Buffer): boolean {
  // In UTF-16 every other byte is zero, and a mark may stand before the text.
  return /^\s*\{\s*["}]/.test(head.toString('latin1').replaceAll('\0', '').replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, ''))
}
