import { setTimeout as sleep } from 'node:timers/promises'
import { returnSubmission, startReview, type Return } from '../evidence/actions.ts'
import type { Statement } from '../evidence/rules.ts'
import { enqueue } from '../jobs/queue.ts'
import { acceptPopulation, mapPopulation } from '../populations/actions.ts'
import { findPopulation, findReadingOf, type Mapping } from '../populations/store.ts'
import { act, type Act } from './acts.ts'
import { answer, findSent, type Answering, type Sent } from './answers.ts'
import { askOf } from './asks.ts'
import { clock, zone } from './calendar.ts'
import { writeCsv, type List } from './list.ts'
import { screen } from './screens.ts'
import { as, look, type Stage } from './stage.ts'

/** A list among the files of an answer and how its columns are mapped. */
export type Reading = { readonly file: string, readonly list: List, readonly mapping: Mapping }

/** One version of an answer with lists: when it was opened, sent, taken into review and decided on, New York time. */
export type ListVersion = Pick<Answering, 'overruled' | 'words'> & {
  readonly openedAt: string
  readonly submittedAt: string
  readonly reviewedAt: string
  readonly decidedAt: string
  readonly lists: readonly Reading[]
  /** Pictures by the name they are sent under. */
  readonly screens: Readonly<Record<string, string>>
  readonly others?: readonly Sent[]
  readonly said: Pick<Statement, 'query' | 'at' | 'rows'>
  /** How it goes back; null when it is accepted. */
  readonly returned: Return | null
  readonly corroboration?: string
  /** What the auditor does between reading the lists and deciding. */
  readonly examined?: readonly Act[]
}

export type Gathering = { readonly number: number, readonly by: string, readonly reviewer: string, readonly versions: readonly ListVersion[] }

/** All that happens to a request for lists, from the first upload to its acceptance. */
export async function gather(stage: Stage, { number, by, reviewer, versions }: Gathering): Promise<Act[]> {
  const { checklist, system } = askOf(number)
  const acts = await Promise.all(versions.map(async (sent, index) => {
    const version = index + 1
    const pictures = await Promise.all(Object.entries(sent.screens).map(async ([name, picture]) => ({ name, bytes: await screen(picture) })))
    const files = [...sent.lists.map(({ file, list }) => ({ name: file, bytes: writeCsv(list) })), ...sent.others ?? [], ...pictures]
    const { words, overruled } = sent
    return [
      ...answer(stage, {
        number, version, files, ticks: checklist.length, openedAt: clock(sent.openedAt), submittedAt: clock(sent.submittedAt),
        statement: { system, by, zone, edits: 'none', ...sent.said }, ...words === undefined ? {} : { words }, ...overruled === undefined ? {} : { overruled },
      }),
      act(sent.reviewedAt, async (at) => stage.deeds.once('request.review_started', { number, version }, async () => startReview(stage.site, await as(stage, reviewer, at), number))),
      ...sent.lists.map((list, place) => readList(stage, { number, version, reviewer, ...list }, new Date(clock(sent.reviewedAt).getTime() + (3 + place) * 60_000))),
      ...sent.examined ?? [],
      act(sent.decidedAt, async (at) => decide(stage, { number, version, reviewer, sent }, at)),
    ]
  }))
  return acts.flat()
}

/** Number of the population read from that file. */
export async function populationOf(stage: Stage, request: number, version: number, file: string): Promise<number> {
  const fileId = await findSent(stage, request, version, file)
  const number = await look(stage, async (trx, scope) => findReadingOf(trx, scope, fileId))
  if (number === null) throw new Error(`${file} is not read as a population`)
  return number
}

/** A version of an answer and who of the firm reads it. */
export type Place = { readonly number: number, readonly version: number, readonly reviewer: string }

async function decide(stage: Stage, { number: request, version, reviewer, sent }: Place & { readonly sent: ListVersion }, at: Date): Promise<void> {
  const { site, deeds } = stage
  const { returned, corroboration = '' } = sent
  if (returned !== null) return await deeds.once('request.returned', { number: request, version }, async () => returnSubmission(site, await as(stage, reviewer, at), request, version, returned))
  const number = await populationOf(stage, request, version, sent.lists[0]!.file)
  await deeds.once('population.accepted', { number }, async () => acceptPopulation(site, await as(stage, 'bergstrom', at), number, corroboration))
}

/** A list is mapped at that moment, and read before anything else happens. */
export function readList(stage: Stage, { number, version, reviewer, file, list, mapping }: Place & Reading, at: Date): Act {
  return {
    at,
    run: async (at) => {
      const fileId = await findSent(stage, number, version, file)
      let before = true
      await stage.deeds.once('population.mapped', { fileId }, async () => {
        before = false
        await mapPopulation(stage.site, await as(stage, reviewer, at), fileId, list.header, mapping)
      })
      const population = await populationOf(stage, number, version, file)
      if (before) await haveRead(stage, population, at)
      await untilRead(stage, population)
    },
  }
}

/** Whoever was reading may have been killed with the loading, and would be missed only after a while. */
async function haveRead(stage: Stage, population: number, at: Date): Promise<void> {
  await look(stage, async (trx, scope) => {
    const { id, reading } = await findPopulation(trx, scope, population)
    if (reading !== 'done') await enqueue(trx, 'read_population', { engagementId: scope.engagement.id, populationId: id, at: at.toISOString() }, `read_population:${id}`)
  })
}

/** Waits for the job that reads the list, as a person looking at the page would; a list that cannot be read is what the story may want. */
async function untilRead(stage: Stage, population: number): Promise<void> {
  const patience = AbortSignal.timeout(60_000)
  while (!patience.aborted) {
    const { reading } = await look(stage, async (trx, scope) => findPopulation(trx, scope, population))
    if (reading === 'done' || reading === 'failed') return
    await sleep(25)
  }
  throw new Error('The list was not read within a minute')
}
