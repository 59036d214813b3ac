import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { readForm } from '../web/form.ts'
import { periodics, risks, type Policy } from './frequency.ts'
import { percentField, wholeField } from './number-fields.ts'
import { percentTyped } from './rates.ts'

/** The rows of sizes in the order of the form: periodic controls, then events. */
export const sizeRows = [...periodics, 'events', 'shares'] as const
export type SizeRow = (typeof sizeRows)[number]
export const sizeWords: Readonly<Record<SizeRow, string>> = {
  annual: 'Annual', semiannual: 'Semiannual', quarterly: 'Quarterly', monthly: 'Monthly', semimonthly: 'Semimonthly', weekly: 'Weekly', daily: 'Daily',
  events: 'Many a day, or by event', shares: 'Percent of fewer events',
}
type Trio = readonly [number, number, number]

const cells = sizeRows.flatMap((row) => risks.map((risk) => [`${row}-${risk}`, wholeField(`${sizeWords[row]}, ${risk},`, 1, row === 'shares' ? 100 : 5000)] as const))
const numbers = z.object(Object.fromEntries(cells))
const others = z.object({
  large: wholeField('The number from which events have a fixed size', 2, 100_000),
  fewest: wholeField('The fewest events', 1, 1000),
  confidence: percentField('confidence', 50, 99.9),
  tolerable: percentField('tolerable rate', 0.1, 50),
  version: z.coerce.number('The form is incomplete. Load it again.').int().min(1),
})

/** Reads the policy as it was typed, with the version it was changed from; throws Invalid with one sentence for each field. */
export function readPolicy(body: unknown): { seen: number, policy: Omit<Policy, 'version'> } {
  const wrong: Record<string, string> = {}
  const sizes = attempt(() => readForm(numbers, body), wrong)
  const rest = attempt(() => readForm(others, body), wrong)
  const trio = (row: SizeRow): Trio => [sizes?.[`${row}-low`] ?? 0, sizes?.[`${row}-moderate`] ?? 0, sizes?.[`${row}-high`] ?? 0]
  if (sizes !== null) for (const row of sizeRows) refuseFalling(row, trio(row), wrong)
  if (rest !== null && rest.fewest >= rest.large) wrong['fewest'] = 'The fewest events are below the number from which events have a fixed size.'
  if (sizes === null || rest === null || Object.keys(wrong).length > 0) throw new Invalid(wrong)
  const { version: seen, ...terms } = rest
  return { seen, policy: { periodic: Object.fromEntries(periodics.map((one) => [one, trio(one)])) as unknown as Policy['periodic'], events: trio('events'), shares: trio('shares'), ...terms } }
}

/** The fields of the form as a policy fills them. */
export function policyValues(policy: Policy): Record<string, string> {
  const trios = { ...policy.periodic, events: policy.events, shares: policy.shares }
  return {
    ...Object.fromEntries(sizeRows.flatMap((row) => risks.map((risk, column) => [`${row}-${risk}`, String(trios[row][column])]))),
    large: String(policy.large), fewest: String(policy.fewest),
    confidence: percentTyped(policy.confidence), tolerable: percentTyped(policy.tolerable), version: String(policy.version),
  }
}

function refuseFalling(row: SizeRow, [low, moderate, high]: Trio, wrong: Record<string, string>): void {
  const words = (risk: string, least: number) => `${sizeWords[row]}, ${risk}: a higher risk takes no smaller sample than the ${least} before it.`
  if (moderate < low) wrong[`${row}-moderate`] ??= words('moderate', low)
  if (high < moderate) wrong[`${row}-high`] ??= words('high', moderate)
}

function attempt<T>(read: () => T, wrong: Record<string, string>): T | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    Object.assign(wrong, error.fields)
    return null
  }
}
