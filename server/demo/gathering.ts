import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { returnSubmission, startReview, type Return } from '../evidence/actions.ts'
import { enqueue } from '../jobs/queue.ts'
import { acceptPopulation, mapPopulation } from '../populations/actions.ts'
import { findPopulation, findReadingOf, type Mapping } from '../populations/store.ts'
import { act, type Act } from './acts.ts'
import { answer, findSent } from './answers.ts'
import { clock, zone } from './calendar.ts'
import { writeCsv, type List, type Lists } from './lists.ts'
import { as, look, type Stage } from './stage.ts'

const untold = { order: null, zone: null }
const leaverMapping: Mapping = { name: 'Leavers', occurrence: 'one person leaving', keyColumn: 'employee_id', dateColumn: 'last_working_day', dateMeaning: 'Last working day', told: untold }
const changeMapping: Mapping = { name: 'Production changes', occurrence: 'one deployment to production', keyColumn: 'change_id', dateColumn: 'deployed_at', dateMeaning: 'Deployed to production', told: untold }
const disposalMapping: Mapping = { name: 'Asset disposals', occurrence: 'one device or medium disposed of', keyColumn: 'asset_tag', dateColumn: 'disposed_on', dateMeaning: 'Disposed on', told: untold }

/** the first list has two leavers after the period and lacks one; the second agrees to payroll. */
export async function gatherLeavers(stage: Stage, lists: Lists): Promise<Act[]> {
  const query = 'Report 114, terminations: last working day from Oct 1, 2025'
  const statement = { system: 'PeopleDesk HR', by: 'Ines Marchetti', zone, edits: 'none' }
  const payroll = { name: 'payroll-leavers.csv', bytes: writeCsv(lists.payroll) }
  const first = { number: 2, version: 1, file: 'leavers.csv', list: lists.leaversFirst, mapping: leaverMapping }
  const second = { ...first, version: 2, file: 'leavers-v2.csv', list: lists.leavers }
  return [
    ...answer(stage, {
      ...first, openedAt: clock('2026-10-08 15:38'), submittedAt: clock('2026-10-08 15:52'), ticks: 3,
      files: [{ name: first.file, bytes: writeCsv(first.list) }, payroll, { name: 'peopledesk-report.png', bytes: await screen('peopledesk-leavers-v1') }],
      statement: { ...statement, query, at: '2026-10-08T15:41', rows: 32 },
    }),
    ...read(stage, first, '2026-10-09 09:40'),
    sendBack(stage, first, '2026-10-09 10:04', {
      reason: 'incomplete_population', dueOn: '2026-10-16',
      words: 'Two rows have their last working day on October 2, after the period, and one person in the payroll report is not in this list: the report leaves out records under HR review. Please run it again with an end date of September 30 and without that exclusion.',
    }),
    ...answer(stage, {
      ...second, openedAt: clock('2026-10-14 10:16'), submittedAt: clock('2026-10-14 10:31'), ticks: 3,
      files: [{ name: second.file, bytes: writeCsv(second.list) }, payroll, { name: 'peopledesk-report-v2.png', bytes: await screen('peopledesk-leavers-v2') }],
      statement: { ...statement, query: `${query} to Sep 30, 2026, no exclusion`, at: '2026-10-14T10:22', rows: 31 },
    }),
    ...read(stage, second, '2026-10-14 14:05'),
    takeList(stage, second, '2026-10-15 09:12'),
  ]
}

/** the first export stops at 1,000 rows; the second is whole and brings one row from before the period along. */
export async function gatherChanges(stage: Stage, lists: Lists): Promise<Act[]> {
  const query = "select … from deployment where environment = 'production' and deployed_at >= '2025-10-01T00:00:00Z' and deployed_at < '2026-10-01T04:00:00Z' order by deployed_at"
  const statement = { system: 'GitForge and DeployBot', by: 'Ravi Menon', zone, edits: 'none' }
  const dashboard = { name: 'deploybot-dashboard.png', bytes: await screen('deploybot-dashboard') }
  const first = { number: 3, version: 1, file: 'changes.csv', list: lists.changesFirst, mapping: changeMapping }
  const second = { ...first, version: 2, file: 'changes-v2.csv', list: lists.changes }
  return [
    ...answer(stage, {
      ...first, openedAt: clock('2026-10-12 11:07'), submittedAt: clock('2026-10-12 11:20'), ticks: 3,
      files: [{ name: first.file, bytes: writeCsv(first.list) }, dashboard], statement: { ...statement, query, at: '2026-10-12T11:05', rows: 1000 },
    }),
    ...read(stage, first, '2026-10-13 08:50'),
    sendBack(stage, first, '2026-10-13 09:31', {
      reason: 'incomplete_population', dueOn: '2026-10-20',
      words: 'The export stops at exactly 1,000 rows, in July; your dashboard shows 1,284. Please export again with the row limit off.',
    }),
    ...answer(stage, {
      ...second, openedAt: clock('2026-10-15 16:50'), submittedAt: clock('2026-10-15 16:58'), ticks: 3,
      files: [{ name: second.file, bytes: writeCsv(second.list) }, dashboard, { name: 'deploybot-export-v2.png', bytes: await screen('deploybot-export-v2') }],
      statement: { ...statement, query: `${query}, row limit off`, at: '2026-10-15T16:47', rows: 1285 },
    }),
    ...read(stage, second, '2026-10-16 09:40'),
    takeList(stage, second, '2026-10-16 13:25'),
  ]
}

