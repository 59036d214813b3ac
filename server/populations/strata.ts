import { Refused } from '../errors.ts'
import { counted, figure } from '../sheets/table.ts'
import { draw, type Ranked } from './draw.ts'

type Part = readonly [name: string, size: number]

/**
 * How many items each part gives: in proportion to its size, the largest remainders first (of equal ones the larger part,
 * then the one whose name comes first by code points); a part that would give none gives one, and the rest is shared again among the
 * others. Exact integers throughout. Refuses fewer items than parts, and more than there are.
 */
export function allocate(sizes: ReadonlyMap<string, number>, n: number): Map<string, number> {
  const parts = [...sizes].filter(([, size]) => size > 0)
  const whole = sizeOf(parts)
  if (n > whole) throw new Refused(`A sample of ${figure(n)} cannot be drawn from a population of ${figure(whole)}.`)
  if (n < parts.length) throw new Refused(`The list falls into ${counted(parts.length, 'part')}, and each gives at least 1 item; ${figure(n)} are too few.`)
  const shares = share(parts, n)
  return new Map(parts.map(([name]) => [name, shares.get(name)!]))
}

function share(parts: readonly Part[], n: number): Map<string, number> {
  const shares = proportional(parts, n)
  const small = parts.filter(([name]) => shares.get(name) === 0)
  if (small.length === 0) return shares
  return new Map([...share(parts.filter((part) => !small.includes(part)), n - small.length), ...small.map(([name]) => [name, 1] as const)])
}

/** The method of largest remainders. */
function proportional(parts: readonly Part[], n: number): Map<string, number> {
  const whole = sizeOf(parts)
  const shares = new Map(parts.map(([name, size]) => [name, Math.floor(n * size / whole)]))
  const left = n - [...shares.values()].reduce((sum, one) => sum + one, 0)
  const byRemainder = parts.toSorted(([one, size], [other, otherSize]) => (n * otherSize) % whole - (n * size) % whole || otherSize - size || Buffer.compare(Buffer.from(one), Buffer.from(other)))
  for (const [name] of byRemainder.slice(0, left)) shares.set(name, shares.get(name)! + 1)
  return shares
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, [, size]) => sum + size, 0)
}

export type Layered = { readonly key: string, readonly stratum: string }

/** The items of a stratified draw: within each part the lowest of the order of the seed, all of them ranked by that order together. */
export function stratified(rows: readonly Layered[], seed: string, n: number): (Ranked & { readonly stratum: string })[] {
  const parts = Map.groupBy(rows, ({ stratum }) => stratum)
  const shares = allocate(new Map([...parts].map(([name, own]) => [name, own.length])), n)
  const items = [...shares].flatMap(([name, share]) => draw(parts.get(name)!.map(({ key }) => key), seed, share).map((item) => ({ ...item, stratum: name })))
  return items.toSorted((one, other) => one.digest < other.digest ? -1 : 1).map((item, at) => ({ ...item, rank: at + 1 }))
}
