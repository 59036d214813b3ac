/** As many wait for a turn as may; the message says for what. Answered with 503. */
export class Busy extends Error {
  readonly statusCode = 503

  constructor(message: string) {
    super(message)
    this.name = 'Busy'
  }
}

/** Does the work as soon as there is a turn for it, and returns what it returned. Throws Busy when the line is full. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/**
 * A line before heavy work of this process: `atOnce` pieces are done at the same time, at most `line` more wait in the
 * order they came, and whoever comes then is sent away with `sentence`.
 */
export function takeTurns({ atOnce, line, sentence }: { readonly atOnce: number, readonly line: number, readonly sentence: string }): Turns {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy < atOnce) busy += 1
    else if (waiting.length >= line) throw new Busy(sentence)
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // Whoever is next takes over this very turn, so that nobody slips in between.
      const next = waiting.shift()
      if (next) next()
      else busy -= 1
    }
  }
}
