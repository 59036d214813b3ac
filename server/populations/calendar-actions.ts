import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { Every } from '../database/schema/populations.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { counted } from '../sheets/table.ts'
import { record } from '../trail/record.ts'
import { everyWords, expectedItems, type Expected } from './calendar.ts'
import { deleteOmission, insertCalendar, insertOmissions, listOmissions, setList, writeItems } from './calendar-store.ts'
import { populationNumber } from './rules.ts'
import { findPopulation, type PopulationRow } from './store.ts'

export type CalendarPlan = { readonly name: string, readonly occurrence: string, readonly every: Every, readonly controlIds: readonly string[] }

/** Makes the population of a periodic control from the engagement's period; an auditor still has to confirm it. Returns its number. */
export async function makeCalendar(site: Site, scope: EngagementScope, plan: CalendarPlan): Promise<number> {
  if (plan.controlIds.length === 0) throw new Invalid({ control: 'Choose the controls that were due at these times.' })
  const items = expectedOf(scope, plan.every)
  if (items.length === 0) throw new Invalid({ every: `No ${everyWords[plan.every].noun} ends inside the period, so nothing was due.` })
  return await inScope(site.db, scope, async (trx) => {
    const number = await takeNumber(trx, scope.engagement.id, 'population')
    const id = await insertCalendar(trx, scope, { number, ...plan })
    const sha256 = await writeItems(trx, scope, id, items, sentenceOf(plan.every, items.length, 0))
    await record(trx, scope, { kind: 'calendar.made', facts: { populationId: id, number, every: plan.every, items: items.length, sha256 }, detail: { name: plan.name, occurrence: plan.occurrence } })
    return number
  })
}

/** Leaves out what the control was not due on, such as bank holidays, as the client explained and the auditor agrees. */
export async function leaveOut(site: Site, scope: EngagementScope, number: number, keys: readonly string[], reason: string): Promise<void> {
  if (keys.length === 0) throw new Invalid({ keys: 'Give the keys to leave out, one a line, such as 2026-02-16.' })
  await inScope(site.db, scope, async (trx) => {
    const calendar = await lockCalendar(trx, scope, number)
    const expected = new Set(expectedOf(scope, calendar.every!).map(({ key }) => key))
    const before = new Set((await listOmissions(trx, scope, calendar.id)).map(({ key }) => key))
    const unknown = keys.filter((key) => !expected.has(key))
    if (unknown.length > 0) throw new Invalid({ keys: `${unknown.slice(0, 3).join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not among the expected items, so there is nothing to leave out.` })
    const fresh = [...new Set(keys)].filter((key) => !before.has(key))
    if (fresh.length === 0) return
    if (before.size + fresh.length === expected.size) throw new Invalid({ keys: 'Nothing would be left. If the control was never due, it needs no population.' })
    await insertOmissions(trx, scope, calendar.id, fresh, reason)
    await rewrite(trx, scope, calendar)
    await record(trx, scope, { kind: 'calendar.left_out', facts: { populationId: calendar.id, number, keys: fresh }, detail: { reason } })
  })
}

/** Puts back what had been left out. */
export async function putBack(site: Site, scope: EngagementScope, number: number, key: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const calendar = await lockCalendar(trx, scope, number)
    if (!await deleteOmission(trx, scope, calendar.id, key)) throw new Refused(`${key} is among the expected items by now, so there is nothing to put back.`)
    await rewrite(trx, scope, calendar)
    await record(trx, scope, { kind: 'calendar.put_back', facts: { populationId: calendar.id, number, key } })
  })
}

/** Matches the calendar with a client's list, whose acceptance then confirms it; null takes the list off again. */
export async function matchList(site: Site, scope: EngagementScope, number: number, listNumber: number | null): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const calendar = await lockCalendar(trx, scope, number)
    const list = listNumber === null ? null : await findPopulation(trx, scope, listNumber)
    if (list && (list.source !== 'file' || list.reading !== 'done')) throw new Invalid({ list: `${populationNumber(list.number)} is no list that has been read.` })
    if (calendar.list_id === (list?.id ?? null)) return
    await setList(trx, scope, calendar.id, list?.id ?? null)
    await record(trx, scope, { kind: 'calendar.matched', facts: { populationId: calendar.id, number, listId: list?.id ?? null } })
  })
}

function expectedOf({ engagement: { periodStart, periodEnd } }: EngagementScope, every: Every): Expected[] {
  if (periodStart === null || periodEnd === null) throw new Refused('A Type 1 engagement looks at one day, so no calendar of occurrences belongs to it.')
  return expectedItems(every, { start: periodStart, end: periodEnd })
}

async function lockCalendar(trx: Tx, scope: EngagementScope, number: number): Promise<PopulationRow> {
  const calendar = await findPopulation(trx, scope, number, true)
  if (calendar.source !== 'calendar') throw new NotFound()
  if (calendar.status !== 'checking') throw new Refused(`${populationNumber(number)} is ${calendar.status}, so its calendar stays as it was confirmed.`)
  return calendar
}

async function rewrite(trx: Tx, scope: EngagementScope, calendar: PopulationRow): Promise<void> {
  const out = new Set((await listOmissions(trx, scope, calendar.id)).map(({ key }) => key))
  const items = expectedOf(scope, calendar.every!).filter(({ key }) => !out.has(key))
  await writeItems(trx, scope, calendar.id, items, sentenceOf(calendar.every!, items.length, out.size))
}

function sentenceOf(every: Every, items: number, out: number): string {
  return `${counted(items, everyWords[every].noun)} expected in the period${out === 0 ? '' : `, ${out} left out as agreed`}. One without a record remains an item.`
}
