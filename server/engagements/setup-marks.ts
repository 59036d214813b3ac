import { createHash } from 'node:crypto'
import type { Examined } from './setup-scope.ts'
import type { SubserviceFields } from './setup-store.ts'

/** A short hash of some parts of the scope, to see whether two people had the same before them. */
export function scopeMark(examined: Examined, keys: readonly (keyof Examined)[]): string {
  return short(keys.toSorted((a, b) => a < b ? -1 : 1).map((key) => [key, key === 'categories' ? examined.categories.toSorted((a, b) => a < b ? -1 : 1) : examined[key]]))
}

/** The same of a subservice organization's own fields. */
export function subserviceMark({ name, service, method, criteria, monitorId }: SubserviceFields): string {
  return short([name, service, method, criteria, monitorId])
}

function short(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}
