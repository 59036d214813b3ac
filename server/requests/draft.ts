import { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import type { Every } from '../database/schema/requests.ts'
import { Invalid } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { isDay } from '../web/days.ts'
import { readForm } from '../web/form.ts'
import { findControlIds, type RequestDraft } from './store.ts'

const MOST_CHECKS = 30

const schema = z.object({
  kind: z.enum(['population', 'configuration', 'document', 'inquiry', 'walkthrough', 'sample'], 'Choose what kind of request this is.'),
  title: z.string('Say in a few words what is asked for.').max(200, 'Keep the title under 200 characters; the details belong in the ask.'),
  ask: z.string('Write what the owner should send, so that nobody has to ask back.').max(5000, 'Keep the ask under 5,000 characters.'),
  why: z.string().max(2000, 'Keep the reason under 2,000 characters.').default(''),
  system: z.string().max(200, 'Keep the system under 200 characters.').default(''),
  example: z.string().max(2000, 'Keep the example under 2,000 characters.').default(''),
  reference: z.string().max(60, 'Keep the reference under 60 characters.').default(''),
  external: z.string().max(120, 'Keep it under 120 characters.').optional(),
  formats: z.string().max(300, 'Keep the formats under 300 characters.').default(''),
  priority: z.enum(['normal', 'high']).default('normal'),
  controls: z.string().default('').transform((text) => [...new Set(text.split(/[\s,;]+/).filter(Boolean))]),
  checklist: z.string().default('').transform((text) => text.split('\n').map((line) => line.trim()).filter(Boolean)),
  owner: z.uuid('Choose one of the client’s people.').optional(),
  due: z.string().optional(),
})

/** The draft a form describes; throws Invalid naming the field, and the control numbers that do not exist. */
export async function readDraft(trx: Tx, scope: EngagementScope, body: unknown): Promise<RequestDraft> {
  const form = readForm(schema, body)
  const found = await findControlIds(trx, scope, form.controls)
  const unknown = form.controls.filter((number) => !found.has(number))
  if (unknown.length > 0) throw new Invalid({ controls: `No control of this engagement has the number ${unknown.join(', ')}.` })
  if (form.checklist.length > MOST_CHECKS) throw new Invalid({ checklist: `Ask for at most ${MOST_CHECKS} things to be ticked.` })
  return {
    kind: form.kind, title: form.title, ask: form.ask, why: form.why, system: form.system, example: form.example,
    priority: form.priority, ownerId: form.owner ?? null, dueOn: form.due === undefined ? null : readDay('due', form.due),
    controlIds: [...found.values()], checklist: form.checklist, drawId: null,
    reference: form.reference, externalId: form.external ?? null, formats: form.formats,
  }
}

/** How often the form asks again and how many days after each span it is due, or null when it asks once. Throws Invalid. */
export function readRhythm(body: unknown): { every: Every, days: number } | null {
  const form = readForm(z.object({
    every: z.enum(['week', 'month', 'quarter', 'half_year'], 'Choose how often it is asked again.').optional(),
    days: z.coerce.number('Give a number of days.').int('Give whole days.').min(0, 'Give at least 0 days.').max(120, 'Give at most 120 days.').default(10),
  }), body)
  return form.every === undefined ? null : { every: form.every, days: form.days }
}

/** An ISO calendar day; throws Invalid for `field` when there is no such day. */
export function readDay(field: string, text: string): string {
  if (!isDay(text)) throw new Invalid({ [field]: 'Give a day of the calendar, such as 2026-10-21.' })
  return text
}
