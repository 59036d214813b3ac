import { z } from 'zod'
import type { ClientRole, FirmRole, Role } from '../scope.ts'
import { isDay, isWithinYears, isZone } from '../web/days.ts'
import { several, ticked } from '../web/form.ts'
import type { Plan } from './actions.ts'
import { clientRoles, firmRoles } from './roles.ts'

const day = z.string().refine(isDay, 'Enter the date as year-month-day, such as 2026-09-30.').optional()

/** The fields that say what kind of examination it is and of when; `checkDates` holds them together. */
export const dated = {
  type: z.enum(['1', '2'], 'Say whether this is a Type 1 or a Type 2 examination.'),
  asOf: day,
  periodStart: day,
  periodEnd: day,
  zone: z.string('Choose the time zone in which dates are read.').refine(isZone, 'Choose a time zone from the list.'),
}
const system = z.string('Name the system that is examined, as the report will.').max(200, 'A name has at most 200 characters.')
/** The categories besides security, which every engagement has. */
export const categories = several(z.enum(['availability', 'confidentiality', 'processing_integrity', 'privacy'], 'Choose categories from the list.'))

type Dated = { readonly type: '1' | '2', readonly asOf?: string | undefined, readonly periodStart?: string | undefined, readonly periodEnd?: string | undefined, readonly zone: string }

/** The form of a new engagement: whose it is and what it examines. A draft may begin before any of its dates is known. */
export const newEngagement = z.object({
  client: z.uuid('Choose a client from the list.').optional(),
  clientName: z.string().max(200, 'A name has at most 200 characters.').optional(),
  system, ...dated, zone: dated.zone.default('America/New_York'), categories,
}).superRefine((form, context) => {
  const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
  if (form.client === undefined && form.clientName === undefined) wrong('client', 'Choose a client, or name a new one below.')
  if (form.client !== undefined && form.clientName !== undefined) wrong('clientName', 'Either choose a client or name a new one, not both.')
  if (form.asOf !== undefined || form.periodStart !== undefined || form.periodEnd !== undefined) checkDates(form, wrong)
}).transform((form): { client: { id: string } | { name: string }, plan: Plan } => ({
  client: form.client === undefined ? { name: form.clientName ?? '' } : { id: form.client },
  plan: { system: form.system, ...datesOf(form), categories: ['security', ...form.categories] },
}))

/** The steps of the setup that say what is examined. */
export const systemStep = z.object({ system })
export const datesStep = z.object(dated).superRefine((form, context) => checkDates(form, (field, message) => context.addIssue({ code: 'custom', path: [field], message }))).transform(datesOf)
export const categoriesStep = z.object({ categories }).transform((form) => ({ categories: ['security', ...form.categories] }))

/** A subservice organization's own fields. */
export const subserviceForm = z.object({
  name: z.string('Name the organization, as the report will.').max(200, 'A name has at most 200 characters.'),
  service: z.string('Say what it does for the system, such as hosting.').max(500, 'A service has at most 500 characters.'),
  method: z.enum(['carve_out', 'inclusive'], 'Say whether its controls are carved out or included.'),
  criteria: z.string('Name at least one criterion it helps to meet, for example CC6.4.'),
  monitorId: z.uuid('Choose one of the client’s controls.').optional().transform((id) => id ?? null),
  seen: z.string().default(''),
  source: z.string().max(500, 'A source has at most 500 characters.').default(''),
})

/** Tells `wrong` which date its type lacks, and where a period ends before it starts. */
export function checkDates({ type, asOf, periodStart, periodEnd }: Dated, wrong: (field: string, message: string) => void): void {
  if (type === '1') {
    if (asOf === undefined) wrong('asOf', 'A Type 1 examination needs the date it looks at.')
    return
  }
  if (periodStart === undefined) wrong('periodStart', 'A Type 2 examination needs the first day of its period.')
  if (periodEnd === undefined) wrong('periodEnd', 'A Type 2 examination needs the last day of its period.')
  if (periodStart !== undefined && periodEnd !== undefined && periodEnd < periodStart) wrong('periodEnd', 'The period ends before it starts.')
  if (periodStart !== undefined && periodEnd !== undefined && isDay(periodStart) && isDay(periodEnd) && !isWithinYears(periodStart, periodEnd)) wrong('periodEnd', 'A period has at most three years.')
}

/** Type, dates and zone as an engagement holds them: those of the other type are left out. */
export function datesOf({ type, asOf, periodStart, periodEnd, zone }: Dated) {
  const isPoint = type === '1'
  return {
    type: isPoint ? 1 as const : 2 as const, asOf: isPoint ? asOf ?? null : null,
    periodStart: isPoint ? null : periodStart ?? null, periodEnd: isPoint ? null : periodEnd ?? null, zone,
  }
}

export const firmMember = z.object({
  personId: z.uuid('Choose one of the firm’s people.'),
  firmRole: z.enum(firmRoles, 'Choose a role.') satisfies z.ZodType<FirmRole>,
})

export const clientMember = z.object({
  name: z.string('Enter the person’s name.').max(200, 'A name has at most 200 characters.'),
  email: z.string('Enter the person’s e-mail address.').max(254, 'This address is too long.').toLowerCase().pipe(z.email('This does not look like an e-mail address.')),
  title: z.string().max(200, 'A title has at most 200 characters.').default(''),
  role: z.enum(clientRoles, 'Choose a role.') satisfies z.ZodType<ClientRole>,
  invite: ticked(),
})

export const roleChange = z.object({ role: z.enum([...firmRoles, ...clientRoles], 'Choose a role.') satisfies z.ZodType<Role> })
