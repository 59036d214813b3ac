import { z } from 'zod'
import type { ControlTable, Frequency } from '../database/schema/controls.ts'
import { readDay } from '../sheets/days.ts'
import { several } from '../web/form.ts'
import { frequencyWords, isReserved, natureWords, parseCriteria, riskWords, typeWords } from './rules.ts'
import type { Control, ControlFields } from './store.ts'

const number = z.string('Enter the client’s own number of the control, for example AC-04.')
  .max(20, 'A number has at most 20 characters.')
  .regex(/^[\p{L}\p{N}][^\s\\]*$/u, 'A number starts with a letter or digit and has no spaces, for example AC-04.')
  .refine((text) => !isReserved(text), 'Choose another number: this one is an address of the portal.')
const text = z.string('Enter the wording: who does what, how often, on what, leaving what evidence.').max(5000, 'A wording has at most 5,000 characters.')
const source = z.string('Say where the wording comes from, for example “Control list, sheet 2, sent by Joel Castellanos on Sep 3”.').max(500, 'The source has at most 500 characters.')
const day = z.string().optional().transform((text, context) => {
  const found = text === undefined ? null : readDay(text)
  if (text !== undefined && found === null) context.addIssue({ code: 'custom', message: 'Enter the day as year-month-day, such as 2026-03-15.' })
  return found
})
const version = z.coerce.number('This form is out of date. Open the control again.').int().positive()

const described = z.object({
  ownerTitle: z.string('Enter the title of the person who answers for the control, for example IT Operations Manager.').max(200, 'A title has at most 200 characters.'),
  ownerId: z.uuid('Choose the owner from the list.').optional().transform((id) => id ?? null),
  frequencies: several(z.enum(keys(frequencyWords), 'Choose from the list.')).refine((chosen) => chosen.length > 0, 'Say how often the control runs.'),
  type: z.enum(keys(typeWords), 'Say what the control does: prevent, detect or correct.'),
  nature: z.enum(keys(natureWords), 'Say whether people, a system or both carry the control out.'),
  risk: z.enum(keys(riskWords), 'Choose the risk.'),
  criteria: z.string('Name at least one criterion, for example CC6.2.').transform(parseCriteria),
  keySystems: z.string().max(500, 'The systems have at most 500 characters.').default(''),
  ipe: z.string().max(2000, 'The reports have at most 2,000 characters.').default('').transform(linesOf),
  effectiveFrom: day, effectiveTo: day,
  replaces: z.string().max(20, 'A number has at most 20 characters.').optional().transform((number) => number ?? null),
})

export const newControl = described.extend({ number, text, source })
export const changedControl = described.extend({ version })
export const firmWording = z.object({ text, source, version })
export const leadWording = z.object({ text, source: source.optional().transform((said) => said ?? 'Written by the compliance lead'), version })
export const confirmation = z.object({ version })

/** What the fields of a form say of a control that stands. */
export function formValues(control: Control): Record<string, string | readonly string[]> {
  const { ownerTitle, ownerId, frequencies, type, nature, risk, criteria, version, keySystems, ipe, effectiveFrom, effectiveTo, replaces } = control
  return {
    ownerTitle, ownerId: ownerId ?? '', frequencies, type, nature, risk, criteria: criteria.join(', '), version: String(version),
    keySystems, ipe: ipe.join('\n'), effectiveFrom: effectiveFrom ?? '', effectiveTo: effectiveTo ?? '', replaces: replaces ?? '',
  }
}

/** The part of a form that is the control itself. */
export function fieldsOf({ ownerTitle, ownerId, frequencies, type, nature, risk, criteria, keySystems, ipe, effectiveFrom, effectiveTo, replaces }: ControlFields): ControlFields {
  return { ownerTitle, ownerId, frequencies, type, nature, risk, criteria, keySystems, ipe, effectiveFrom, effectiveTo, replaces }
}

/** The lines of a text, trimmed, each once, without blank ones. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))]
}

function keys<T extends Frequency | ControlTable['type'] | ControlTable['nature'] | 'low' | 'moderate' | 'high'>(words: Readonly<Record<T, string>>): [T, ...T[]] {
  return Object.keys(words) as [T, ...T[]]
}
