import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { ClientRole, FirmRole, Role } from '../scope.ts'
import { several, ticked } from '../web/form.ts'
import type { Plan } from './actions.ts'
import { clientRoles, firmRoles } from './roles.ts'

const day = z.string().refine(isDay, 'Enter the date as year-month-day, such as 2026-09-30.').optional()
const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])

/** The form of a new engagement: whose it is and what it examines. */
export const newEngagement = z.object({
  client: z.uuid('Choose a client from the list.').optional(),
  clientName: z.string().max(200, 'A name has at most 200 characters.').optional(),
  system: z.string('Name the system that is examined, as the report will.').max(200, 'A name has at most 200 characters.'),
  type: z.enum(['1', '2'], 'Say whether this is a Type 1 or a Type 2 examination.'),
  asOf: day,
  periodStart: day,
  periodEnd: day,
  zone: z.string('Choose the time zone in which dates are read.').refine((zone) => zones.has(zone), 'Choose a time zone from the list.'),
  categories: several(z.enum(['availability', 'confidentiality', 'processing_integrity', 'privacy'], 'Choose categories from the list.')),
}).superRefine((form, context) => {
  const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
  if (form.client === undefined && form.clientName === undefined) wrong('client', 'Choose a client, or name a new one below.')
  if (form.client !== undefined && form.clientName !== undefined) wrong('clientName', 'Either choose a client or name a new one, not both.')
  if (form.type === '1') {
    if (form.asOf === undefined) wrong('asOf', 'A Type 1 examination needs the date it looks at.')
    return
  }
  if (form.periodStart === undefined) wrong('periodStart', 'A Type 2 examination needs the first day of its period.')
  if (form.periodEnd === undefined) wrong('periodEnd', 'A Type 2 examination needs the last day of its period.')
  if (form.periodStart !== undefined && form.periodEnd !== undefined && form.periodEnd < form.periodStart) wrong('periodEnd', 'The period ends before it starts.')
}).transform((form): { client: { id: string } | { name: string }, plan: Plan } => ({
  client: form.client === undefined ? { name: form.clientName ?? '' } : { id: form.client },
  plan: {
    system: form.system,
    type: form.type === '1' ? 1 : 2,
    asOf: form.type === '1' ? form.asOf ?? null : null,
    periodStart: form.type === '2' ? form.periodStart ?? null : null,
    periodEnd: form.type === '2' ? form.periodEnd ?? null : null,
    zone: form.zone,
    categories: ['security', ...form.categories],
  },
}))

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

function isDay(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text
  } catch {
    return false
  }
}
