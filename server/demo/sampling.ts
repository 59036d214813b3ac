import { accept, returnSubmission, startReview } from '../evidence/actions.ts'
import { decideFile } from '../evidence/file-actions.ts'
import { listItems, type SampleItem } from '../evidence/items-store.ts'
import { acceptPopulation } from '../populations/actions.ts'
import { makeCalendar, matchList } from '../populations/calendar-actions.ts'
import { drawSample } from '../populations/draw-actions.ts'
import { findControlIds } from '../requests/store.ts'
import { planLine } from '../testing/plan-actions.ts'
import { findLine } from '../testing/store.ts'
import { act, type Act } from './acts.ts'
import { answer, draftOf, findSent, type Sent } from './answers.ts'
import { askOf } from './asks.ts'
import { clock, plusBusinessDays, zone } from './calendar.ts'
import { calendars, drawings, type Drawing } from './draws.ts'
import { populationOf } from './gathering.ts'
import type { Row } from './list.ts'
import { accessReviewRecord } from './people-records.ts'
import type { EvidenceRecord } from './record.ts'
import { samplePlans } from './sample-plans.ts'
import { screen } from './screens.ts'
import { ownerOf } from './settling.ts'
import { as, look, type Stage } from './stage.ts'

/** An item of a sample and what its owner sends for it. */
export type Item = { readonly item: SampleItem, readonly record: EvidenceRecord }

type Calendar = (typeof calendars)[number]

/** The calendars of periodic controls: made when fieldwork begins, matched with the client's list where there is one, confirmed. */
export function makeCalendars(stage: Stage): Act[] {
  const { site, deeds } = stage
  const minute = (day: string, from: number, index: number) => `${day}:${String(from + index * 2).padStart(2, '0')}`
  return calendars.flatMap((calendar, index) => [
    act(minute('2026-10-06 09', 5, index), async (at) => {
      if (await calendarOf(stage, calendar.name) === null) await makeCalendar(site, await as(stage, 'fischer', at), { name: calendar.name, occurrence: calendar.occurrence, every: calendar.every, controlIds: await controlsOf(stage, calendar) })
    }),
    calendar.list === undefined
      ? act(minute('2026-10-07 10', 10, index), async (at) => {
        const number = await knownCalendar(stage, calendar.name)
        await deeds.once('population.accepted', { number }, async () => acceptPopulation(site, await as(stage, 'bergstrom', at), number, ''))
      })
      : act(minute('2026-10-13 14', 5, index), async (at) => matchCalendar(stage, calendar, at)),
  ])
}

/** Plans the tests and draws for them, one request after the other. */
export function drawSamples(stage: Stage): Act[] {
  const { site, deeds } = stage
  const soon = (from: string, minutes: number) => new Date(clock(from).getTime() + minutes * 60_000)
  const planned = Object.entries(samplePlans).map(([reference, plan], index): Act => ({
    at: soon('2026-10-16 09:00', index * 7),
    run: async (at) => deeds.once('test.planned', { reference }, async () => planLine(site, await as(stage, index % 2 === 0 ? 'webb' : 'fischer', at), reference.split('.')[0]!, plan)),
  }))
  return [...planned, ...drawings.map((drawing, index): Act => ({ at: soon('2026-10-16 14:02', index * 8), run: async (at) => drawOnce(stage, drawing, at) }))]
}

/** The owners answer item by item, and each answer is looked at and accepted; the reviews of access only at the second attempt. */
export function answerSamples(stage: Stage): Act[] {
  return drawings.flatMap((drawing) => drawing.recordOf === null ? [] : answerItems(stage, drawing, drawing.request === 21 ? 2 : 1, drawing.recordOf))
}

/** The answer to one draw, its review and its acceptance. */
export function answerItems(stage: Stage, { request: number, printedAt, reviewer }: Pick<Drawing, 'request' | 'printedAt' | 'reviewer'>, version: number, recordOf: (row: Row, rank: number) => EvidenceRecord): Act[] {
  const { site, deeds } = stage
  const printed = clock(printedAt)
  const submittedAt = new Date(printed.getTime() + 47 * 60_000)
  const looked = plusBusinessDays(printedAt.slice(0, 10), 1)
  return [
    ...answer(stage, {
      number, version, openedAt: new Date(printed.getTime() + 6 * 60_000), submittedAt, ticks: askOf(number).checklist.length, files: async () => filesOf(await drawnFor(stage, number, recordOf)),
      statement: { system: askOf(number).system, query: '', by: ownerOf(number), at: printedAt.replace(' ', 'T'), zone, rows: null, edits: 'none' },
    }),
    act(`${looked} ${10 + (number % 6)}:${10 + number}`, async (at) => deeds.once('request.review_started', { number, version }, async () => startReview(site, await as(stage, reviewer, at), number))),
    act(`${plusBusinessDays(looked, 1)} ${10 + (number % 7)}:${12 + number}`, async (at) => deeds.once('request.accepted', { number }, async () => accept(site, await as(stage, reviewer, at), number, version))),
  ]
}

