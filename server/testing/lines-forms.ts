import { z } from 'zod'
import type { DesignConclusion } from '../database/schema/testing.ts'
import { isDay } from '../web/days.ts'
import { readForm, several, ticked } from '../web/form.ts'
import type { DesignFinding } from './design.ts'
import type { Rollforward } from './lines-actions.ts'
import type { NewItem } from './lines-store.ts'

const text = (most: number, what: string) => z.string().max(most, `Keep ${what} under ${most.toLocaleString('en-US')} characters.`)
const day = z.string('Give a day, such as 2026-06-30.').refine(isDay, 'Give a day, such as 2026-06-30.')
const request = z.uuid('Choose one of the requests.').nullable().default(null)

/** An item that no draw made: a setting, an instance or a performance. */
export function readItem(body: unknown): NewItem {
  const form = readForm(z.object({
    label: z.string('Say which one it is.').max(120, 'Keep the name under 120 characters.'), on: day.nullable().default(null), request,
    person: text(200, 'the name').default(''), role: text(200, 'the role').default(''), words: text(5000, 'the record').default(''),
  }), body)
  return { label: form.label, occurredOn: form.on, requestId: form.request, person: form.person, personRole: form.role, words: form.words }
}

/** What was done from the interim date to the end of the span. */
export function readRollforward(body: unknown): Rollforward {
  const form = readForm(z.object({
    result: z.enum(['unchanged', 'covered'], 'Say what came out.'),
    words: z.string('Say whom you asked, what you looked at, and what you found.').max(5000, 'Keep this under 5,000 characters.'),
    on: z.string('Give the day on which this was done.').refine(isDay, 'Give the day on which this was done.'), request,
  }), body)
  return { result: form.result, words: form.words, on: form.on, requestId: form.request }
}

/** The span of a retest. */
export function readRetest(body: unknown): { from: string, to: string | null } {
  return readForm(z.object({ from: z.string('Give the first day after the remediation.').refine(isDay, 'Give the first day after the remediation.'), to: day.nullable().default(null) }), body)
}

/** What somebody found of a control's design; `version` is the wording they were looking at. */
export function readDesign(body: unknown): { version: number, found: DesignFinding } {
  const form = readForm(z.object({
    version: z.coerce.number('The form is incomplete. Load it again.').int(),
    lookedAt: text(5000, 'this').default(''), requestId: request, conclusion: z.enum(['suitable', 'deficient', 'not_evaluated'] satisfies DesignConclusion[], 'Say what you conclude.'),
    deficiency: text(5000, 'this').default(''), implemented: ticked(), seenOn: day.nullable().default(null),
  }), body)
  const { version, ...found } = form
  return { version, found }
}

/** The proposed lines somebody chose. */
export function readChosen(body: unknown): string[] {
  return readForm(z.object({ line: several(z.string().max(60)) }), body).line
}
