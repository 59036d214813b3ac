import { z } from 'zod'
import type { SeenPart } from '../database/schema/evidence.ts'
import { readDay } from '../requests/draft.ts'
import { readForm, several } from '../web/form.ts'
import { seenParts, type ReviewRecord } from './acceptance.ts'

const notedForm = z.object({
  seen: several(z.string()).transform((parts) => parts.filter((part): part is SeenPart => Object.hasOwn(seenParts, part))),
  documentVersion: z.string().max(100, 'Keep the version under 100 characters.').default(''),
  approver: z.string().max(200, 'Keep the name under 200 characters.').default(''),
  effective: z.string().optional(),
})

/** What a reviewer noted, or null when the form asks for nothing of it; throws Invalid for a day that is none. */
export function readNoted(body: unknown): ReviewRecord | null {
  const { seen, documentVersion, approver, effective } = readForm(notedForm, body)
  if (seen.length === 0 && documentVersion === '' && approver === '' && effective === undefined) return null
  return { seen: [...new Set(seen)], documentVersion, approver, effectiveOn: effective === undefined ? null : readDay('effective', effective) }
}
