import type { HandedKind } from '../database/schema/carried.ts'
import type { Role } from '../scope.ts'

/** The kinds of things that can be open with somebody, in the order in which people read them, and their words for one and many. */
export const kinds: readonly (readonly [HandedKind, string, string])[] = [
  ['answer', 'request to answer', 'requests to answer'], ['review', 'review begun', 'reviews begun'], ['control', 'control owned', 'controls owned'],
  ['series', 'series of requests', 'series of requests'], ['line', 'test line not yet reviewed', 'test lines not yet reviewed'],
  ['exception', 'exception not yet settled', 'exceptions not yet settled'], ['gap', 'gap to close', 'gaps to close'],
]

type Standing = { readonly personId: string, readonly role: Role, readonly side: 'firm' | 'client' }

/** Who may take over from somebody: people of the same side; the quality reviewer stays apart, and the sponsor answers nothing. */
export function successors<T extends Standing>(leaver: Standing, team: readonly T[]): T[] {
  return team.filter((one) => one.side === leaver.side && one.personId !== leaver.personId && one.role !== 'quality_reviewer' && one.role !== 'sponsor')
}

/** How many things of each kind, under the names the trail gives them. */
export function countItems(items: readonly { readonly kind: HandedKind }[]) {
  const of = (kind: HandedKind) => items.filter((item) => item.kind === kind).length
  return {
    answers: of('answer'), reviews: of('review'), controls: of('control'), series: of('series'), lines: of('line'), exceptions: of('exception'), gaps: of('gap'),
  }
}
