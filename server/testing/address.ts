import type { FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import { NotFound } from '../errors.ts'
import type { Reference } from './actions.ts'
import { parseTestReference } from './rules.ts'

/** The test line in the address of a request; throws NotFound when it cannot be one. */
export function placeOf(request: FastifyRequest): Reference {
  const found = parseTestReference((request.params as { reference: string }).reference)
  if (!found) throw new NotFound()
  return found
}

/** Address of the page of that line. */
export function hereOf(request: FastifyRequest): string {
  const { reference } = request.params as { reference: string }
  return `/engagements/${engagementScope(request).engagement.id}/testing/${encodeURIComponent(reference)}`
}
