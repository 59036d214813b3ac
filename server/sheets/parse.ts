import { parseCsv } from './csv.ts'
import type { Limits, Part, Wishes } from './table.ts'

/**
 * Reads a list of any format to its end in flat memory; its bytes decide the format. Runs in the process that calls
 * it; the app calls `readTable` instead. Throws ReadRefused.
 */
export async function* parseTable(path: string, settings: Limits & Wishes): AsyncGenerator<Part> {
  yield* parseCsv(path, settings, settings.name)
}
