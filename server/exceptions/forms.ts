import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { isDay } from '../web/days.ts'
import { readForm } from '../web/form.ts'
import type { EffectKind, OpinionKind } from '../database/schema/exceptions.ts'
import { causeTypes, effects, intents, opinions, spreads } from './rules.ts'
import type { Description, Response } from './store.ts'

const text = (most: number) => z.string().max(most, `Keep it under ${most.toLocaleString('en-US')} characters.`).default('')

const day = z.string().optional()

/** What was found, and the version of the exception the person was looking at. */
export function readDescription(body: unknown): { version: number, description: Description } {
  const form = readForm(z.object({
    version: z.coerce.number('The form is incomplete. Load it again.').int(),
    problem: text(500), expected: text(2000), cause: text(2000), isolated_basis: text(2000), impact: text(2000), compensating: text(2000), discussed_with: text(300),
    cause_type: z.enum(Object.keys(causeTypes) as ['people', 'process', 'system', 'design']).optional(),
    spread: z.enum(Object.keys(spreads) as ['isolated', 'systematic']).optional(),
    intent: z.enum(Object.keys(intents) as ['not_intentional', 'intentional']).optional(),
    detected: z.enum(['yes', 'no']).optional(), affected_from: day, affected_to: day, discussed_on: day,
  }), body)
  const [from, to, on] = [readDay('affected_from', form.affected_from), readDay('affected_to', form.affected_to), readDay('discussed_on', form.discussed_on)]
  if (from !== null && to !== null && from > to) throw new Invalid({ affected_to: 'This day comes before the first one.' })
  if ((on === null) !== (form.discussed_with === '')) throw new Invalid(on === null ? { discussed_on: 'Say on which day.' } : { discussed_with: 'Say with whom.' })
  return {
    version: form.version,
    description: {
      problem: form.problem.replace(/\.$/, ''), expected: form.expected, cause: form.cause, cause_type: form.cause_type ?? null,
      spread: form.spread ?? null, isolated_basis: form.isolated_basis, intent: form.intent ?? null, impact: form.impact, affected_from: from, affected_to: to,
      detected_by_client: form.detected === undefined ? null : form.detected === 'yes', compensating: form.compensating, discussed_with: form.discussed_with, discussed_on: on,
    },
  }
}

/** Whether the client agrees to the facts, in the release they read; who disputes them says what is not so. */
export function readPosition(body: unknown): { position: 'agreed' | 'disputed', words: string, release: number | null } {
  const form = readForm(z.object({ release: z.coerce.number().int().nullable().catch(null), position: z.enum(['agreed', 'disputed'], 'Say whether the facts are right.'), words: text(2000) }), body)
  if (form.position === 'disputed' && form.words === '') throw new Invalid({ words: 'Say what is not so, and which evidence shows it.' })
  return form
}

/** The criterion that no control meets. */
export function readCriterion(body: unknown): string {
  return readForm(z.object({ criterion: z.string('Choose a criterion.') }), body).criterion
}

/** Whether further items are selected, how many, and why. */
export function readExtension(body: unknown): { size: number, reason: string } {
  const form = readForm(z.object({ choice: z.enum(['extend', 'none'], 'Say whether further items are selected.'), size: z.coerce.number('Say how many further items, as a whole number.').int('Say how many further items, as a whole number.').optional(), reason: z.string('Say why; the reason stays on record.').max(2000, 'Keep it under 2,000 characters.') }), body)
  if (form.choice === 'none') return { size: 0, reason: form.reason }
  if (form.size === undefined || form.size < 1) throw new Invalid({ size: 'Say how many further items, as a whole number.' })
  return { size: form.size, reason: form.reason }
}

const memo = z.string('Write the memo: what was weighed, and why it comes to this.').max(10_000, 'Keep the memo under 10,000 characters.')
const read = z.coerce.number('The form is incomplete. Load it again.').int().min(0)

export function readEffect(body: unknown): { criterion: string, version: number, effect: EffectKind, memo: string } {
  return readForm(z.object({ criterion: z.string('The form is incomplete. Load it again.'), version: read, effect: z.enum(Object.keys(effects) as EffectKind[], 'Say what the criterion comes to.'), memo }), body)
}

export function readOpinion(body: unknown): { version: number, kind: OpinionKind, memo: string } {
  return readForm(z.object({ version: read, kind: z.enum(Object.keys(opinions) as OpinionKind[], 'Choose the opinion.'), memo }), body)
}

export function readReason(body: unknown): string {
  return readForm(z.object({ reason: z.string('Say why there is no exception after all; the reason stays on record.').max(2000, 'Keep the reason under 2,000 characters.') }), body).reason
}

export function readEvaluation(body: unknown): string {
  return readForm(z.object({ evaluation: z.string('Write down how the exception was weighed.').max(5000, 'Keep the evaluation under 5,000 characters.') }), body).evaluation
}

/** Management's response, or the word that none is given. */
export function readResponse(body: unknown): Response {
  const form = readForm(z.object({ answer: z.enum(['respond', 'decline'], 'Say whether you respond.'), text: text(5000), remediation_text: text(2000), remediation: day }), body)
  if (form.answer === 'decline') return { declined: true, text: form.text, remediationOn: null }
  if (form.text === '') throw new Invalid({ text: 'Write the response, or choose to give none.' })
  return { declined: false, text: form.text, remediation: form.remediation_text, remediationOn: readDay('remediation', form.remediation) }
}

function readDay(field: string, typed: string | undefined): string | null {
  if (typed === undefined) return null
  if (!isDay(typed)) throw new Invalid({ [field]: 'Give a day of the calendar, such as 2026-08-31, or leave it empty.' })
  return typed
}
