import { Temporal } from 'temporal-polyfill'
import { isDay } from '../web/days.ts'

/** The ISO day a cell names, or null where it names none, none of our time, or could name two: '2026-10-21', '10/21/2026', 'Oct 21, 2026', '21 Oct 2026'. */
export function readDay(cell: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/.exec(cell)
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(cell)
  if (slashed) {
    const [first, second, year] = slashed.slice(1).map(Number) as [number, number, number]
    if (first <= 12 && second <= 12 && first !== second) return null
    return first > 12 ? dayOf(year, second, first) : dayOf(year, first, second)
  }
  const named = /^(?:([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? |(\d{1,2})\.? ([A-Za-z]{3})[a-z]*\.? )(\d{4})$/.exec(cell)
  const month = named ? months.indexOf((named[1] ?? named[4])!.toLowerCase()) + 1 : 0
  return named && month > 0 ? dayOf(Number(named[5]), month, Number(named[2] ?? named[3])) : null
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

function dayOf(year: number, month: number, day: number): string | null {
  try {
    const found = Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toString()
    return isDay(found) ? found : null
  } catch {
    return null
  }
}
