import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { processEnvironment } from '../config.ts'
import { Refused } from '../errors.ts'
import { isZone } from '../web/days.ts'
import { drawAgain, type Dated, type Redraw } from './redraw.ts'

const help = `npm run -s redraw -- FILE --key COLUMN --seed SEED -n N
  [--date COLUMN --from DAY --to DAY --zone ZONE]   only rows of the period, days as 2026-09-30, both included
  [--until COLUMN]                                  last days of spans
  [--day-first | --month-first]                     where the dates leave it open
  [--times ZONE]                                    the zone of times that say none, where it is not that of the period
  [--only COLUMN=VALUE …] [--except COLUMN=VALUE …] which rows the population keeps or leaves out
  [--filter COLUMN=VALUE]                           which of them were drawn from
  [--method random|systematic|stratified|all] [--stratum COLUMN]
  [--sheet NAME] [--head ROW]                       where a workbook has its list
  [--skip N]                                        past the items drawn before, for those an extension added
Prints the keys of the draw, one a line, in its order.`

const text = { type: 'string' } as const
const options = {
  key: text, seed: text, n: { ...text, short: 'n' }, date: text, from: text, to: text, zone: text, until: text, 'day-first': { type: 'boolean' }, 'month-first': { type: 'boolean' }, times: text,
  only: { ...text, multiple: true }, except: { ...text, multiple: true }, filter: text, method: text, stratum: text, sheet: text, head: text, skip: text, help: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof options, allowPositionals: true }>>['values']

/** `npm run redraw`: draws again from the client's file, offline; returns the exit code, 2 where the question or the list is at fault. */
export async function main(args: readonly string[], folder: string, say: (text: string) => void, complain: (text: string) => void): Promise<number> {
  try {
    say(parse(args).values.help ? `${help}\n` : (await redraw(readWish(args, folder))).map((key) => `${key}\n`).join(''))
    return 0
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    complain(`${error.message}\n`)
    return 2
  }
}

/** A draw to be made again, and how many of its items, the first in its order, are left out. */
export type Wish = Redraw & { readonly skip: number }

/** The keys somebody wishes for. Throws Refused, in words. */
export async function redraw({ skip, ...ask }: Wish): Promise<string[]> {
  return (await drawAgain({ ...ask, n: ask.n + skip })).slice(skip)
}

/** What the words of the command line ask for; names of files are meant from the folder. Throws Refused. */
export function readWish(args: readonly string[], folder = process.cwd()): Wish {
  const { values, positionals } = parse(args)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new Refused(`Name one file to draw from.\n${help}`)
  const path = resolve(folder, file)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new Refused(`There is no file ${path}.`)
  const method = methodOf(values)
  const head = values.head === undefined ? null : wholeNumber('--head', values.head)
  const skip = values.skip === undefined ? 0 : wholeNumber('--skip', values.skip, 0)
  if (skip > 0 && method !== 'random') throw new Refused('Only a simple random draw has one order in which further items follow; --skip is for that alone.')
  if (values.only && values.except) throw new Refused('Say either which rows are kept, --only, or which are left out, --except.')
  const pairs = values.only ?? values.except
  return {
    path, options: { name: basename(path), sheet: values.sheet ?? null, headerRow: head },
    key: needed('--key', values.key), seed: needed('--seed', values.seed), method, n: method === 'all' ? 0 : wholeNumber('-n', values.n ?? ''), skip,
    stratum: values.stratum ?? null, dated: datedOf(values), only: pairs === undefined ? null : { keeps: values.only !== undefined, pairs }, filter: values.filter ?? null,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new Refused(`${(error as Error).message}\n${help}`)
  }
}

function methodOf({ method, stratum }: Values): Redraw['method'] {
  const named = method ?? (stratum === undefined ? 'random' : 'stratified')
  if (named !== 'random' && named !== 'systematic' && named !== 'stratified' && named !== 'all') throw new Refused(`--method is one of random, systematic, stratified and all, not “${named}”: a seed tells nothing of other selections.`)
  if ((named === 'stratified') !== (stratum !== undefined)) throw new Refused('A stratified draw, and no other, names its column: --stratum COLUMN.')
  return named
}

function datedOf(values: Values): Dated | null {
  const { date, from, to, zone, until, times, 'day-first': dayFirst, 'month-first': monthFirst } = values
  if (date === undefined) {
    const idle = (['from', 'to', 'zone', 'until', 'day-first', 'month-first', 'times'] as const).find((name) => values[name] !== undefined)
    if (idle) throw new Refused(`--${idle} says nothing without --date COLUMN.`)
    return null
  }
  if (dayFirst && monthFirst) throw new Refused('Dates are written --day-first or --month-first, not both.')
  const period = { start: day('--from', from), end: day('--to', to), zone: zoneOf('--zone', needed('--zone', zone)) }
  return { column: date, until: until ?? null, period, order: dayFirst ? 'dmy' : monthFirst ? 'mdy' : null, times: times === undefined ? period.zone : zoneOf('--times', times) }
}

function needed(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Refused(`${name} is missing.\n${help}`)
  return value
}

function wholeNumber(name: string, value: string, least = 1): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) < least) throw new Refused(`${name} is a whole number from ${least}, not “${value}”.`)
  return Number(value)
}

function day(name: string, value: string | undefined): string {
  const written = needed(name, value)
  const found = /^\d{4}-\d{2}-\d{2}$/.test(written) ? new Date(`${written}T00:00:00Z`) : new Date(Number.NaN)
  if (Number.isNaN(found.getTime()) || found.toISOString().slice(0, 10) !== written) throw new Refused(`${name} is a day such as 2026-09-30, not “${written}”.`)
  return written
}

function zoneOf(name: string, zone: string): string {
  if (!isZone(zone)) throw new Refused(`${name} says “${zone}”, which is not a time zone. Write one such as America/New_York or UTC.`)
  return zone
}

if (import.meta.main) {
  const environment = processEnvironment()
  // npm starts its scripts in the folder of the package; file names are meant from where it was called.
  const folder = environment['npm_lifecycle_event'] === 'redraw' ? environment['INIT_CWD'] ?? process.cwd() : process.cwd()
  // Whoever reads the first lines only, as head does, closes the pipe before the rest is written.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.exitCode = await main(process.argv.slice(2), folder, (said) => process.stdout.write(said), (said) => process.stderr.write(said))
}
