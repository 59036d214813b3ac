import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Ending } from './bench.ts'
import type { Load, Loaded } from './load.process.ts'

/** Starts a process that asks a server as fast as it answers; each call is one such run. */
export async function openLoad(ending: Ending): Promise<(load: Load) => Promise<Loaded>> {
  const child = fork(join(import.meta.dirname, 'load.process.ts'))
  ending(async () => {
    const ended = once(child, 'exit')
    child.send('end')
    await ended
  })
  await once(child, 'message')
  return async (load) => {
    child.send(load)
    const [said] = await once(child, 'message') as [Loaded | { error: string }]
    if ('error' in said) throw new Error(said.error)
    return said
  }
}
