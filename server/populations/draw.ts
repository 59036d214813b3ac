import { hash, randomBytes } from 'node:crypto'
import { Refused } from '../errors.ts'
import { refuseBadKeys } from './keys.ts'
import { counted, figure } from '../sheets/table.ts'

/** The name under which the order is recorded: ascending hexadecimal SHA-256 of `seed:key` in UTF-8. */
export const algorithm = 'sha256-rank-v1'

/** A key and where it stands in the order of its seed; the first rank is 1. */
export type Ranked = { readonly rank: number, readonly key: string, readonly digest: string }

/** A fresh seed: 128 random bits in hexadecimal. */
export function newSeed(): string {
  return randomBytes(16).toString('hex')
}

/** Lower-case hexadecimal SHA-256 of the UTF-8 of `seed:key`. */
export function digest(seed: string, key: string): string {
  return hash('sha256', `${seed}:${key}`, 'hex')
}

/** The whole population in the one order that belongs to its seed. */
export function rank(keys: readonly string[], seed: string): Ranked[] {
  return draw(keys, seed, keys.length)
}

/**
 * The first n items in the order of the seed. Refuses n below 1 or above the population, and keys that are
 * blank, repeated or have line breaks.
 */
export function draw(keys: readonly string[], seed: string, n: number): Ranked[] {
  refuseSeed(seed)
  if (!Number.isInteger(n) || n < 1) throw new Refused(`A sample has at least 1 item; ${n} cannot be drawn.`)
  if (n > keys.length) throw new Refused(`A sample of ${figure(n)} cannot be drawn from a population of ${figure(keys.length)}.`)
  refuseBadKeys(keys)
  return lowest(keys, seed, n).map((item, index) => ({ rank: index + 1, ...item }))
}

/**
 * The next `count` items after the `used` first ones, for an extension or a replacement: the order is the
 * same, so whoever repeats the draw finds them. Refuses more than are left.
 */
export function next(keys: readonly string[], seed: string, used: number, count: number): Ranked[] {
  const left = keys.length - used
  if (!Number.isInteger(count) || count < 1) throw new Refused(`At least 1 further item is taken; ${count} cannot be.`)
  if (count > left) throw new Refused(`${counted(count, 'further item')} cannot be taken: of ${figure(keys.length)} in the population, ${figure(used)} are drawn already and ${figure(left)} are left.`)
  return draw(keys, seed, used + count).slice(used)
}

type Item = { readonly key: string, readonly digest: string }

function refuseSeed(seed: string): void {
  if (seed === '' || /[\r\n\0]/.test(seed) || !seed.isWellFormed()) throw new Refused('A seed is a text of one line that is not empty.')
}

/** The n lowest by digest, in order. A heap with the highest on top keeps n items only, however many keys there are. */
function lowest(keys: readonly string[], seed: string, n: number): Item[] {
  const heap: Item[] = []
  for (const key of keys) {
    const item = { key, digest: digest(seed, key) }
    if (heap.length < n) {
      heap.push(item)
      if (heap.length === n) for (let index = n >> 1; index >= 0; index--) sink(heap, index)
    } else if (compare(item, heap[0]!) < 0) {
      heap[0] = item
      sink(heap, 0)
    }
  }
  return heap.sort(compare)
}

function sink(heap: Item[], index: number): void {
  for (;;) {
    const left = 2 * index + 1
    if (left >= heap.length) return
    const child = left + 1 < heap.length && compare(heap[left + 1]!, heap[left]!) > 0 ? left + 1 : left
    if (compare(heap[child]!, heap[index]!) <= 0) return
    const moved = heap[index]!
    heap[index] = heap[child]!
    heap[child] = moved
    index = child
  }
}

function compare(one: Item, other: Item): number {
  if (one.digest !== other.digest) return one.digest < other.digest ? -1 : 1
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key))
}
