import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

/**
 * Runs every test file of a folder in this one process, one after the other: starting the program anew for each would
 * take longer than the tests themselves. Each file still runs alone with `node test/<room>/<file>.test.ts`.
 */
export async function runInTurn(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts')).toSorted()
  for (const file of files) {
    // The file's tests queue up behind this one, and the next file behind them.
    await t.test(file, async (t) => {
      await import(join(folder, file))
      t.pass('is read')
    })
  }
}
