import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { acceptSubmission } from '../evidence/actions.ts'
import { enqueue } from '../jobs/queue.ts'
import { lockRequest } from '../requests/store.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { next, populationNumber, refuseAcceptance } from './rules.ts'
import { findListFile, findPopulation, findPopulationById, findReadingOf, findingsOf, insertPopulation, lockCalendarsOf, lockPopulationsOf, remap, updatePopulation, type Mapping, type PopulationRow } from './store.ts'

/** Maps a submitted list's columns and has it read; returns the population's number. Reading goes on in a job. */
export async function mapPopulation(site: Site, scope: EngagementScope, fileId: string, header: readonly string[], mapping: Mapping): Promise<number> {
  refuseColumns(header, mapping)
  return await inScope(site.db, scope, async (trx) => {
    const { request_number: requestNumber } = await findListFile(trx, scope, fileId)
    // Whoever withdraws, returns or maps at the same time waits here or has been seen below.
    await lockRequest(trx, scope, requestNumber)
    const file = await findListFile(trx, scope, fileId)
    if (file.request_kind !== 'population') throw new Refused('Only what answers a population request is read as a population.')
    if (file.request_status !== 'in_review') throw new Refused('Take the request into review first: until then its owner may still withdraw the list.')
    if (file.submission_status !== 'submitted') throw new Refused('This list was returned or replaced. Read the newest version.')
    const existing = await findReadingOf(trx, scope, fileId)
    if (existing !== null) throw new Refused(`This file is read as ${populationNumber(existing)} already.`)
    const number = await takeNumber(trx, scope.engagement.id, 'population')
    const id = await insertPopulation(trx, scope, number, mapping, file)
    await updatePopulation(trx, scope, id, { status: next('received', 'check') })
    await haveRead(trx, scope, id)
    await record(trx, scope, mapped({ id, number, file_id: fileId, file_sha256: file.sha256 }, mapping))
    return number
  })
}

/** Maps the columns of a list anew while it is being checked, and has it read again. */
export async function remapPopulation(site: Site, scope: EngagementScope, number: number, header: readonly string[], mapping: Mapping): Promise<void> {
  refuseColumns(header, mapping)
  await inScope(site.db, scope, async (trx) => {
    const population = await findPopulation(trx, scope, number, true)
    if (population.status !== 'checking') throw new Refused(`${populationNumber(number)} is ${population.status}, so its columns stay as they were read.`)
    if (population.file_id === null) throw new Refused(`${populationNumber(number)} was not read from a file, so it has no columns to map.`)
    await remap(trx, scope, population.id, mapping)
    await haveRead(trx, scope, population.id)
    await record(trx, scope, mapped({ ...population, file_id: population.file_id }, mapping))
  })
}

/**
 * Accepts the list and, in the same act, the request it answers. Where one request brought several lists, all of them
 * are accepted together, and so are calendars matched with one of them; a calendar without a list is accepted alone.
 * `corroboration` says how it was shown that nothing occurred, for lists with no row in scope; it is '' otherwise.
 */
export async function acceptPopulation(site: Site, scope: EngagementScope, number: number, corroboration: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const chosen = await findPopulation(trx, scope, number)
    refuse(chosen, corroboration)
    // The request before its lists, as everybody who decides on it does.
    const accepted = chosen.request_number === null ? [] : await acceptSubmission(trx, scope, chosen.request_number, chosen.submission_number)
    const lists = chosen.submission_id === null ? [await findPopulation(trx, scope, number, true)] : await lockPopulationsOf(trx, scope, chosen.submission_id)
    for (const population of lists) refuse(population, corroboration)
    if (chosen.list_id !== null) await refuseBeforeList(trx, scope, chosen.list_id)
    // A list that a calendar was matched with confirms the calendar.
    const together = [...lists, ...await lockCalendarsOf(trx, scope, lists.map(({ id }) => id))]
    const events: TrailEvent[] = []
    for (const population of together) {
      const words = population.in_scope_count === 0 || population.id === chosen.id ? corroboration : ''
      await updatePopulation(trx, scope, population.id, { status: next(population.status, 'accept'), accepted_by: personOf(scope), ...(words === '' ? {} : { corroboration: words }) })
      events.push({
        kind: 'population.accepted',
        facts: { populationId: population.id, number: population.number, rows: population.row_count!, inScope: population.in_scope_count!, sha256: population.file_sha256 },
        detail: { ...(words === '' ? {} : { corroboration: words }), findings: findingsOf(population).filter(({ mark }) => mark !== 'agrees').map(({ sentence }) => sentence) },
      })
    }
    await record(trx, scope, ...accepted, ...events)
  })
}

function refuse(population: PopulationRow, corroboration: string): void {
  next(population.status, 'accept')
  refuseAcceptance({
    number: population.number, reading: population.reading, readingError: population.reading_error, rowCount: population.row_count,
    inScope: population.in_scope_count, findings: findingsOf(population), corroboration,
  })
}

async function refuseBeforeList(trx: Tx, scope: EngagementScope, listId: string): Promise<void> {
  const list = await findPopulationById(trx, scope, listId)
  if (list.status === 'accepted' || list.status === 'locked') return
  throw new Refused(`This calendar is matched with ${populationNumber(list.number)}, which is ${list.status}. Accepting ${populationNumber(list.number)} with its request confirms the calendar as well.`)
}

async function haveRead(trx: Tx, scope: EngagementScope, populationId: string): Promise<void> {
  await enqueue(trx, 'read_population', { engagementId: scope.engagement.id, populationId, ...(scope.at ? { at: scope.at.toISOString() } : {}) }, `read_population:${populationId}`)
}

function mapped(population: Pick<PopulationRow, 'id' | 'number' | 'file_sha256'> & { readonly file_id: string }, mapping: Mapping): TrailEvent {
  return {
    kind: 'population.mapped',
    facts: { populationId: population.id, number: population.number, fileId: population.file_id, sha256: population.file_sha256, keyColumn: mapping.keyColumn, dateColumn: mapping.dateColumn },
    detail: { name: mapping.name, occurrence: mapping.occurrence },
  }
}

function refuseColumns(header: readonly string[], mapping: Mapping): void {
  const wrong: Record<string, string> = {}
  if (!header.includes(mapping.keyColumn)) wrong['key'] = 'Choose the column that names each row once.'
  if (!header.includes(mapping.dateColumn)) wrong['date'] = 'Choose the column whose date decides whether a row lies in the period.'
  const { untilColumn, stratumColumn, only } = mapping
  for (const [field, column] of [['until', untilColumn], ['stratum', stratumColumn], ['only_column', only?.column]] as const) {
    if (column !== undefined && column !== null && !header.includes(column)) wrong[field] = 'Choose a column of the list.'
  }
  if (untilColumn !== undefined && untilColumn !== null && untilColumn === mapping.dateColumn) wrong['until'] = 'The last day stands in another column than the first. Leave this empty where an occurrence has one date.'
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
}
