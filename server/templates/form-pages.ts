import { z } from 'zod'
import { parseCriteria } from '../controls/rules.ts'
import { criterion } from '../controls/criteria.ts'
import type { RequestKind } from '../database/schema/requests.ts'
import { Invalid } from '../errors.ts'
import { kinds } from '../requests/rules.ts'
import { planValues, readPlan } from '../testing/forms.ts'
import { readForm } from '../web/form.ts'
import type { AttributeTemplate, RequestTemplate } from './store.ts'

const lines = (text: string) => [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))]
const theme = {
  criteria: z.string().default('').transform(parseCriteria).refine((ids) => ids.every((id) => criterion(id)), 'Name criteria of the 2017 trust services criteria, such as CC6.2, or leave this empty.'),
  keywords: z.string().max(1000, 'Keep the words under 1,000 characters.').default('').transform((text) => lines(text.replaceAll(',', '\n'))),
}

const requestForm = z.object({
  kind: z.enum(Object.keys(kinds) as [RequestKind], 'Choose what kind of request this is.'),
  title: z.string('Say in a few words what is asked for.').max(200, 'Keep the title under 200 characters.'),
  ask: z.string('Write what the owner should send.').max(5000, 'Keep the ask under 5,000 characters.'),
  why: z.string().max(2000, 'Keep the reason under 2,000 characters.').default(''),
  example: z.string().max(2000, 'Keep the example under 2,000 characters.').default(''),
  formats: z.string().max(300, 'Keep the formats under 300 characters.').default(''),
  checklist: z.string().default('').transform(lines).refine((checks) => checks.length <= 30, 'Ask for at most 30 things to be ticked.'),
  days: z.coerce.number('Give a number of days, below zero before the end of the period.').int('Give whole days.').min(-366, 'Give at least -366 days.').max(366, 'Give at most 366 days.').optional(),
  ...theme,
})
const version = z.object({ version: z.coerce.number('The form is incomplete. Load it again.').int().min(0) })

/** A template of requests from its form, with the version it was changed from (0 for a new one). Throws Invalid. */
export function readRequestTemplate(body: unknown): { seen: number, template: RequestTemplate } {
  const { days, ...fields } = readForm(requestForm, body)
  return { seen: readForm(version, body).version, template: { ...fields, dueDays: days ?? null } }
}

/** A set of procedures and attributes from its form. Throws Invalid. */
export function readAttributeTemplate(body: unknown): { seen: number, template: AttributeTemplate } {
  const plan = readPlan(body)
  const said = readForm(z.object(theme), body)
  if (plan.title === '') throw new Invalid({ title: 'Name the theme, such as “Access of leavers”.' })
  if (said.criteria.length === 0 && said.keywords.length === 0) throw new Invalid({ criteria: 'Name criteria or words below, so that it is known which controls this test is for.' })
  if (plan.procedures.length === 0 && plan.attributes.length === 0) throw new Invalid({ 'procedure-1': 'Describe a procedure, or ask an attribute.' })
  const { title, itemNoun, procedures, attributes } = plan
  return { seen: readForm(version, body).version, template: { title, itemNoun, procedures, attributes: attributes.map((one) => ({ clause: '', ...one })), ...said } }
}

/** What the form of a request's template shows of it. */
export function requestValues({ dueDays, checklist, criteria, keywords, ...fields }: RequestTemplate, seen: number): Record<string, string> {
  return { ...fields, checklist: checklist.join('\n'), criteria: criteria.join(', '), keywords: keywords.join(', '), days: dueDays === null ? '' : String(dueDays), version: String(seen) }
}

/** What the form of a test's template shows of it. */
export function attributeValues(template: AttributeTemplate, seen: number): Record<string, string> {
  return { ...planValues(template), criteria: template.criteria.join(', '), keywords: template.keywords.join(', '), version: String(seen) }
}
