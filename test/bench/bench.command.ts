import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { listBenches, runBench, type Result } from './bench.ts'
import { readMachine, type Machine } from './machine.ts'
import { inMarkdown, machineLine, tableHead, tableLines } from './table.ts'

const help = `npm run -s bench -- [--only NAME]… [--skip NAME]… [--rounds N] [--minutes N] [--small] [--json | --markdown] [--from FILE.json]…
--rounds   medians of so many, 5 unless said; ours and the floor in turns
--minutes  how long the soak lasts, 10 unless said
--small    the smallest size, of which no aim says anything
--from     the results of an earlier --json instead of running what is in it
The exit code is 2 where an aim is missed.`

/** Runs the benches one after the other and prints one table, each line as soon as it is known; returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const many = { type: 'string', multiple: true, default: [] as string[] } as const
  const { values } = parseArgs({ args, options: { only: many, skip: many, from: many, rounds: { type: 'string', default: '5' }, minutes: { type: 'string' }, small: { type: 'boolean' }, json: { type: 'boolean' }, markdown: { type: 'boolean' }, help: { type: 'boolean' } } })
  const all = listBenches()
  const unknown = [...values.only, ...values.skip].filter((name) => !all.includes(name))
  const [rounds, minutes] = [Number(values.rounds), values.minutes === undefined ? undefined : Number(values.minutes)]
  if (values.help || unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !(minutes === undefined || minutes > 0)) {
    console.log(`${help}\nBenches: ${all.join(', ')}`)
    return values.help ? 0 : 1
  }
  const kept = values.from.map((path) => JSON.parse(readFileSync(path, 'utf8')) as { machine: Machine, results: Result[] })
  const known = new Map(kept.flatMap(({ results }) => results.map((result) => [result.name, result])))
  const machine = kept[0]?.machine ?? await readMachine()
  const asTable = !values.json && !values.markdown
  if (asTable) console.log(`${machineLine(machine)}\n\n${tableHead()}`)
  const results: Result[] = []
  for (const name of (values.only.length > 0 ? values.only : all).filter((one) => !values.skip.includes(one))) {
    if (!asTable && !known.has(name)) console.error(name)
    const result = known.get(name) ?? await runBench(name, values.small ? 'small' : 'full', rounds, minutes)
    results.push(result)
    if (asTable) console.log(tableLines(result))
  }
  if (values.json) console.log(JSON.stringify({ machine, results }, null, 2))
  if (values.markdown) console.log(inMarkdown(machine, results))
  return results.some(({ lines }) => lines.some(({ met }) => met === false)) ? 2 : 0
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
