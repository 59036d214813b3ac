import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { comesBack, datesAreRead, daysComeBack, fuzz, readsOrRefuses } from './fuzz.ts'

/** Fuzzes the readers of lists and dates for a minute, or as said, and prints the seed of what fails; returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seed: { type: 'string' }, seconds: { type: 'string', default: '60' } } })
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed)
  const trials = { readsOrRefuses, comesBack, datesAreRead, daysComeBack }
  const share = Number(values.seconds) * 1000 / Object.keys(trials).length
  const folder = mkdtempSync(join(tmpdir(), 'tickmark-fuzz-'))
  let failed = 0
  for (const [what, trial] of Object.entries(trials)) {
    const { trials: count, wrong } = await fuzz(trial, seed, share, join(folder, 'list'))
    console.log(`${what}: ${count} trials from seed ${seed}${wrong === null ? '' : `\n${wrong}`}`)
    if (wrong !== null) failed++
  }
  rmSync(folder, { recursive: true })
  return failed === 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
