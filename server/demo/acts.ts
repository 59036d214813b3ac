import { clock } from './calendar.ts'

/** Something that happens at a moment of the story; done a second time it changes nothing. */
export type Act = { readonly at: Date, readonly run: (at: Date) => Promise<unknown> }

/** `at` is a wall clock in New York, such as '2026-10-05 09:12'. */
export function act(at: string, run: Act['run']): Act {
  return { at: clock(at), run }
}

/** Plays all that happens in the order of time, so that the trail runs forward; `told` hears how many acts are done. */
export async function play(acts: readonly Act[], told: (done: number) => Promise<void>): Promise<void> {
  let done = 0
  for (const { at, run } of acts.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    await run(at)
    done += 1
    await told(done)
  }
}
