import { createHash } from 'node:crypto'
import { Refused } from '../errors.ts'
import { figure } from '../sheets/table.ts'

export function isBlank(key: string): boolean {
  return key.trim() === ''
}

export function hasLineBreak(key: string): boolean {
  return key.includes('\n') || key.includes('\r')
}

/** Refuses keys from which no draw could be repeated: blank, repeated, with a line break, or not writable as UTF-8. */
export function refuseBadKeys(keys: readonly string[]): void {
  const seen = new Map<string, number>()
  for (const [index, key] of keys.entries()) {
    const place = `key ${figure(index + 1)}`
    if (isBlank(key)) throw new Refused(`The keys of the population cannot be drawn from: ${place} is blank.`)
    if (hasLineBreak(key)) throw new Refused(`The keys of the population cannot be drawn from: ${place} has a line break inside.`)
    if (!key.isWellFormed() || key.includes('\0')) throw new Refused(`The keys of the population cannot be drawn from: ${place} holds a character that UTF-8 text cannot.`)
    const earlier = seen.get(key)
    if (earlier !== undefined) throw new Refused(`The keys of the population cannot be drawn from: keys ${figure(earlier + 1)} and ${figure(index + 1)} are both “${key}”.`)
    seen.set(key, index)
  }
}

/** The bytes of keys.txt as text: the keys in scope as they stand in the file, in file order, a line feed after each. */
export function keysText(keys: Iterable<string>): string {
  let text = ''
  for (const key of keys) text += `${key}\n`
  return text
}

/** SHA-256 of keys.txt, hexadecimal. */
export function keysHash(keys: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const key of keys) hash.update(`${key}\n`)
  return hash.digest('hex')
}
