import { parseArgs } from 'node:util'
import { inLines, listBenches, runBench, type Result } from './bench.ts'

const help = 'npm run bench -- [--only NAME] [--rounds N] [--small] [--json]'

/** Runs the benches one after the other and prints each as soon as it is done; returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { only: { type: 'string', multiple: true }, rounds: { type: 'string', default: '5' }, small: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } })
  const all = listBenches()
  const chosen = values.only ?? all
  const unknown = chosen.filter((name) => !all.includes(name))
  const rounds = Number(values.rounds)
  if (values.help || unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    console.log(`${help}\nBenches: ${all.join(', ')}`)
    return values.help ? 0 : 1
  }
  const results: Result[] = []
  for (const name of chosen) {
    const result = await runBench(name, values.small ? 'small' : 'full', rounds)
    results.push(result)
    if (!values.json) console.log(inLines(result))
  }
  if (values.json) console.log(JSON.stringify(results, null, 2))
  return results.some(({ met }) => met === false) ? 2 : 0
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
