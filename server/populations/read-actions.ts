import { programScope } from '../access/program.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import type { Payloads } from '../jobs/names.ts'
import type { JobContext } from '../jobs/queue.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { beginChecks, type CheckPlan, type Checks } from './checks.ts'
import { beginBlocks, type Block } from './copy-rows.ts'
import type { DateFormat } from './dates.ts'
import { finding, type Finding } from './findings.ts'
import { periodBounds, type Period } from './period.ts'
import { readTable } from '../sheets/reader.ts'
import { countChanges, findPrevious } from './previous-store.ts'
import { checkPrevious } from './previous.ts'
import { beginDates, type Recognition } from './recognition.ts'
import { copyBlock, keepBlock, openIncoming } from './rows-store.ts'
import { clearRows, findPopulationById, lockReading, noteProgress, toldOf, updatePopulation, type PopulationRow, type Told } from './store.ts'

/** Rows that are copied in at once; after each block the page knows how far the reading is. */
const BLOCK = 20_000

/** One reading of a list. `version` is the population's while this reading counts: a later mapping, a return or another attempt changes it. */
type Reading = { readonly site: Site, readonly scope: EngagementScope, readonly population: PopulationRow, readonly version: number }

class Overtaken extends Error {}

/**
 * Job: reads the population's file in a process of its own, once to recognise its dates and once to keep its rows and
 * check them. What the file does wrong becomes a sentence on the population; nothing of a list that failed is kept.
 * May be called again after any interruption, and does nothing for a list that has been decided on meanwhile.
 */
export async function readPopulation(site: Site, payload: Payloads['read_population'], context?: JobContext): Promise<void> {
  const reading = await begin(site, payload)
  if (!reading) return
  try {
    await read(reading)
  } catch (error) {
    if (error instanceof Overtaken) return
    if (error instanceof Refused) return await fail(reading, error.message)
    if (context?.lastAttempt) await fail(reading, 'The program failed while reading this list, several times. Nothing was taken from it, and the file is kept. Map its columns again to have it read again; if that fails too, tell the person who runs this server.')
    throw error
  }
}

async function begin(site: Site, payload: Payloads['read_population']): Promise<Reading | null> {
  const scope = { ...await programScope(site.db, payload.engagementId, 'read_population'), at: payload.at ? new Date(payload.at) : null }
  return await inScope(site.db, scope, async (trx) => {
    const population = await findPopulationById(trx, scope, payload.populationId, true)
    if (population.status !== 'checking' || population.reading === 'done') return null
    await updatePopulation(trx, scope, population.id, { reading: 'running', reading_error: null, row_count: null })
    return { site, scope, population, version: population.version + 1 }
  })
}

async function read(reading: Reading): Promise<void> {
  const { site, scope, population } = reading
  const { key_column: keyColumn, date_column: dateColumn, file_sha256: sha256 } = population
  if (keyColumn === null || dateColumn === null) throw new Refused('Choose the key and the date column first.')
  if (!await site.vault.verify(sha256)) throw new Refused('The stored file is missing, or its bytes no longer give its hash, so it was not read. Tell the person who runs this server. To go on, return the request and ask for the list again.')
  const path = site.vault.localPath(sha256)
  const survey = await surveyFile(path, dateColumn)
  const format = settle(survey.recognition, toldOf(population))
  const plan: CheckPlan = { header: survey.header, keyColumn, dateColumn, format, declaredCount: population.declared_count, period: periodOf(scope) }
  await inScope(site.db, scope, async (trx) => {
    await lockReading(trx, population.id)
    await refuseOvertaken(trx, reading, false)
    await clearRows(trx, scope, population.id)
    const { findings, totals } = await takeRows(trx, reading, path, plan)
    await refuseOvertaken(trx, reading, true)
    const all = [...refine(findings, survey.recognition), ...survey.remarks.map((sentence) => finding('encoding', 'finding', sentence)), ...await comparePrevious(trx, scope, population, survey.header)]
    await updatePopulation(trx, scope, population.id, {
      header: [...survey.header], reading: 'done', reading_error: null, row_count: totals.rows, in_scope_count: totals.inScope, findings: JSON.stringify(all), coverage: JSON.stringify(totals.coverage),
    })
    await record(trx, scope, {
      kind: 'population.checked',
      facts: { populationId: population.id, number: population.number, rows: totals.rows, inScope: totals.inScope, findings: all.filter(({ mark }) => mark !== 'agrees').map(({ check }) => check) },
    })
  })
}

