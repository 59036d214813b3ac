/** A stream of numbers from 0 to below 1 that is the same for the same seed, so that a failing property can be run again. */
export function randomFrom(seed: number): { readonly number: () => number, readonly below: (limit: number) => number, readonly pick: <T>(from: readonly T[]) => T } {
  let state = seed >>> 0
  const number = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number): number => Math.floor(number() * limit)
  return { number, below, pick: (from) => from[below(from.length)]! }
}
