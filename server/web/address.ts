import type { FastifyRequest } from 'fastify'
import { NotFound } from '../errors.ts'

/** Whether a text from an address could be an id at all; the database would take anything else for a fault. */
export function isId(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

/** The id that stands at `:name` of the address; throws NotFound, with these words where they say more. */
export function idIn(request: FastifyRequest, name: string, missing?: string): string {
  const id = (request.params as Record<string, string | undefined>)[name]
  if (!isId(id)) throw new NotFound(missing)
  return id
}
