import { Temporal } from 'temporal-polyfill'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'

/** One issued request as progress sees it; days are ISO dates in the engagement's zone. */
export type Asked = {
  readonly number: number
  readonly title: string
  readonly kind: RequestKind
  readonly status: RequestStatus
  readonly issuedOn: string
  readonly dueOn: string
  readonly originalDueOn: string
  /** The day since which it stands in its state. */
  readonly sinceOn: string
  readonly owner: string
  /** How often an answer to it came back. */
  readonly returns: number
}

/** At the end of a day: how many requests were asked and not yet closed, and how many would be if each closed on its first due date. */
export type BurnDay = { readonly on: string, readonly left: number, readonly planned: number }

export type Health = { readonly state: 'on_track' | 'at_risk' | 'late', readonly reason: string }

export type OwnerWait = { readonly owner: string, readonly count: number, readonly late: number, readonly sinceOn: string }

const closed: ReadonlySet<RequestStatus> = new Set(['accepted', 'not_applicable', 'cancelled'])
const withClient: ReadonlySet<RequestStatus> = new Set(['open', 'in_progress', 'returned'])
const withFirm: ReadonlySet<RequestStatus> = new Set(['submitted', 'in_review'])

/** Days an answer may wait with the firm before the engagement counts as at risk. */
const PATIENCE = 5
/** Days ahead in which what is due and not sent counts as at risk once it is a fifth of the list. */
const AHEAD = 3

/**
 * What was left on every day on which something changed, from the first issue to `today` or the last due date,
 * whichever is later; after `today` only the plan goes on, so `left` stays as it is today.
 */
export function burnDown(asked: readonly Asked[], today: string): BurnDay[] {
  if (asked.length === 0) return []
  const days = new Set([today])
  for (const { issuedOn, originalDueOn, sinceOn } of asked) days.add(issuedOn).add(originalDueOn).add(sinceOn)
  const first = asked.reduce((least, { issuedOn }) => issuedOn < least ? issuedOn : least, today)
  return [...days].filter((on) => on >= first).toSorted().map((on) => {
    const seen = on > today ? today : on
    return {
      on,
      left: asked.filter(({ issuedOn, status, sinceOn }) => issuedOn <= seen && !(closed.has(status) && sinceOn <= seen)).length,
      planned: asked.filter(({ issuedOn, originalDueOn }) => issuedOn <= on && originalDueOn > on).length,
    }
  })
}

/**
 * Late while anything is past its due date with the client; at risk while an answer waits with the firm for more than
 * five days, something came back twice and is still open, or a fifth of the list is due within three days and not sent.
 * Always with its reason; null where nothing is issued.
 */
export function healthOf(asked: readonly Asked[], today: string): Health | null {
  if (asked.length === 0) return null
  const overdue = asked.filter(({ status, dueOn }) => withClient.has(status) && dueOn < today)
  if (overdue.length > 0) {
    const days = daysBetween(overdue.reduce((least, { dueOn }) => dueOn < least ? dueOn : least, today), today)
    return { state: 'late', reason: `${count(overdue.length, 'request')} past the due date, the longest by ${count(days, 'day')}` }
  }
  const stuck = asked.filter(({ status, sinceOn }) => withFirm.has(status) && daysBetween(sinceOn, today) > PATIENCE)
  if (stuck.length > 0) return { state: 'at_risk', reason: `${count(stuck.length, 'answer')} ${stuck.length === 1 ? 'has' : 'have'} waited for review for more than ${PATIENCE} days` }
  const again = asked.filter(({ status, returns }) => returns >= 2 && !closed.has(status))
  if (again.length > 0) return { state: 'at_risk', reason: `${count(again.length, 'request')} came back twice or more and ${again.length === 1 ? 'is' : 'are'} still open` }
  const soon = asked.filter(({ status, dueOn }) => withClient.has(status) && daysBetween(today, dueOn) <= AHEAD)
  if (soon.length * 5 >= asked.length && soon.length > 1) return { state: 'at_risk', reason: `${count(soon.length, 'request')} due within ${AHEAD} days and not yet sent` }
  const left = asked.filter(({ status }) => !closed.has(status))
  return { state: 'on_track', reason: left.length === 0 ? 'Every request is closed' : `Nothing is late; ${count(left.length, 'request')} still open` }
}

/** The client's people who have something to send, the longest wait first. */
export function waitingOwners(asked: readonly Asked[], today: string): OwnerWait[] {
  const owners = new Map<string, OwnerWait>()
  for (const { owner, status, dueOn, sinceOn } of asked) {
    if (!withClient.has(status)) continue
    const known = owners.get(owner) ?? { owner, count: 0, late: 0, sinceOn }
    owners.set(owner, {
      owner, count: known.count + 1, late: known.late + (dueOn < today ? 1 : 0),
      sinceOn: sinceOn < known.sinceOn ? sinceOn : known.sinceOn,
    })
  }
  return [...owners.values()].toSorted((a, b) => a.sinceOn < b.sinceOn ? -1 : a.sinceOn > b.sinceOn ? 1 : b.count - a.count)
}

/** How many requests of each kind are with the client, with the firm and closed; kinds nobody asked are left out. */
export function byKind(asked: readonly Asked[]): { kind: RequestKind, client: number, firm: number, closed: number, all: number }[] {
  const kinds = new Map<RequestKind, { client: number, firm: number, closed: number }>()
  for (const { kind, status } of asked) {
    const row = kinds.get(kind) ?? { client: 0, firm: 0, closed: 0 }
    row[closed.has(status) ? 'closed' : withFirm.has(status) ? 'firm' : 'client'] += 1
    kinds.set(kind, row)
  }
  return [...kinds].map(([kind, row]) => ({ kind, ...row, all: row.client + row.firm + row.closed })).toSorted((a, b) => b.all - a.all)
}

/** Whole days from one ISO date to another. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days
}

function count(many: number, one: string): string {
  return `${many} ${one}${many === 1 ? '' : 's'}`
}
