import { once } from 'node:events'
import { frame, type Message } from './frames.ts'
import { parseTable } from './parse.ts'
import { ReadRefused, type Limits, type Wishes } from './table.ts'

/** Reads the list named on the command line and writes it to standard output, part by part, as fast as it is taken. */
export async function main(path: string, wishes: Limits & Wishes): Promise<void> {
  try {
    for await (const part of parseTable(path, wishes)) await say(part)
  } catch (error) {
    if (!(error instanceof ReadRefused)) throw error
    await say({ kind: 'refused', sentence: error.message, row: error.row, column: error.column, sheets: error.sheets })
  }
}

async function say(message: Message): Promise<void> {
  let free = true
  for (const bytes of frame(message)) free = process.stdout.write(bytes)
  if (!free) await once(process.stdout, 'drain')
}

if (import.meta.main) {
  const [path = '', wishes = '{}'] = process.argv.slice(2)
  await main(path, JSON.parse(wishes) as Limits & Wishes)
}
