import { hash } from 'node:crypto'
import { Refused } from '../errors.ts'
import { digest, type Ranked } from './draw.ts'
import { figure } from '../sheets/table.ts'

/** An exact number of rows: numerator over denominator. */
export type Fraction = { readonly numerator: bigint, readonly denominator: bigint }

/** 2^32: how many starts a seed chooses among. */
const STARTS = 2n ** 32n

/**
 * The start a seed gives (rule sha256-start-v1): H is the first 8 hexadecimal digits of SHA-256 of `seed:start` in UTF-8,
 * and the start is H · N / (2^32 · n), which lies in [0, N/n).
 */
export function startOf(seed: string, N: number, n: number): Fraction {
  const H = BigInt(`0x${hash('sha256', `${seed}:start`, 'hex').slice(0, 8)}`)
  return { numerator: H * BigInt(N), denominator: STARTS * BigInt(n) }
}

/** The places floor(start + j · N/n) for j = 0 … n - 1, counted from 0 in the order of the list, in exact arithmetic. Refuses n above N. */
export function systematicIndexes(N: number, n: number, { numerator, denominator }: Fraction): number[] {
  if (!Number.isInteger(n) || n < 1) throw new Refused(`A sample has at least 1 item; ${n} cannot be drawn.`)
  if (n > N) throw new Refused(`A sample of ${figure(n)} cannot be drawn from a population of ${figure(N)}.`)
  return Array.from({ length: n }, (_, j) => Number((numerator * BigInt(n) + BigInt(j) * BigInt(N) * denominator) / (denominator * BigInt(n))))
}

/** Every N/n-th key from the start of the seed, in the order of the list; the digest is that of `seed:key` as in every draw. */
export function systematic(keys: readonly string[], seed: string, n: number): (Ranked & { readonly index: number })[] {
  return systematicIndexes(keys.length, n, startOf(seed, keys.length, n)).map((index, at) => {
    const key = keys[index]!
    return { rank: at + 1, key, digest: digest(seed, key), index }
  })
}
