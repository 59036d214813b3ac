import { z } from 'zod'
import { categories, dated } from '../engagements/forms.ts'
import { isDay } from '../web/days.ts'
import { states, statuses } from './rules.ts'

const day = z.string('Enter the date.').refine(isDay, 'Enter the date as year-month-day, such as 2026-09-30.')

/** Whose readiness is assessed, as of which day. */
export const newReadiness = z.object({
  client: z.uuid('Choose a client from the list.').optional(),
  clientName: z.string().max(200, 'A name has at most 200 characters.').optional(),
  system: z.string('Name the system.').max(200, 'A name has at most 200 characters.'),
  asOf: day,
  zone: dated.zone,
  categories,
}).superRefine(({ client, clientName }, context) => {
  if ((client === undefined) === (clientName === undefined)) context.addIssue({ code: 'custom', path: ['client'], message: 'Choose a client, or name a new one below, not both.' })
}).transform(({ client, clientName, system, asOf, zone, categories }) => ({
  client: client === undefined ? { name: clientName ?? '' } : { id: client }, plan: { system, asOf, zone, categories: ['security', ...categories] },
}))

/** What there is for a criterion; whatever is not in place needs words. */
export const assessment = z.object({
  state: z.enum(states, 'Say what there is.'),
  gap: z.string().max(4000, 'At most 4,000 characters.').default(''),
  owner: z.uuid('Choose one of the client’s people.').optional(),
  dueOn: day.optional(),
  version: z.coerce.number().int().min(0),
}).superRefine(({ state, gap }, context) => {
  if (state !== 'in_place' && gap === '') context.addIssue({ code: 'custom', path: ['gap'], message: 'Say what is missing, so that somebody can close it.' })
}).transform(({ state, gap, owner, dueOn, version }) => ({ state, gap, ownerId: owner ?? null, dueOn: dueOn ?? null, version }))

/** How far a gap has come, and what was done or is missing. */
export const step = z.object({ to: z.enum(statuses, 'Choose how far it has come.'), words: z.string().max(4000, 'At most 4,000 characters.').default('') })
