import { z } from 'zod'
import { Invalid } from '../errors.ts'

/** What a form shows again: what was typed, what was wrong with which field, and the list for the error summary. */
export type FormState = {
  readonly values: Readonly<Record<string, string | readonly string[]>>
  readonly errors: Readonly<Record<string, string>>
  readonly summary: readonly { readonly field: string, readonly message: string }[]
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The typed value of a form. Texts are trimmed and an empty field counts as missing, so a schema says
 * `z.string('Enter the ask')` for a field that must be filled and `.optional()` for one that may stay empty.
 * Throws `Invalid` with one sentence for each field.
 */
export function readForm<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(cleaned(body))
  if (result.success) return result.data
  const fields: Record<string, string> = {}
  for (const issue of result.error.issues) fields[String(issue.path[0] ?? 'form')] ??= issue.message
  throw new Invalid(fields)
}

/** A field that may come several times (checkboxes): always a list, also for one value or none. */
export function several<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => value === undefined ? [] : Array.isArray(value) ? value : [value], z.array(item))
}

/** A checkbox: true when it was ticked. */
export function ticked() {
  return z.preprocess((value) => value !== undefined, z.boolean())
}

/** What a template needs to show a form: first with the values it starts from, then with what was typed and why it was refused. */
export function formState(body: unknown = {}, error?: Invalid): FormState {
  const errors = error?.fields ?? {}
  return {
    values: shown(body),
    errors,
    summary: Object.entries(errors).map(([field, message]) => ({ field, message })),
  }
}

function cleaned(body: unknown): Record<string, unknown> {
  if (body === null || body === undefined) return {}
  if (typeof body !== 'object' || Array.isArray(body)) throw new Invalid({ form: 'This form could not be read. Send it again.' })
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body)) {
    if (forbidden.has(name)) throw new Invalid({ form: 'This form could not be read. Send it again.' })
    const clean = Array.isArray(value) ? value.map(trimmed).filter((item) => item !== '') : trimmed(value)
    if (clean !== '') values[name] = clean
  }
  return values
}

function trimmed(value: unknown): unknown {
  // Nobody types a NUL, and the database holds none in a text.
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').replaceAll('\0', '').trim() : value
}

function shown(body: unknown): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(body ?? {})) {
    if (forbidden.has(name) || value === null || value === undefined) continue
    values[name] = Array.isArray(value) ? value.map(String) : String(value)
  }
  return values
}
