import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { several } from '../web/form.ts'
import type { Plan } from './carriage.ts'

const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])
const day = z.string().refine(isDay, 'Enter the date as year-month-day, such as 2026-09-30.').optional()

/** Type, dates, zone and categories of the engagement that follows. */
export const nextEngagement = z.object({
  type: z.enum(['1', '2'], 'Say whether this is a Type 1 or a Type 2 examination.'),
  asOf: day, periodStart: day, periodEnd: day,
  zone: z.string('Choose the time zone in which dates are read.').refine((zone) => zones.has(zone), 'Choose a time zone from the list.'),
  categories: several(z.enum(['availability', 'confidentiality', 'processing_integrity', 'privacy'], 'Choose categories from the list.')),
}).superRefine(({ type, asOf, periodStart, periodEnd }, context) => {
  const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
  if (type === '1' && asOf === undefined) wrong('asOf', 'A Type 1 examination needs the date it looks at.')
  if (type === '2' && periodStart === undefined) wrong('periodStart', 'A Type 2 examination needs the first day of its period.')
  if (type === '2' && periodEnd === undefined) wrong('periodEnd', 'A Type 2 examination needs the last day of its period.')
  if (type === '2' && periodStart !== undefined && periodEnd !== undefined && periodEnd < periodStart) wrong('periodEnd', 'The period ends before it starts.')
}).transform(({ type, asOf, periodStart, periodEnd, zone, categories }): Plan => ({
  type: type === '1' ? 1 : 2, asOf: type === '1' ? asOf ?? null : null, periodStart: type === '2' ? periodStart ?? null : null,
  periodEnd: type === '2' ? periodEnd ?? null : null, zone, categories: ['security', ...categories],
}))

function isDay(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text
  } catch {
    return false
  }
}
