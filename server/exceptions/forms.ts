import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { readForm } from '../web/form.ts'
import { causeTypes, spreads } from './rules.ts'
import type { Description, Response } from './store.ts'

const text = (most: number) => z.string().max(most, `Keep it under ${most.toLocaleString('en-US')} characters.`).default('')

/** What was found, and the version of the exception the person was looking at. */
export function readDescription(body: unknown): { version: number, description: Description } {
  const form = readForm(z.object({
    version: z.coerce.number('The form is incomplete. Load it again.').int(),
    problem: text(500), cause: text(2000), compensating: text(2000),
    cause_type: z.enum(Object.keys(causeTypes) as ['people', 'process', 'system', 'design']).optional(),
    spread: z.enum(Object.keys(spreads) as ['isolated', 'systematic']).optional(),
  }), body)
  return {
    version: form.version,
    description: { problem: form.problem.replace(/\.$/, ''), cause: form.cause, compensating: form.compensating, cause_type: form.cause_type ?? null, spread: form.spread ?? null },
  }
}

/** Whether the client agrees to the facts, in the version they read; who disputes them says what is not so. */
export function readPosition(body: unknown): { position: 'agreed' | 'disputed', words: string, version: number | null } {
  const form = readForm(z.object({ version: z.coerce.number().int().nullable().catch(null), position: z.enum(['agreed', 'disputed'], 'Say whether the facts are right.'), words: text(2000) }), body)
  if (form.position === 'disputed' && form.words === '') throw new Invalid({ words: 'Say what is not so, and which evidence shows it.' })
  return form
}

export function readReason(body: unknown): string {
  return readForm(z.object({ reason: z.string('Say why there is no exception after all; the reason stays on record.').max(2000, 'Keep the reason under 2,000 characters.') }), body).reason
}

export function readEvaluation(body: unknown): string {
  return readForm(z.object({ evaluation: z.string('Write down how the exception was weighed.').max(5000, 'Keep the evaluation under 5,000 characters.') }), body).evaluation
}

/** Management's response, or the word that none is given. */
export function readResponse(body: unknown): Response {
  const form = readForm(z.object({ answer: z.enum(['respond', 'decline'], 'Say whether you respond.'), text: text(5000), remediation: z.string().optional() }), body)
  if (form.answer === 'decline') return { declined: true, text: form.text, remediationOn: null }
  if (form.text === '') throw new Invalid({ text: 'Write the response, or choose to give none.' })
  return { declined: false, text: form.text, remediationOn: form.remediation === undefined ? null : readDay(form.remediation) }
}

function readDay(day: string): string {
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' }).toString()
  } catch {
    throw new Invalid({ remediation: 'Give a day of the calendar, such as 2026-08-31, or leave it empty.' })
  }
}
