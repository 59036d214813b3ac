import { z } from 'zod'
import { categories, checkDates, dated, datesOf } from '../engagements/forms.ts'
import type { Plan } from './carriage.ts'

/** Type, dates, zone and categories of the engagement that follows. */
export const nextEngagement = z.object({ ...dated, categories })
  .superRefine((form, context) => checkDates(form, (field, message) => context.addIssue({ code: 'custom', path: [field], message })))
  .transform((form): Plan => ({ ...datesOf(form), categories: ['security', ...form.categories] }))