/** The first answer on access reviews: its sign-offs show no date, so every file goes back. */
export function returnUndated(stage: Stage): Act[] {
  const { site, deeds } = stage
  const [number, version] = [21, 1]
  const undated = async () => {
    const items = await drawnFor(stage, number, (row) => accessReviewRecord(row, false))
    return [...filesOf(items), { name: 'sign-offs.png', bytes: await screen('accesshub-signoff-undated'), itemId: items[0]!.item.id }]
  }
  const words = 'The sign-off screen has no date, so it cannot be compared with the day due. Please send the record of the review, which has it.'
  return [
    ...answer(stage, {
      number, version, openedAt: clock('2026-10-23 15:24'), submittedAt: clock('2026-10-23 15:58'), ticks: askOf(number).checklist.length, files: undated,
      statement: { system: 'AccessHub', query: '', by: ownerOf(number), at: '2026-10-23T15:20', zone, rows: null, edits: 'none' },
    }),
    act('2026-10-26 10:30', async (at) => deeds.once('request.review_started', { number, version }, async () => startReview(site, await as(stage, 'fischer', at), number))),
    act('2026-10-26 10:52', async (at) => deeds.once('request.returned', { number, version }, async () => {
      for (const { name } of await undated()) await decideFile(site, await as(stage, 'fischer', at), number, version, await findSent(stage, number, version, name), { decision: 'returned', reason: 'time_not_visible', words: 'No date on the sign-off.' })
      await returnSubmission(site, await as(stage, 'fischer', at), number, version, { reason: 'time_not_visible', words, dueOn: '2026-10-30' })
    })),
  ]
}

/** The items drawn for a request, each with its record. */
export async function drawnFor(stage: Stage, request: number, recordOf: (row: Row, rank: number) => EvidenceRecord): Promise<Item[]> {
  const items = await look(stage, async (trx, scope) => {
    const { draw_id: drawId } = await findLine(trx, scope, ...placeOf(drawingOf(request).tests[0]!))
    return await listItems(trx, scope, drawId!)
  })
  return items.map((item) => ({ item, record: recordOf(cellsOf(item), item.rank) }))
}

/** The cells of an item's row, by column. */
function cellsOf({ header, cells }: SampleItem): Row {
  return Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']))
}

function drawingOf(request: number): Drawing {
  return drawings.find((one) => one.request === request)!
}

async function drawOnce(stage: Stage, { request, tests, from, filter, n, reason, seed }: Drawing, at: Date): Promise<void> {
  const lines = await look(stage, async (trx, scope) => {
    const found = []
    for (const reference of tests) found.push(await findLine(trx, scope, ...placeOf(reference)))
    return found
  })
  if (lines[0]!.draw_id !== null) return
  const population = 'calendar' in from ? await knownCalendar(stage, from.calendar) : await populationOf(stage, from.request, from.version, from.file)
  await drawSample(stage.site, await as(stage, 'bergstrom', at), population, { testLineIds: lines.map(({ id }) => id), filter: filter ?? null, method: 'random', n, reason, request: { ...await draftOf(stage, askOf(request)), fills: request } }, seed)
}

async function matchCalendar(stage: Stage, { name, list }: Calendar, at: Date): Promise<void> {
  const number = await knownCalendar(stage, name)
  const listed = await populationOf(stage, list!.request, 1, list!.file)
  await stage.deeds.once('population.accepted', { number }, async () => matchList(stage.site, await as(stage, 'fischer', at), number, listed))
}

async function controlsOf(stage: Stage, { control }: Calendar): Promise<string[]> {
  return [...(await look(stage, async (trx, scope) => findControlIds(trx, scope, [control]))).values()]
}

async function knownCalendar(stage: Stage, name: string): Promise<number> {
  const number = await calendarOf(stage, name)
  if (number === null) throw new Error(`There is no calendar ${name}`)
  return number
}

async function calendarOf(stage: Stage, name: string): Promise<number | null> {
  const row = await look(stage, async (trx, scope) => trx.selectFrom('population').select('number').where('engagement_id', '=', scope.engagement.id).where('source', '=', 'calendar').where('name', '=', name).executeTakeFirst())
  return row?.number ?? null
}

function filesOf(items: readonly Item[]): Sent[] {
  return items.map(({ item, record }) => ({ name: record.name, bytes: record.text, itemId: item.id }))
}

function placeOf(reference: string): [control: string, sequence: number] {
  const [control = '', sequence = ''] = reference.split('.T')
  return [control, Number(sequence)]
}
