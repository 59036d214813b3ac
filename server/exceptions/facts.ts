import type { ReleasedItem } from '../database/schema/exceptions.ts'

/** What is to be told of an exception as things stand. Counts are of items; `items` has one entry for each deviating cell. */
export type Facts = { readonly problem: string, readonly cause: string, readonly sentence: string, readonly tested: number, readonly deviating: number, readonly items: readonly ReleasedItem[] }

/**
 * Whether what was found is no longer what the client was told: another problem, or other cells that deviate, or the same
 * with another fact. Further items that do not deviate change the counts and nothing of this.
 */
export function factsChanged(told: Pick<Facts, 'problem' | 'items'>, now: Pick<Facts, 'problem' | 'items'>): boolean {
  return told.problem !== now.problem || fingerprint(told.items) !== fingerprint(now.items)
}

/** Whether the client would read anything else if it were told again. */
export function readsOtherwise(told: Facts, now: Facts): boolean {
  return factsChanged(told, now) || told.cause !== now.cause || told.sentence !== now.sentence || told.tested !== now.tested
}

/** In words, what differs between what the client was told and what stands now; empty where nothing does. */
export function differences(told: Facts, now: Facts): string[] {
  const before = new Map(told.items.map((item) => [placeOf(item), item.note]))
  const after = new Map(now.items.map((item) => [placeOf(item), item.note]))
  const named = (places: readonly string[]) => places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ')
  const added = [...after.keys()].filter((place) => !before.has(place))
  const gone = [...before.keys()].filter((place) => !after.has(place))
  const other = [...after].filter(([place, note]) => before.has(place) && before.get(place) !== note).map(([place]) => place)
  return [
    ...added.length > 0 ? [`deviates now: ${named(added)}`] : [], ...gone.length > 0 ? [`deviates no longer: ${named(gone)}`] : [],
    ...other.length > 0 ? [`reads otherwise: ${named(other)}`] : [], ...told.problem === now.problem ? [] : ['the problem is worded otherwise'],
    ...told.tested === now.tested ? [] : [`${now.tested} items tested instead of ${told.tested}`], ...told.cause === now.cause ? [] : ['the cause is worded otherwise'],
  ]
}

function placeOf({ key, letter }: ReleasedItem): string {
  return `${key} (${letter})`
}

function fingerprint(items: readonly ReleasedItem[]): string {
  return JSON.stringify(items.map(({ key, letter, note }) => [key, letter, note]).toSorted((one, other) => JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}
