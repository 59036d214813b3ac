import { Temporal } from 'temporal-polyfill'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { Invalid, Refused } from '../errors.ts'
import { isDay } from '../web/days.ts'

export type MeetingStatus = 'proposed' | 'confirmed' | 'cancelled'

/** Every move of a proposed time and the states it may start from; the database holds the same arrows. */
export const meetingMoves = {
  propose: { from: ['proposed', 'confirmed', 'cancelled'], to: 'proposed' },
  confirm: { from: ['proposed'], to: 'confirmed' },
  cancel: { from: ['proposed', 'confirmed'], to: 'cancelled' },
} as const satisfies Record<string, { from: readonly MeetingStatus[], to: MeetingStatus }>

/** A time to meet: a moment, how long, and where (a room or the name of a call; addresses are not opened by us). */
export type Proposal = { readonly startsAt: Date, readonly minutes: number, readonly place: string }

/** Whether people meet about a kind of request. */
export function isMet(kind: RequestKind): boolean {
  return kind === 'inquiry' || kind === 'walkthrough'
}

/** Throws Refused where there is nothing to meet about any more, or nothing yet. */
export function refuseUnlessMet(kind: RequestKind, status: RequestStatus): void {
  if (!isMet(kind)) throw new Refused('People meet about inquiries and walkthroughs. Ask in the thread instead.')
  if (status === 'draft') throw new Refused('Issue the request first: its owner does not know of it yet.')
  if (['accepted', 'not_applicable', 'cancelled'].includes(status)) throw new Refused('This request is closed, so there is nothing to meet about.')
}

/** The moment of a local date and time in a zone, from now on; throws Invalid for `starts`. */
export function readStart(local: string, zone: string, now: Date): Date {
  let start: Date
  try {
    if (!isDay(local.slice(0, 10))) throw new RangeError('No day of our time')
    start = new Date(Temporal.PlainDateTime.from(local, { overflow: 'reject' }).toZonedDateTime(zone).epochMilliseconds)
  } catch {
    throw new Invalid({ starts: 'Give a date and a time, such as 2026-10-19 14:00.' })
  }
  if (start.getTime() < now.getTime()) throw new Invalid({ starts: 'This time has passed. Propose one that is still to come.' })
  return start
}

/** Throws Refused where a side would agree to its own proposal, or nothing is proposed. */
export function refuseOwnProposal(meeting: { readonly status: MeetingStatus, readonly proposed_side: 'firm' | 'client' } | undefined, side: string): void {
  if (!meeting || !(meetingMoves.confirm.from as readonly MeetingStatus[]).includes(meeting.status)) throw new Refused('No time is proposed by now. Propose one.')
  if (meeting.proposed_side === side) throw new Refused('Your side proposed this time, so the other side agrees to it or proposes another.')
}
