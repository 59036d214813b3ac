import { once } from 'node:events'
import { parseCsv } from './csv.ts'
import { frame, type Message } from './frames.ts'
import { ReadRefused, type Limits } from './table.ts'

/** Reads the list named on the command line and writes it to standard output, part by part, as fast as it is taken. */
export async function main(path: string, limits: Limits): Promise<void> {
  try {
    for await (const part of parseCsv(path, limits)) await say(part)
  } catch (error) {
    if (!(error instanceof ReadRefused)) throw error
    await say({ kind: 'refused', sentence: error.message, row: error.row, column: error.column })
  }
}

async function say(message: Message): Promise<void> {
  if (!process.stdout.write(frame(message))) await once(process.stdout, 'drain')
}

if (import.meta.main) {
  const [path = '', maxColumns, maxCellBytes] = process.argv.slice(2)
  await main(path, { maxColumns: Number(maxColumns), maxCellBytes: Number(maxCellBytes) })
}
