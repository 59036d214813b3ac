import ical, { ICalAttendeeRole, ICalAttendeeStatus, ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import { Temporal } from 'temporal-polyfill'
import { writeDateTime, zonePlace } from '../web/times.ts'

export type Attendee = { readonly name: string, readonly email: string }

/** `uid` stays the same for as long as it is the same date; `sequence` grows with every change, so that the newest one counts. */
export type DueDate = {
  readonly uid: string
  readonly sequence: number
  /** ISO date; the whole day is marked, for it is due to its end in `zone`. */
  readonly dueOn: string
  readonly zone: string
  readonly summary: string
  readonly description: string
  /** When this was said; one mail says the same at every attempt to send it. */
  readonly at: Date
}

export type Meeting = {
  readonly uid: string
  readonly sequence: number
  readonly startsAt: Date
  readonly endsAt: Date
  /** Zone in which the time is written out in words; the file itself holds moments. */
  readonly zone: string
  readonly summary: string
  readonly description: string
  readonly url: string
  readonly organizer: Attendee
  readonly attendees: readonly Attendee[]
  readonly cancelled: boolean
  /** When this was said; now unless given. */
  readonly at?: Date
}

/** A calendar file (RFC 5545) with one day in it that asks nobody for an answer. It holds no link: calendars are shared with others. */
export function dueDateCalendar(due: DueDate): string {
  const calendar = ical({ prodId: product, method: ICalCalendarMethod.PUBLISH })
  calendar.createEvent({
    id: plain(due.uid), sequence: due.sequence, stamp: due.at, allDay: true,
    start: Temporal.PlainDate.from(due.dueOn), end: Temporal.PlainDate.from(due.dueOn).add({ days: 1 }),
    summary: plain(due.summary), description: `${lines(due.description)}\nDue to the end of the day in ${zonePlace(due.zone)}.`,
    transparency: ICalEventTransparency.TRANSPARENT,
  })
  return calendar.toString()
}

/**
 * An invitation (RFC 5546): the same `uid` with a greater `sequence` moves the meeting, `cancelled` takes it out of the
 * calendars. Moments are written in UTC, which every calendar shows in its reader's own zone.
 */
export function meetingInvitation(meeting: Meeting): string {
  const calendar = ical({ prodId: product, method: meeting.cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST })
  const event = calendar.createEvent({
    id: plain(meeting.uid), sequence: meeting.sequence, stamp: meeting.at ?? new Date(), start: meeting.startsAt, end: meeting.endsAt,
    summary: plain(meeting.summary), description: `${writeDateTime(meeting.startsAt, meeting.zone)}, ${zonePlace(meeting.zone)}\n${lines(meeting.description)}`,
    url: plain(meeting.url), organizer: person(meeting.organizer),
    status: meeting.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  for (const attendee of meeting.attendees) {
    event.createAttendee({ ...person(attendee), rsvp: !meeting.cancelled, role: ICalAttendeeRole.REQ, status: ICalAttendeeStatus.NEEDSACTION })
  }
  return calendar.toString()
}

/** One day of somebody's calendar feed. Its words say nothing that a stranger could not know. */
export type FeedDay = { readonly uid: string, readonly sequence: number, readonly on: string, readonly summary: string }

/** Somebody's days as a calendar that programs fetch again and again; `at` is when it was asked for. */
export function feedCalendar(days: readonly FeedDay[], at: Date): string {
  const calendar = ical({ prodId: product, name: 'Tickmark', method: ICalCalendarMethod.PUBLISH, ttl: 4 * 3600 })
  for (const day of days) {
    calendar.createEvent({
      id: day.uid, sequence: day.sequence, stamp: at, allDay: true, start: Temporal.PlainDate.from(day.on), end: Temporal.PlainDate.from(day.on).add({ days: 1 }),
      summary: plain(day.summary), transparency: ICalEventTransparency.TRANSPARENT,
    })
  }
  return calendar.toString()
}

const product = '//Tickmark//Requests//EN'

function person({ name, email }: Attendee): Attendee {
  return { name: plain(name).replaceAll('"', '’'), email: plain(email) }
}

/** A line break would start another property. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function lines(text: string): string {
  return text.split('\n').map(plain).join('\n')
}