async function surveyFile(path: string, dateColumn: string): Promise<{ header: readonly string[], remarks: readonly string[], recognition: Recognition }> {
  let header: readonly string[] = []
  let remarks: readonly string[] = []
  let index = -1
  const dates = beginDates()
  for await (const part of readTable(path)) {
    if (part.kind === 'header') {
      header = part.header
      remarks = part.remarks
      index = header.indexOf(dateColumn)
      if (index < 0) throw new Refused(`The list has no column “${dateColumn}”. Map its columns again.`)
    } else if (part.kind === 'rows') {
      for (let offset = 0; offset < part.count; offset++) dates.add(part.cell(offset, index), part.first + offset)
    }
  }
  return { header, remarks, recognition: dates.finish() }
}

/** The format to read by. What the column leaves open is asked, never guessed; an unreadable one is shown row by row. */
function settle(recognition: Recognition, told: Told): DateFormat | null {
  if (recognition.kind === 'unreadable' || recognition.kind === 'empty') return null
  const open = recognition.kind === 'ambiguous' ? recognition.choices.find(({ order }) => order === told.order) : recognition.format
  if (open === undefined) throw new Refused(recognition.kind === 'ambiguous' ? `${recognition.sentence} Say which it is, and read the list again.` : '')
  if (open.time !== 'naive') return open
  if (told.zone === null) throw new Refused('The times in this list do not say their zone. Ask the owner which zone the source system shows, choose it, and read the list again.')
  return { ...open, zone: told.zone }
}

/** An unreadable column is told as the whole column shows it, not cell by cell. */
function refine(findings: readonly Finding[], recognition: Recognition): Finding[] {
  if (recognition.kind !== 'unreadable') return [...findings]
  return findings.map((found) => found.check === 'date' ? finding('date', 'blocks', recognition.sentence, { ...recognition, notes: found.notes }) : found)
}

/** Checks and keeps every row. While the database works on one block the next is read, so that neither waits for the other. */
async function takeRows(trx: Tx, { site, scope, population, version }: Reading, path: string, plan: CheckPlan) {
  const checks = beginChecks(plan)
  const blocks = readBlocks(path, checks)
  let kept = 0
  try {
    await openIncoming(trx)
    for (let ahead = blocks.next(); ;) {
      const { value: block, done } = await ahead
      if (done) break
      await copyBlock(trx, block)
      ahead = blocks.next()
      // What goes wrong there is told when its turn comes.
      ahead.catch(() => {})
      await keepBlock(trx, scope, population.id)
      kept += block.rows
      // Outside the long transaction, or nobody would see it before the end.
      await inScope(site.db, scope, async (aside) => noteProgress(aside, scope, population.id, version, kept))
    }
  } finally {
    await blocks.return(undefined)
  }
  return checks.finish()
}

async function* readBlocks(path: string, checks: Checks): AsyncGenerator<Block, undefined> {
  const maker = beginBlocks()
  for await (const part of readTable(path)) {
    if (part.kind !== 'rows') continue
    for (let index = 0; index < part.count; index++) {
      const row = part.first + index
      const { key, reading, inScope } = checks.add(row, part.rows[index]!)
      maker.add({ row, key, reading, inScope, packed: part.packed(index) })
    }
    if (maker.count() >= BLOCK) yield maker.take()
  }
  if (maker.count() > 0) yield maker.take()
}

async function comparePrevious(trx: Tx, scope: EngagementScope, population: PopulationRow, header: readonly string[]): Promise<Finding[]> {
  const previous = await findPrevious(trx, scope, population)
  return previous === null ? [] : [checkPrevious(previous.version, await countChanges(trx, scope, { id: population.id, header }, previous))]
}

async function refuseOvertaken(trx: Tx, { scope, population, version }: Reading, locks: boolean): Promise<void> {
  const now = await findPopulationById(trx, scope, population.id, locks)
  if (now.version !== version) throw new Overtaken()
}

async function fail(reading: Reading, why: string): Promise<void> {
  const { site, scope, population } = reading
  await inScope(site.db, scope, async (trx) => {
    await refuseOvertaken(trx, reading, true)
    await updatePopulation(trx, scope, population.id, { reading: 'failed', reading_error: why, row_count: null })
    await record(trx, scope, { kind: 'population.unreadable', facts: { populationId: population.id, number: population.number }, detail: { why } })
  }).catch((error: unknown) => {
    if (!(error instanceof Overtaken)) throw error
  })
}

function periodOf({ engagement }: EngagementScope): Period {
  const { periodStart, periodEnd, asOf, zone } = engagement
  return periodBounds({ start: periodStart ?? asOf!, end: periodEnd ?? asOf!, zone })
}
