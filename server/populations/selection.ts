import type { DrawMethod } from '../database/schema/populations.ts'
import { Invalid } from '../errors.ts'
import { figure } from '../sheets/table.ts'

/** An item the auditor picked, and why this one. */
export type Pick = { readonly key: string, readonly note: string }

/** What each way of selecting is called. */
export const methodWords: Readonly<Record<DrawMethod, string>> = {
  random: 'Simple random',
  systematic: 'Systematic, random start',
  stratified: 'Stratified',
  haphazard: 'Haphazard',
  targeted: 'Targeted',
  all: 'Every item',
}

/** Whether somebody else comes to the same items from the seed. */
export function isSeeded(method: DrawMethod): boolean {
  return method === 'random' || method === 'systematic' || method === 'stratified'
}

/** Throws Invalid, with the numbers, for a size that cannot be drawn, or where the method asks for words that are not there. */
export function refuseSize(method: DrawMethod, n: number, populationSize: number, reason: string): void {
  if (populationSize === 0) throw new Invalid({ filter_value: 'No row in scope meets this filter, so there are 0 items to draw from. Write the value exactly as it stands in the list, or leave the filter out.' })
  if (!isSeeded(method)) {
    if (reason === '') throw new Invalid({ reason: method === 'all' ? 'Say why every item is tested; the reason goes into the record.' : 'Say how the items were chosen; the rationale goes into the record.' })
    return
  }
  if (!Number.isInteger(n) || n < 1) throw new Invalid({ n: 'A sample has at least 1 item. Give a whole number.' })
  if (n > populationSize) throw new Invalid({ n: `A sample of ${figure(n)} cannot be drawn from a population of ${figure(populationSize)}.` })
}

/** The picks as somebody types them: a key a line, with its reason after ` | `. A targeted pick says why; nothing is picked twice. */
export function readPicks(method: 'haphazard' | 'targeted', text: string): Pick[] {
  const picks = text.split('\n').map((line) => line.replace(/\r$/, '')).filter((line) => line.trim() !== '').map((line): Pick => {
    const [key = '', ...note] = line.split(' | ')
    return { key: key.trim(), note: note.join(' | ').trim() }
  })
  if (picks.length === 0) throw new Invalid({ picks: 'Name the items you picked, one key a line.' })
  if (picks.length > 1000) throw new Invalid({ picks: 'Pick at most 1,000 items; test every item instead.' })
  const twice = picks.find(({ key }, index) => picks.findIndex((one) => one.key === key) < index)
  if (twice) throw new Invalid({ picks: `“${twice.key}” stands there twice.` })
  const silent = method === 'targeted' ? picks.find(({ note }) => note === '') : undefined
  if (silent) throw new Invalid({ picks: `Say why “${silent.key}” was picked: ${silent.key} | the reason.` })
  return picks
}
