import { z } from 'zod'
import type { Place } from './rules.ts'

const symbol = z.string('Choose a sign.').trim().min(1, 'Choose a sign.').max(4, 'Choose a sign.')
// Finer than any pixel; the database keeps a place in single precision and takes no smaller part of it.
const percent = z.coerce.number('Give a number from 0 to 100.').min(0, 'Give a number from 0 to 100.').max(100, 'Give a number from 0 to 100.').transform((value) => Math.round(value * 10_000) / 1_000_000)
const line = z.coerce.number('Give a line by its number.').int('Give a line by its number.').min(1, 'Lines are counted from 1.').max(2_000_000_000, 'Give a line by its number.')
const note = z.string().trim().max(500, 'Keep it under 500 characters.').default('')

const spot = z.object({ leaf: z.coerce.number().int().min(1).max(1_000_000), left: percent, top: percent, width: percent, height: percent })
  .transform((place): Place => place)
const lines = z.object({ first: line, last: z.union([z.literal('').transform(() => null), line]).optional() })
  .refine(({ first, last }) => last === null || last === undefined || last >= first, { path: ['last'], error: 'The last line comes before the first.' })
  .transform(({ first, last }): Place => ({ first, last: last ?? first }))

/** A tickmark as the page sends it: a sign, a note, and a spot in per cent of the page or lines by number. */
export const markForm = z.object({ symbol, note }).and(z.object({ first: z.unknown().optional() }).loose().transform((body, context): { place: Place } => {
  const read = (body.first === undefined ? spot : lines).safeParse(body)
  if (read.success) return { place: read.data }
  for (const issue of read.error.issues) context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
  return z.NEVER
}))

export const legendForm = z.object({
  symbol: z.string('Give the sign.').trim().min(1, 'Give the sign.').max(4, 'A sign has at most four characters.'),
  meaning: z.string('Say what it means.').trim().min(1, 'Say what it means.').max(200, 'Keep it under 200 characters.'),
})
