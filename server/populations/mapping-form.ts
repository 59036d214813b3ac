import { z } from 'zod'
import { Invalid } from '../errors.ts'
import type { Wishes } from '../sheets/table.ts'
import { isZone } from '../web/days.ts'
import { readForm } from '../web/form.ts'
import type { Mapping, Only } from './store.ts'

const short = (words: string) => z.string(words).max(300, 'Keep it under 300 characters.')
const mostValues = 200

const where = z.object({
  sheet: z.string().max(200).optional(),
  head: z.coerce.number('Give the number of the row with the column names.').int('Give the number of the row with the column names.').min(1, 'Rows are counted from 1.').max(1_048_576, 'A sheet has no such row.').optional(),
})

const form = z.object({
  name: z.string('Name the population in the plural, such as Production changes.').max(120, 'Keep the name under 120 characters.'),
  occurrence: short('Say what one row is, such as one deployment to production.'),
  key: z.string('Choose the column that names each row once.'),
  date: z.string('Choose the column whose date decides whether a row lies in the period.'),
  meaning: short('Say what the date means: requested, approved, deployed, last working day.'),
  order: z.enum(['dmy', 'mdy'], 'Choose day first or month first.').optional(),
  zone: z.string().refine(isZone, 'Choose a zone of the list.').optional(),
  until: z.string().optional(),
  stratum: z.string().optional(),
  only_column: z.string().optional(),
  only_kind: z.enum(['keep', 'leave'], 'Choose whether these rows are in scope or are left out.').default('keep'),
  only_values: z.string().max(20_000, 'Keep the values under 20,000 characters.').optional(),
})

/** Where in a workbook the list stands, as the address or the form says; a row that is none counts as not said. */
export function readWhere(from: unknown): Pick<Wishes, 'sheet' | 'headerRow'> {
  const { sheet, head } = readForm(where, from)
  return { sheet: sheet ?? null, headerRow: head ?? null }
}

/** The mapping somebody filled in over these columns. Throws Invalid. */
export function readMapping(header: readonly string[], body: unknown): Mapping {
  const typed = readForm(form, body)
  const named = (column: string) => header.find((name) => name.replaceAll('\r\n', '\n').trim() === column) ?? ''
  const maybe = (column: string | undefined) => column === undefined ? null : named(column)
  return {
    name: typed.name, occurrence: typed.occurrence, keyColumn: named(typed.key), dateColumn: named(typed.date), dateMeaning: typed.meaning,
    told: { order: typed.order ?? null, zone: typed.zone ?? null }, ...readWhere(body), untilColumn: maybe(typed.until), stratumColumn: maybe(typed.stratum), only: onlyOf(typed, maybe(typed.only_column)),
  }
}

function onlyOf(typed: z.infer<typeof form>, column: string | null): Only | null {
  const values = [...new Set((typed.only_values ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== ''))]
  if (column === null && values.length === 0) return null
  if (column === null) throw new Invalid({ only_column: 'Choose the column in which these values stand.' })
  if (values.length === 0) throw new Invalid({ only_values: 'Give the values of this column, one a line.' })
  if (values.length > mostValues) throw new Invalid({ only_values: `Give at most ${mostValues} values; say the others the other way round.` })
  return { column, keeps: typed.only_kind === 'keep', values }
}

/** A mapping as its form shows it; columns the list no longer has are left to be chosen. */
export function mappingValues(mapping: Mapping, header: readonly string[]): Record<string, string | null> {
  const kept = (column: string | null | undefined) => column !== null && column !== undefined && header.includes(column) ? column : null
  const only = mapping.only && header.includes(mapping.only.column) ? mapping.only : null
  return {
    name: mapping.name, occurrence: mapping.occurrence, key: kept(mapping.keyColumn), date: kept(mapping.dateColumn), meaning: mapping.dateMeaning,
    order: mapping.told.order, zone: mapping.told.zone, until: kept(mapping.untilColumn), stratum: kept(mapping.stratumColumn),
    only_column: only?.column ?? null, only_kind: only?.keeps === false ? 'leave' : 'keep', only_values: only?.values.join('\n') ?? null,
  }
}

/** Whether a mapping says more than the key and the date. */
export function saysMore(values: Readonly<Record<string, unknown>>): boolean {
  return ['until', 'stratum', 'only_column', 'only_values'].some((name) => typeof values[name] === 'string' && values[name] !== '')
}
