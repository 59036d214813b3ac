import { Temporal } from 'temporal-polyfill'

const dayLength = 86_400_000

/** A zone's clock: between two changes of the clock it is an addition, so that a million rows are quick. */
export type Clock = {
  readonly zone: string
  /** The calendar day in the zone, ISO, of a moment in milliseconds since the epoch. */
  readonly dayOf: (moment: number) => string
  /** The moment of a wall-clock reading given as if it were UTC. An hour the zone skips is read with the offset before the change, a repeated one as the first. */
  readonly momentOf: (reading: number) => number
}

type Stretch = { readonly from: number, readonly until: number, readonly offset: number }

const clocks = new Map<string, Clock>()
const days = new Map<number, string>()

/** The clock of an IANA zone; throws RangeError for a zone that does not exist. */
export function clockOf(zone: string): Clock {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const clock = makeClock(zone)
  clocks.set(zone, clock)
  return clock
}

/** ISO date of a day counted from 1970-01-01. */
export function dayName(day: number): string {
  const known = days.get(day)
  if (known !== undefined) return known
  const name = new Date(day * dayLength).toISOString().slice(0, 10)
  if (days.size < 100_000) days.set(day, name)
  return name
}

function makeClock(zone: string): Clock {
  const stretches: Stretch[] = []
  let last = stretchAt(zone, 0)
  const at = (moment: number): Stretch => {
    if (moment >= last.from && moment < last.until) return last
    const known = stretches.find((stretch) => moment >= stretch.from && moment < stretch.until)
    last = known ?? stretchAt(zone, moment)
    if (known === undefined) stretches.push(last)
    return last
  }
  const momentOf = (reading: number): number => {
    const offset = at(reading - at(reading).offset).offset
    const moment = reading - offset
    const stretch = at(moment)
    // Inside a stretch and a day away from its ends the offset can be only this one.
    if (stretch.offset === offset && moment - stretch.from > dayLength && stretch.until - moment > dayLength) return moment
    return Temporal.Instant.fromEpochMilliseconds(reading).toZonedDateTimeISO('UTC').toPlainDateTime().toZonedDateTime(zone).epochMilliseconds
  }
  return { zone, dayOf: (moment) => dayName(Math.floor((moment + at(moment).offset) / dayLength)), momentOf }
}

function stretchAt(zone: string, moment: number): Stretch {
  const here = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone)
  // The look back starts one step ahead, for a change at this very moment belongs to this stretch.
  const before = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  const after = here.getTimeZoneTransition('next')
  return { from: before?.epochMilliseconds ?? -Infinity, until: after?.epochMilliseconds ?? Infinity, offset: here.offsetNanoseconds / 1_000_000 }
}
