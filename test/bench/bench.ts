import { readdirSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** `small` runs in seconds and only shows that the bench works; `full` is what the aim is about. */
export type Size = 'small' | 'full'

/** Whatever has to be closed when the bench is over. */
export type Ending = (end: () => unknown) => void

/** What one round came to: nothing said means its time, a number its own count in the bench's unit, several numbers one for each of its measures. */
export type Round = () => Promise<number | readonly number[] | void>

export type Prepared = {
  readonly ours: Round
  /** The least that any program would have to do for the same result, written plainly; absent where there is none. Its rounds say as many numbers as it can, in the order of the measures. */
  readonly floor?: Round
  /** Further figures to print, asked for after the last round. */
  readonly figures?: () => Readonly<Record<string, string>>
}

/** What it ought to come to: ours over the floor at most `ratio` (times, memory) or at least `rate` (so many a second), or the median of ours at most `most` in the unit. */
export type Aim = { readonly ratio?: number, readonly rate?: number, readonly most?: number }

export type Measure = {
  /** What is measured, as the line of the table says it. */
  readonly what: string
  readonly unit: 'ms' | 's' | '/s' | 'MB/s' | 'MB' | 'kB' | '×' | ''
  readonly aim: Aim
}

export type Bench = Measure & {
  /** What the same rounds measure besides, in the order in which a round says it; each is a line of its own. */
  readonly also?: readonly Measure[]
  /** Rounds where one alone takes minutes; otherwise as many as were asked for. */
  readonly rounds?: number
  /** Makes everything both sides need and nothing they are to do themselves. `minutes` is what a long bench was asked to last. */
  readonly prepare: (size: Size, ending: Ending, minutes?: number) => Promise<Prepared>
}

export type Spread = { readonly median: number, readonly min: number, readonly max: number }

export type Line = Measure & {
  readonly ours: Spread
  readonly floor: Spread | null
  /** Median of ours over median of the floor. */
  readonly ratio: number | null
  /** Whether the aim is met; null where there is none, and at the small size, about which no aim says anything. */
  readonly met: boolean | null
}

export type Result = { readonly name: string, readonly size: Size, readonly rounds: number, readonly lines: readonly Line[], readonly figures: Readonly<Record<string, string>> }

const ending = '.bench.ts'

/** The names of all benches: each is a file in this folder that exports `bench`. */
export function listBenches(): string[] {
  return readdirSync(import.meta.dirname).filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)).toSorted()
}

/** Runs one bench: a round to warm up where there are several, then ours and the floor in turns, so that whatever slows the machine slows both. */
export async function runBench(name: string, size: Size, wished: number, minutes?: number): Promise<Result> {
  const { bench } = await import(`./${name}${ending}`) as { bench: Bench }
  const rounds = Math.min(wished, bench.rounds ?? wished)
  const ends: (() => unknown)[] = []
  try {
    const { ours, floor, figures } = await bench.prepare(size, (end) => ends.unshift(end), minutes)
    const taken: { ours: (readonly number[])[], floor: (readonly number[])[] } = { ours: [], floor: [] }
    for (let round = rounds > 1 ? -1 : 0; round < rounds; round++) {
      const first = floor && await count(floor)
      const second = await count(ours)
      if (round < 0) continue
      if (first) taken.floor.push(first)
      taken.ours.push(second)
    }
    const measures = [bench, ...bench.also ?? []]
    const lines = measures.map((measure, place) => lineOf(measure, size, taken.ours.map((round) => round[place]!), taken.floor.flatMap((round) => round[place] ?? [])))
    return { name, size, rounds, lines, figures: figures?.() ?? {} }
  } finally {
    for (const end of ends) await end()
  }
}

async function count(round: Round): Promise<readonly number[]> {
  const begun = performance.now()
  const said = await round()
  if (said === undefined) return [performance.now() - begun]
  return typeof said === 'number' ? [said] : said
}

function lineOf({ what, unit, aim }: Measure, size: Size, own: readonly number[], other: readonly number[]): Line {
  const [ours, floor] = [spreadOf(own), other.length > 0 ? spreadOf(other) : null]
  const ratio = floor && ours.median / floor.median
  return { what, unit, aim, ours, floor, ratio, met: size === 'full' ? meets(aim, ours, ratio) : null }
}

/** Whether each part of an aim is met; null where there is none. */
export function meets({ ratio: atMost, rate: atLeast, most }: Aim, ours: Spread, ratio: number | null): boolean | null {
  const kept = [
    ...atMost === undefined || ratio === null ? [] : [ratio <= atMost],
    ...atLeast === undefined || ratio === null ? [] : [ratio >= atLeast],
    ...most === undefined ? [] : [ours.median <= most],
  ]
  return kept.length === 0 ? null : kept.every(Boolean)
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}