/** nothing was disposed of; the list is empty, and that is corroborated. */
export async function gatherDisposals(stage: Stage, lists: Lists): Promise<Act[]> {
  const only = { number: 9, version: 1, file: 'disposals.csv', list: lists.disposals, mapping: disposalMapping }
  return [
    ...answer(stage, {
      ...only, openedAt: clock('2026-10-09 09:18'), submittedAt: clock('2026-10-09 09:29'), ticks: 3,
      files: [{ name: only.file, bytes: writeCsv(only.list) }, { name: 'assettrack-query.png', bytes: await screen('assettrack-disposals') }],
      statement: { system: 'AssetTrack', query: 'state in (Disposed, Destroyed, Sold, Donated), disposed_on from Oct 1, 2025 to Sep 30, 2026, deleted records included', by: 'Carla Whitfield', at: '2026-10-09T09:16', zone, rows: 0, edits: 'none' },
      words: 'There were no disposals in the period. The next lease of laptops ends in March 2027; until then nothing goes back.',
    }),
    ...read(stage, only, '2026-10-12 10:02'),
    takeList(stage, only, '2026-10-12 15:44', 'The query in AssetTrack, observed on screen with deleted records included, returned 0 rows; Carla Whitfield said the same when asked; the lease register shows no return before March 2027.'),
  ]
}

/** The picture of that name. */
export async function screen(name: string): Promise<Buffer> {
  return await readFile(new URL(`./screens/${name}.png`, import.meta.url))
}

/** Number of the population read from that file. */
export async function populationOf(stage: Stage, request: number, version: number, file: string): Promise<number> {
  const fileId = await findSent(stage, request, version, file)
  const number = await look(stage, async (trx, scope) => findReadingOf(trx, scope, fileId))
  if (number === null) throw new Error(`${file} is not read as a population`)
  return number
}

type Sent = { readonly number: number, readonly version: number, readonly file: string, readonly list: List, readonly mapping: Mapping }

function read(stage: Stage, { number, version, file, list, mapping }: Sent, at: string): Act[] {
  const { site, deeds } = stage
  const begin = act(at, async (at) => deeds.once('request.review_started', { number, version }, async () => startReview(site, await as(stage, 'webb', at), number)))
  const map = async (at: Date) => {
    const fileId = await findSent(stage, number, version, file)
    let before = true
    await deeds.once('population.mapped', { fileId }, async () => {
      before = false
      await mapPopulation(site, await as(stage, 'webb', at), fileId, list.header, mapping)
    })
    const population = await populationOf(stage, number, version, file)
    if (before) await haveRead(stage, population, at)
    await untilRead(stage, population)
  }
  return [begin, { at: new Date(begin.at.getTime() + 3 * 60_000), run: map }]
}

/** Whoever was reading may have been killed with the loading, and would be missed only after a while. */
async function haveRead(stage: Stage, population: number, at: Date): Promise<void> {
  await look(stage, async (trx, scope) => {
    const { id, reading } = await findPopulation(trx, scope, population)
    if (reading !== 'done') await enqueue(trx, 'read_population', { engagementId: scope.engagement.id, populationId: id, at: at.toISOString() }, `read_population:${id}`)
  })
}

/** Waits for the job that reads the list, as a person looking at the page would. */
async function untilRead(stage: Stage, population: number): Promise<void> {
  const patience = AbortSignal.timeout(60_000)
  while (!patience.aborted) {
    const { reading, reading_error: why } = await look(stage, async (trx, scope) => findPopulation(trx, scope, population))
    if (reading === 'done') return
    if (reading === 'failed') throw new Error(why ?? 'The list could not be read')
    await sleep(50)
  }
  throw new Error('The list was not read within a minute')
}

function sendBack(stage: Stage, { number, version }: Sent, at: string, returned: Return): Act {
  return act(at, async (at) => stage.deeds.once('request.returned', { number, version }, async () => returnSubmission(stage.site, await as(stage, 'webb', at), number, version, returned)))
}

function takeList(stage: Stage, { number: request, version, file }: Sent, at: string, corroboration = ''): Act {
  return act(at, async (at) => {
    const number = await populationOf(stage, request, version, file)
    await stage.deeds.once('population.accepted', { number }, async () => acceptPopulation(stage.site, await as(stage, 'bergstrom', at), number, corroboration))
  })
}
