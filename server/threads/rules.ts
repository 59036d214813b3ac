import type { RequestStatus } from '../database/schema/requests.ts'
import { Invalid, Refused } from '../errors.ts'

/** Somebody who may be called into a thread by name. */
export type Reader = { readonly id: string, readonly name: string }

/** The most characters a comment may have. */
export const LONGEST_COMMENT = 5000

/** The text of a comment as it is kept; throws Invalid for `text`. */
export function readText(typed: string | undefined): string {
  const text = (typed ?? '').replaceAll('\r\n', '\n').replaceAll('\0', '').trim()
  if (text === '') throw new Invalid({ text: 'Write something first.' })
  if (text.length > LONGEST_COMMENT) throw new Invalid({ text: `Keep it under ${LONGEST_COMMENT.toLocaleString('en-US')} characters; this has ${text.length.toLocaleString('en-US')}.` })
  return text
}

/**
 * Whom a text calls by `@` and a name, out of those who may read it: the whole name in any case, or the first name where
 * only one of them bears it. An address in the text is no call.
 */
export function mentionsIn<R extends Reader>(text: string, readers: readonly R[]): R[] {
  const calls = [...text.matchAll(/(?<![\p{L}\p{N}._%+-])@(?=\p{L})/gu)].map((match) => fold(text.slice(match.index + 1)))
  const found = new Set<string>()
  for (const call of calls) {
    const whole = readers.filter(({ name }) => startsWithName(call, fold(name)))
    const longest = Math.max(...whole.map(({ name }) => name.length))
    const named = whole.length > 0 ? whole.filter(({ name }) => name.length === longest) : readers.filter(({ name }) => startsWithName(call, fold(name.split(/\s+/)[0] ?? '')))
    if (named.length === 1) found.add(named[0]!.id)
  }
  return readers.filter(({ id }) => found.has(id))
}

/** Throws Refused where the client may not be written to: they know nothing of a draft. */
export function refuseUnknownToClient(status: RequestStatus): void {
  if (status === 'draft') throw new Refused('The client does not see this draft yet. Issue it first, or write an internal note.')
}

/** Who of the client answers a question now: its owner, or the lead while it is theirs, is closed, or its owner has left. */
export function asksLead(status: RequestStatus, hasOwner: boolean): boolean {
  return !hasOwner || ['client_review', 'accepted', 'not_applicable', 'cancelled'].includes(status)
}

function startsWithName(call: string, name: string): boolean {
  return name !== '' && call.startsWith(name) && !/^[\p{L}\p{N}]/u.test(call.slice(name.length))
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ')
}
