import type { Ask } from './ask.ts'
import { listAsks } from './asks-lists.ts'
import { paperAsks } from './asks-papers.ts'
import { sampleAsks } from './asks-samples.ts'
import { settingAsks } from './asks-settings.ts'

/** The request list of PaySmart, by number. */
export const paySmartAsks: readonly Ask[] = [...listAsks, ...sampleAsks, ...settingAsks, ...paperAsks]

/** The request with that number. */
export function askOf(number: number): Ask {
  const found = paySmartAsks.find((ask) => ask.number === number)
  if (!found) throw new Error(`Nothing is asked for under ${number}`)
  return found
}
