import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { readForm, several } from '../web/form.ts'

/** The most requests one act takes; more would hold their rows for too long. */
const MOST = 1000

export type Picked = { readonly number: number, readonly version: number | null }

/** The requests an address or a form names in `n`: '14', or '14.2' with the version that was looked at. Throws Invalid when there are none. */
export function readPicked(input: unknown): Picked[] {
  const { n } = readForm(z.object({ n: several(z.string()) }), input)
  const picked = new Map<number, Picked>()
  for (const text of n) {
    const match = /^([1-9]\d{0,6})(?:\.(\d{1,4}))?$/.exec(text)
    if (match) picked.set(Number(match[1]), { number: Number(match[1]), version: match[2] === undefined ? null : Number(match[2]) })
  }
  if (picked.size === 0) throw new Invalid({ n: 'Choose the requests first.' })
  if (picked.size > MOST) throw new Invalid({ n: `Choose at most ${MOST} requests at once.` })
  return [...picked.values()].toSorted((a, b) => a.number - b.number)
}

/** Where the list shows what an act was done to. */
export function doneAddress(engagement: string, act: string, picked: readonly Picked[]): string {
  return `/engagements/${engagement}/requests?only=${picked.map(({ number }) => number).join(',')}&done=${act}`
}
