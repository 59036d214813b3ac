import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Ending } from './bench.ts'

/** A process of its own, and what it said once it was ready. */
export type Away<T> = { readonly pid: number, readonly said: T }

/** Starts a program of this folder in a process of its own, as a server is to those who ask it; it ends with the bench. */
export async function startAway<T>(program: string, args: readonly string[], ending: Ending): Promise<Away<T>> {
  const child = fork(join(import.meta.dirname, program), args)
  const ended = once(child, 'exit')
  ending(async () => {
    child.send('end')
    await ended
  })
  const [said] = await Promise.race([once(child, 'message'), ended.then(([code]) => { throw new Error(`${program} ended with ${String(code)} before it was ready`) })]) as [T]
  return { pid: child.pid!, said }
}

/** In the process itself: tells who started it that it is ready, and waits for the end; `end` closes what is open. */
export async function serveAway(said: object, end: () => Promise<unknown>): Promise<void> {
  process.send!(said)
  await once(process, 'message')
  await end()
  process.disconnect()
}
