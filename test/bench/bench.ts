import { readdirSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** `small` runs in seconds and only shows that the bench works; `full` is what the aim is about. */
export type Size = 'small' | 'full'

/** Whatever has to be closed when the bench is over. */
export type Ending = (end: () => unknown) => void

/** What one round came to: nothing said means its time; a number is counted in the bench's own unit instead. */
type Round = () => Promise<number | void>

export type Prepared = {
  readonly ours: Round
  /** The least that any program would have to do for the same result, written plainly; absent where the aim is an absolute number. */
  readonly floor?: Round
  /** Further figures to print, asked for after the last round. */
  readonly figures?: () => Readonly<Record<string, string>>
}

export type Bench = {
  /** What is measured, as the line of the report says it. */
  readonly what: string
  /** What it ought to come to; `ratio` is ours over floor, `most` the median of ours in the unit. */
  readonly aim: { readonly ratio?: number, readonly most?: number }
  readonly unit: 'ms' | 'MB'
  /** Makes everything both sides need and nothing they are to do themselves. */
  readonly prepare: (size: Size, ending: Ending) => Promise<Prepared>
}

type Spread = { readonly median: number, readonly min: number, readonly max: number }

export type Result = {
  readonly name: string
  readonly what: string
  readonly size: Size
  readonly unit: Bench['unit']
  readonly rounds: number
  readonly ours: Spread
  readonly floor: Spread | null
  /** Median of ours over median of the floor. */
  readonly ratio: number | null
  readonly aim: Bench['aim']
  /** Whether the aim is met; null at the small size, about which no aim says anything. */
  readonly met: boolean | null
  readonly figures: Readonly<Record<string, string>>
}

const ending = '.bench.ts'

/** The names of all benches: each is a file in this folder that exports `bench`. */
export function listBenches(): string[] {
  return readdirSync(import.meta.dirname).filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)).toSorted()
}

/** Runs one bench: a round to warm up where there are several, then ours and the floor in turns, so that whatever slows the machine slows both. */
export async function runBench(name: string, size: Size, rounds: number): Promise<Result> {
  const { bench } = await import(`./${name}${ending}`) as { bench: Bench }
  const ends: (() => unknown)[] = []
  try {
    const { ours, floor, figures } = await bench.prepare(size, (end) => ends.unshift(end))
    const taken: { ours: number[], floor: number[] } = { ours: [], floor: [] }
    for (let round = rounds > 1 ? -1 : 0; round < rounds; round++) {
      const first = floor && await time(floor)
      const second = await time(ours)
      if (round < 0) continue
      if (first !== undefined) taken.floor.push(first)
      taken.ours.push(second)
    }
    const spread = { ours: spreadOf(taken.ours), floor: floor ? spreadOf(taken.floor) : null }
    const ratio = spread.floor ? spread.ours.median / spread.floor.median : null
    const met = (bench.aim.ratio === undefined || ratio === null || ratio <= bench.aim.ratio) && (bench.aim.most === undefined || spread.ours.median <= bench.aim.most)
    return { name, what: bench.what, size, unit: bench.unit, rounds, ...spread, ratio, aim: bench.aim, met: size === 'full' ? met : null, figures: figures?.() ?? {} }
  } finally {
    for (const end of ends) await end()
  }
}

/** One result as lines for a person. */
export function inLines(result: Result): string {
  const { unit, aim } = result
  const line = (who: string, { median, min, max }: Spread) => `  ${who.padEnd(6)}${written(median)} ${unit}  (${written(min)} to ${written(max)})`
  const aims = [...(aim.ratio === undefined ? [] : [`at most ${aim.ratio}× the floor`]), ...(aim.most === undefined ? [] : [`at most ${aim.most} ${unit}`])]
  return [
    `${result.name}: ${result.what}${result.size === 'small' ? ' (small size)' : ''}`,
    line('ours', result.ours),
    ...(result.floor ? [line('floor', result.floor)] : []),
    ...(result.ratio === null ? [] : [`  ratio ${result.ratio.toFixed(2)}`]),
    `  aim   ${aims.join(', ') || 'none'}${result.met === null ? '' : result.met ? ': met' : ': MISSED'}`,
    ...Object.entries(result.figures).map(([name, value]) => `  ${name}: ${value}`),
  ].join('\n')
}

async function time(round: Round): Promise<number> {
  const begun = performance.now()
  const said = await round()
  return typeof said === 'number' ? said : performance.now() - begun
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}

function written(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3)
}
