import { Temporal } from 'temporal-polyfill'
import type { MilestoneKind } from '../database/schema/carried.ts'
import type { EngagementFacts } from '../scope.ts'

export const milestoneWords: Readonly<Record<MilestoneKind, string>> = {
  kick_off: 'Kick-off', population_due: 'Populations due', sample_due: 'Samples due', fieldwork_end: 'End of fieldwork',
  draft: 'Draft report', report: 'Report', assembly: 'File assembled',
}

const formulas: Readonly<Record<Exclude<MilestoneKind, 'assembly'>, string>> = {
  kick_off: '20 business days before the end, not before the period begins', population_due: '5 business days after the end',
  sample_due: '15 business days after the end', fieldwork_end: '25 business days after the end', draft: '35 business days after the end',
  report: '45 business days after the end',
}

/** Why a proposed date is what it is, as people read it. */
export function formulaOf(kind: MilestoneKind, { assemblyDays, releaseDate }: Closing): string {
  return kind === 'assembly' ? `${assemblyDays} calendar days after the ${releaseDate === null ? 'report' : 'release'}` : formulas[kind]
}

export type Milestone = {
  readonly kind: MilestoneKind
  /** ISO day in the engagement's zone. */
  readonly on: string
  /** How often it was moved by hand; 0 while it stands where it was proposed. */
  readonly version: number
}

export type Moved = { readonly kind: MilestoneKind, readonly on: string, readonly version: number }

/** What the assembly of the file is reckoned from: the days its engagement began with, and the release once it is set (ISO). */
export type Closing = { readonly assemblyDays: number, readonly releaseDate: string | null }

type Dates = Pick<EngagementFacts, 'type' | 'asOf' | 'periodStart' | 'periodEnd' | 'purpose'>

/** Business days from the end of the period (or the as-of date) to each milestone. Firm practice, no standard sets them. */
const distances = { kick_off: -20, population_due: 5, sample_due: 15, fieldwork_end: 25, draft: 35, report: 45 } as const

/**
 * The milestones of an engagement by date: each proposed from the end of the period (Type 1 and readiness: the as-of
 * date), Monday to Friday counting as business days, unless it was moved by hand. Assembly follows the
 * release, and until that is set the report, moved or not; without dates nothing is proposed. A Type 1 examination draws no samples and has no populations; a readiness assessment ends with its report.
 */
export function milestonesOf(dates: Dates, moved: readonly Moved[], { assemblyDays, releaseDate }: Closing): Milestone[] {
  const last = dates.type === 1 ? dates.asOf : dates.periodEnd
  if (last === null) return []
  const end = Temporal.PlainDate.from(last)
  const found: Milestone[] = []
  for (const kind of kindsOf(dates)) {
    const hand = moved.find((one) => one.kind === kind)
    const proposed = kind === 'assembly'
      ? Temporal.PlainDate.from(releaseDate ?? found.find((one) => one.kind === 'report')!.on).add({ days: assemblyDays })
      : proposedOn(kind, end, dates.periodStart)
    found.push({ kind, on: hand?.on ?? proposed.toString(), version: hand?.version ?? 0 })
  }
  return found.toSorted((a, b) => a.on < b.on ? -1 : a.on > b.on ? 1 : 0)
}

/** The milestones an engagement of this kind has, in the order in which they follow each other. */
export function kindsOf({ type, purpose }: Dates): readonly MilestoneKind[] {
  if (purpose === 'readiness') return ['kick_off', 'fieldwork_end', 'draft', 'report']
  if (type === 1) return ['kick_off', 'fieldwork_end', 'draft', 'report', 'assembly']
  return ['kick_off', 'population_due', 'sample_due', 'fieldwork_end', 'draft', 'report', 'assembly']
}

/** The business day `count` after `day` (before it, where negative); the day itself is not counted. */
export function addBusinessDays(day: Temporal.PlainDate, count: number): Temporal.PlainDate {
  const step = Math.sign(count)
  let at = day
  for (let left = Math.abs(count); left > 0;) {
    at = at.add({ days: step })
    if (at.dayOfWeek < 6) left -= 1
  }
  return at
}

function proposedOn(kind: keyof typeof distances, end: Temporal.PlainDate, periodStart: string | null): Temporal.PlainDate {
  const day = addBusinessDays(end, distances[kind])
  if (kind !== 'kick_off' || periodStart === null) return day
  const start = Temporal.PlainDate.from(periodStart)
  if (Temporal.PlainDate.compare(day, start) >= 0) return day
  return start.dayOfWeek < 6 ? start : addBusinessDays(start, 1)
}
