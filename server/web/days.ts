import { Temporal } from 'temporal-polyfill'

const zones = new Set(Intl.supportedValuesOf('timeZone')).add('UTC')

/** Whether a text is an ISO date that exists. */
export function isDay(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text
  } catch {
    return false
  }
}

/** Whether a text names a time zone that dates can be read in. */
export function isZone(text: string): boolean {
  return zones.has(text)
}
