import { Temporal } from 'temporal-polyfill'
import type { Act } from './acts.ts'
import { workday } from './calendar.ts'

const zone = 'America/Chicago'

/** Moments counted from the day of loading: weekdays, negative before it, and a wall clock in Chicago. */
export type Moments = {
  (days: number, clock: string): Date
  /** Something that happens then, `minutes` later. */
  act(days: number, clock: string, minutes: number, run: Act['run']): Act
}

/** `today` is the day of loading, ISO; whatever is to have happened lies on an earlier day. */
export function momentsFrom(today: string): Moments {
  const at = (days: number, clock: string) => new Date(Temporal.PlainDateTime.from(`${workday(today, days)}T${clock}`).toZonedDateTime(zone).epochMilliseconds)
  return Object.assign(at, { act: (days: number, clock: string, minutes: number, run: Act['run']): Act => ({ at: new Date(at(days, clock).getTime() + minutes * 60_000), run }) })
}
