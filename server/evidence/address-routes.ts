import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import { NotFound } from '../errors.ts'
import { parseRequestNumber, requestNumber } from '../requests/rules.ts'
import { idIn } from '../web/address.ts'
import { readForm } from '../web/form.ts'

const kept = z.object({ list: z.string().max(2000).catch(''), version: z.coerce.number().int().positive().nullable().catch(null) })

/** The number of the request in the address; throws NotFound. */
export function numberOf(request: FastifyRequest): number {
  const number = parseRequestNumber((request.params as { number: string }).number)
  if (number === null) throw new NotFound()
  return number
}

/** The id of the file in the address; throws NotFound. */
export function fileOf(request: FastifyRequest): string {
  return idIn(request, 'file')
}

/** The page of the request, with the list it was opened from and, where given, one of its files. */
export function addressOf(request: FastifyRequest, file: string | null = null): string {
  const { list } = readForm(kept, request.body)
  const parts = new URLSearchParams({ ...file === null ? {} : { file }, ...list === '' ? {} : { list } }).toString()
  return `/engagements/${engagementScope(request).engagement.id}/requests/${requestNumber(numberOf(request))}${parts === '' ? '' : `?${parts}`}`
}

/** What a form says of the page it stood on: as the query that shows it again. */
export function queryOf(request: FastifyRequest, file: string | null = null): Record<string, string> {
  const { list } = readForm(kept, request.body)
  return { list, ...file === null ? {} : { file } }
}

/** The version the person looked at, or null. */
export function versionOf(request: FastifyRequest): number | null {
  return readForm(kept, request.body).version
}
