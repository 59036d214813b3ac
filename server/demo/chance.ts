/** A stream of numbers that look random and are the same at every run. */
export type Chance = {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  pick<T>(choices: readonly T[]): T
  /** Lower-case hex digits. */
  hex(length: number): string
}

/** Mulberry32, seeded with the text's FNV-1a hash: nothing secret hangs on it. */
export function chance(seed: string): Chance {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    whole,
    pick: (choices) => choices[whole(0, choices.length - 1)]!,
    hex: (length) => Array.from({ length }, () => whole(0, 15).toString(16)).join(''),
  }
}
