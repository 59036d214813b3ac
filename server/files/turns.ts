// As many pieces as can be hashed while somebody who opens a page would not notice.
const mostAtOnce = 4

let taken = 0
const waiting: (() => void)[] = []

/**
 * Lets few pieces of uploads through in each turn of the event loop, first come first served, so that pages are answered
 * between them however many people send at once. A promise where the piece has to wait for a later turn.
 */
export function turn(): Promise<void> | undefined {
  if (taken === 0) setImmediate(renew)
  if (taken < mostAtOnce) {
    taken++
    return undefined
  }
  return new Promise((resolve) => waiting.push(resolve))
}

function renew(): void {
  const next = waiting.splice(0, mostAtOnce)
  taken = next.length
  if (taken > 0) setImmediate(renew)
  for (const go of next) go()
}
