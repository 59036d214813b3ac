import { writeSync } from 'node:fs'

/** What a child answers: one line of JSON, then bytes. Written at once, so that nothing is lost when the child ends. */
export function say(header: unknown, parts: readonly Buffer[] = []): void {
  for (const bytes of [Buffer.from(`${JSON.stringify(header)}\n`), ...parts]) {
    let written = 0
    while (written < bytes.length) {
      try {
        written += writeSync(1, bytes, written)
      } catch (error) {
        // The pipe is full until the parent has read on.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      }
    }
  }
}

/** Takes such an answer apart; null where the child said nothing of the kind. Whoever started the child knows what it says. */
export function hear(output: Buffer): { header: unknown, bytes: Buffer } | null {
  const end = output.indexOf('\n')
  if (end < 0) return null
  return { header: JSON.parse(output.toString('utf8', 0, end)) as unknown, bytes: output.subarray(end + 1) }
}
