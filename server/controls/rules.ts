import type { ControlTable, Frequency } from '../database/schema/controls.ts'
import { Refused } from '../errors.ts'
import type { Role } from '../scope.ts'
import { criteriaInScope, criterion, orderCriteria } from './criteria.ts'

export const frequencyWords: Readonly<Record<Frequency, string>> = {
  annual: 'Yearly',
  semiannual: 'Twice a year',
  quarterly: 'Quarterly',
  monthly: 'Monthly',
  semimonthly: 'Twice a month',
  weekly: 'Weekly',
  daily: 'Daily',
  multiple_daily: 'Many times a day',
  event_driven: 'At each event',
  continuous: 'Continuous',
}

export const typeWords: Readonly<Record<ControlTable['type'], string>> = {
  preventive: 'Preventive',
  detective: 'Detective',
  corrective: 'Corrective',
}

export const natureWords: Readonly<Record<ControlTable['nature'], string>> = {
  manual: 'Manual',
  automated: 'Automated',
  it_dependent_manual: 'IT-dependent manual',
}

export const riskWords: Readonly<Record<'low' | 'moderate' | 'high', string>> = { low: 'Low', moderate: 'Moderate', high: 'High' }

/** 'At each event, yearly': one phrase for all frequencies of a control, or a dash for none. */
export function frequencyPhrase(frequencies: readonly Frequency[]): string {
  const order = Object.keys(frequencyWords)
  const words = frequencies.toSorted((a, b) => order.indexOf(b) - order.indexOf(a)).map((one) => frequencyWords[one])
  return words.length === 0 ? '–' : words.map((word, index) => index === 0 ? word : word.toLowerCase()).join(', ')
}

const addresses: ReadonlySet<string> = new Set(['new', 'imports', 'export.csv', 'export.xlsx', 'wordings', 'frequencies'])

/** Whether a control cannot have that number, because a page of the portal has that address. */
export function isReserved(number: string): boolean {
  return addresses.has(number.toLowerCase())
}

const collator = new Intl.Collator('en', { numeric: true })

/** Natural order of control numbers: AC-2 before AC-10. */
export function compareNumbers(left: string, right: string): number {
  return collator.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0)
}

/** The ids in a text such as 'CC6.2, cc6.3': split at commas, semicolons and spaces, in capitals, each once, in natural order. */
export function parseCriteria(text: string): string[] {
  return orderCriteria(text.split(/[\s,;]+/).filter((id) => id !== '').map((id) => id.toUpperCase()))
}

/** Why these criteria cannot be a control's in an engagement with these categories, or null when they can. */
export function criteriaProblem(ids: readonly string[], categories: readonly string[]): string | null {
  if (ids.length === 0) return 'Name at least one criterion, for example CC6.2.'
  const unknown = ids.filter((id) => criterion(id) === undefined)
  if (unknown.length > 0) return `${list(unknown)} ${unknown.length === 1 ? 'is not a criterion' : 'are not criteria'} of the 2017 trust services criteria.`
  const inScope = new Set(criteriaInScope(categories).map(({ id }) => id))
  const outside = ids.filter((id) => !inScope.has(id))
  if (outside.length === 0) return null
  return `${list(outside)} ${outside.length === 1 ? 'belongs to a category that is' : 'belong to categories that are'} not in the scope of this engagement.`
}

/** Why somebody in this role may not enter new wording, or null. `everConfirmed`: the lead has confirmed a version before. */
export function rewordProblem(role: Role | null, everConfirmed: boolean): string | null {
  if (role === 'lead' || !everConfirmed) return null
  return 'The compliance lead has confirmed this control’s wording, so from now on only the lead changes it. Ask them for the change you need.'
}

/** Throws Refused unless `version` is the current wording and nobody has confirmed it yet. */
export function checkConfirmation(current: { readonly version: number, readonly confirmed: boolean }, version: number): void {
  if (current.version !== version) throw new Refused('The wording was changed since you read it. Read the new wording before you confirm it.')
  if (current.confirmed) throw new Refused('This wording is confirmed already.')
}

/** Why these wordings cannot be confirmed as they were read, naming each control, or null. */
export function wordingsProblem(controls: readonly { readonly number: string, readonly wordingVersion: number, readonly confirmed: boolean }[], read: readonly { readonly number: string, readonly version: number }[]): string | null {
  const stale = read.filter(({ number, version }) => controls.find((control) => control.number === number)?.wordingVersion !== version).map(({ number }) => number)
  if (stale.length > 0) return `The wording of ${list(stale)} was changed since you read it. Nothing was confirmed; read the new wording below.`
  const done = read.filter(({ number }) => controls.find((control) => control.number === number)!.confirmed).map(({ number }) => number)
  return done.length > 0 ? `The wording of ${list(done)} is confirmed already. Nothing was changed.` : null
}

function list(ids: readonly string[]): string {
  return ids.length < 2 ? ids.join('') : `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`
}
