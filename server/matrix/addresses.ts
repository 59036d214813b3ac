import type { Opens } from './reading.ts'

/** '/engagements/…/controls/AC-01' */
export function hrefOf(base: string, folder: string, name: string): string {
  return `${base}/${folder}/${encodeURIComponent(name)}`
}

/** The address that opens what a number counts. */
export function addressOf(here: string, { result, part, attribute }: Opens): string {
  const query = new URLSearchParams({ ...result && { result }, ...part && { part }, ...attribute && { attribute } }).toString()
  return query === '' ? here : `${here}?${query}`
}
