import { Refused } from '../errors.ts'
import { beginCoverage, type Coverage } from './coverage.ts'
import type { DateFormat, DateReading } from './dates.ts'
import { finding, type Finding } from './findings.ts'
import { beginMembership, type Membership } from './membership.ts'
import type { Period } from './period.ts'
import { counted, figure } from '../sheets/table.ts'
import { beginScopeFilter, type ScopeFilter } from './scope-filter.ts'
import { beginUniqueness } from './uniqueness.ts'

export type CheckPlan = {
  readonly header: readonly string[]
  readonly keyColumn: string
  readonly dateColumn: string
  /** The recognised format, or null where the column holds no date; naive times must have been given their zone. */
  readonly format: DateFormat | null
  /** The column of last days and its format, where rows have spans. */
  readonly until?: { readonly column: string, readonly format: DateFormat | null } | null
  readonly only?: ScopeFilter | null
  /** The count that stands in the owner's statement, or null where none was given. */
  readonly declaredCount: number | null
  readonly period: Period
}

/** What one row came to. A blank date is in scope: left out, the missing work would hide itself. */
export type RowVerdict = {
  readonly key: string
  readonly reading: DateReading | null
  readonly membership: Membership | 'left out'
  readonly inScope: boolean
}

export type CheckTotals = {
  readonly rows: number
  readonly inScope: number
  readonly outside: number
  readonly blankDates: number
  /** First and last ISO date among the rows in the period, in the engagement's zone. */
  readonly first: string | null
  readonly last: string | null
  readonly coverage: Coverage
  /** Whether some finding keeps the list from being accepted. */
  readonly blocked: boolean
}

export type Checks = {
  readonly add: (row: number, cells: readonly string[]) => RowVerdict
  readonly finish: () => { readonly findings: readonly Finding[], readonly totals: CheckTotals }
}

/** Counts that a cut-off export likes to stop at; the two sheet limits also less their header row. */
const suspiciousTotals = new Set([100, 500, 1000, 5000, 10_000, 50_000, 65_535, 65_536, 1_048_575, 1_048_576])

/**
 * The completeness checks of a list, in one pass: memory grows with its keys only. Refuses a key or date
 * column the header does not have, and naive times without a zone.
 */
export function beginChecks(plan: CheckPlan): Checks {
  const keyIndex = columnIndex(plan, plan.keyColumn)
  const dateIndex = columnIndex(plan, plan.dateColumn)
  if (plan.format?.time === 'naive' && plan.format.zone === undefined) throw new Refused(`The times in “${plan.dateColumn}” do not say their zone. Ask the owner which zone the source system shows, and choose it.`)
  const uniqueness = beginUniqueness(plan.keyColumn)
  const until = plan.until ?? null
  const untilIndex = until === null ? -1 : columnIndex(plan, until.column)
  const onlyIndex = plan.only ? columnIndex(plan, plan.only.column) : -1
  const filter = plan.only ? beginScopeFilter(plan.only) : null
  const membership = beginMembership({ column: plan.dateColumn, format: plan.format }, plan.period, until)
  const coverage = beginCoverage(plan.period)
  let rows = 0

  const add = (row: number, cells: readonly string[]): RowVerdict => {
    rows++
    const key = cells[keyIndex] ?? ''
    uniqueness.add(row, key, cells)
    if (filter !== null && !filter.admits(row, cells[onlyIndex] ?? '')) return { key, reading: null, membership: 'left out', inScope: false }
    const { reading, membership: place } = membership.add(row, cells[dateIndex] ?? '', cells[untilIndex])
    // A span that began before the period acts from its first day on.
    if (reading !== null && place === 'in') coverage.add(until !== null && reading.local < plan.period.start ? plan.period.start : reading.local)
    if (reading !== null && place === 'outside') coverage.addOutside(reading.local)
    return { key, reading, membership: place, inScope: place === 'in' || place === 'blank' }
  }

  const finish = () => {
    const { outside, blank, inside } = membership.totals()
    const findings = [
      checkCount(rows, inside + blank, plan.declaredCount),
      checkTotal(rows),
      ...uniqueness.finish(),
      ...filter?.finish() ?? [],
      ...membership.finish(),
      ...coverage.finish(),
    ]
    const blocked = findings.some(({ mark }) => mark === 'blocks')
    return { findings, totals: { rows, inScope: inside + blank, outside, blankDates: blank, ...coverage.ends(), coverage: coverage.coverage(blank), blocked } }
  }
  return { add, finish }
}

/** All checks over rows already at hand, numbered from row 2. */
export function checkPopulation({ rows, ...plan }: CheckPlan & { readonly rows: Iterable<readonly string[]> }): readonly Finding[] {
  const checks = beginChecks(plan)
  let row = 2
  for (const cells of rows) checks.add(row++, cells)
  return checks.finish().findings
}

function columnIndex(plan: CheckPlan, name: string): number {
  const index = plan.header.indexOf(name)
  if (index < 0) throw new Refused(`The list has no column “${name}”. Choose one of: ${plan.header.join(', ')}.`)
  return index
}

function checkCount(rows: number, inScope: number, declared: number | null): Finding {
  if (declared === null) return finding('count', 'finding', `The file has ${counted(rows, 'row')}; the statement declares no count to agree them to.`)
  if (rows === declared) {
    return rows === 0
      ? finding('count', 'agrees', 'No rows, as declared. Corroborate that nothing occurred before the control is recorded as not tested for lack of an occurrence.')
      : finding('count', 'agrees', `${counted(rows, 'row')}, as the statement declares.`)
  }
  const inPeriod = inScope === declared ? ` The ${counted(inScope, 'row')} in the period would agree.` : ''
  return finding('count', 'finding', `The file has ${counted(rows, 'row')}; the statement declares ${figure(declared)}, a difference of ${figure(Math.abs(rows - declared))}.${inPeriod}`)
}

function checkTotal(rows: number): Finding {
  return suspiciousTotals.has(rows)
    ? finding('suspicious_total', 'finding', `Exactly ${counted(rows, 'row')}: many exports stop at this number. Agree the total to the count on screen.`)
    : finding('suspicious_total', 'agrees', `${counted(rows, 'row')} is not a number at which exports are known to stop.`)
}
