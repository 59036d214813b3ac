import type { TestApp } from '../support/app.ts'
import type { Member, Team } from '../support/cast.ts'
import { makeBench, setResult, type Bench } from '../support/testing.ts'
import { readTrail } from '../testing/reading.ts'

export const description = { problem: 'access was removed {late}', cause: 'The ticket was filed late', cause_type: 'people', spread: 'isolated', isolated_basis: 'No other ticket was late', intent: 'not_intentional', compensating: 'Accounts stood unused' }
export const secret = 'Weighed against the tolerable rate'

/** A test of ten leavers of whom the first two deviate, and the exception that stands for it. */
export async function findIn(testApp: TestApp, ours: Team, number: string): Promise<{ here: string, number: string, bench: Bench }> {
  const bench = await makeBench(testApp, ours, { number })
  await setResult(ours.staff, ours, bench.line, bench.draw.items[0]!.id, 'A', 'deviation', { note: '3 business days' })
  await setResult(ours.staff, ours, bench.line, bench.draw.items[1]!.id, 'A', 'deviation', { note: '6 business days' })
  for (const { id } of bench.draw.items.slice(2)) await setResult(ours.staff, ours, bench.line, id, 'A', 'pass')
  const opened = (await readTrail(testApp, ours)).findLast(({ kind }) => kind === 'exception.opened')!
  const name = `E-${String(opened.facts['number']).padStart(2, '0')}`
  return { here: `${ours.base}/exceptions/${name}`, number: name, bench }
}

/** Saves a description over the version that stands. */
export async function describe(member: Member, here: string, change: Record<string, string> = {}) {
  return await member.post(`${here}/description`, { ...description, ...change, version: await versionOf(member, here) })
}

export async function versionOf(member: Member, here: string): Promise<string> {
  return (await member.get(here)).body.match(/name="version" value="(\d+)"/)?.[1] ?? '1'
}
