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
import { finding, type Finding } from './findings.ts'
import { periodBounds, type Period } from './period.ts'
import type { ReadOptions } from '../sheets/reader.ts'
import { openSpool, type Spool } from '../sheets/spool.ts'
import { countChanges, findPrevious } from './previous-store.ts'
import { checkPrevious } from './previous.ts'
import type { Recognition } from './recognition.ts'
import { copyBlock, keepBlock, openIncoming } from './rows-store.ts'
import { settleFormat, surveyList, type Survey } from './survey.ts'
import { clearRows, findPopulationById, lockReading, mappingOf, noteProgress, updatePopulation, type Only, type PopulationRow, type Told } from './store.ts'

/** Rows that are copied in at once; after each block the page knows how far the reading is. */
const BLOCK = 20_000

/** One reading of a list. `version` is the population's while this reading counts: a later mapping, a return or another attempt changes it. */
type Reading = { readonly site: Site, readonly scope: EngagementScope, readonly population: PopulationRow, readonly version: number }

type Mapped = { readonly keyColumn: string, readonly dateColumn: string, readonly untilColumn: string | null, readonly only: Only | null, readonly told: Told }

class Overtaken extends Error {}

/**
 * Job: reads the population's file in a process of its own, recognises its dates over the whole column, and then keeps its rows and
 * checks them. What the file does wrong becomes a sentence on the population; nothing of a list that failed is kept.
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
    await updatePopulation(trx, scope, population.id, { reading: 'running', reading_error: null, row_count: null, expected_rows: null })
    return { site, scope, population, version: population.version + 1 }
  })
}

async function read(reading: Reading): Promise<void> {
  const { site, population } = reading
  const { key_column: keyColumn, date_column: dateColumn, file_sha256: sha256 } = population
  if (keyColumn === null || dateColumn === null) throw new Refused('Choose the key and the date column first.')
  if (!await site.vault.verify(sha256)) throw new Refused('The stored file is missing, or its bytes no longer give its hash, so it was not read. Tell the person who runs this server. To go on, return the request and ask for the list again.')
  const path = site.vault.localPath(sha256)
  const { untilColumn = null, only = null, told } = mappingOf(population)
  const options: ReadOptions = { name: population.file_name, sheet: population.sheet, headerRow: population.header_row }
  const spool = await openSpool(site.config.dataDir)
  try {
    const survey = await surveyList(path, options, spool, dateColumn, untilColumn)
    await judge(reading, survey, spool, { keyColumn, dateColumn, untilColumn, only, told })
  } finally {
    await spool.close()
  }
}

async function judge(reading: Reading, survey: Survey, spool: Spool, { keyColumn, dateColumn, untilColumn, only, told }: Mapped): Promise<void> {
  const { site, scope, population } = reading
  const format = settleFormat(survey.dates, told)
  const until = untilColumn === null ? null : { column: untilColumn, format: settleFormat(survey.until!, told) }
  const { header, remarks } = survey.head
  const plan: CheckPlan = { header, keyColumn, dateColumn, format, until, only, declaredCount: population.declared_count, period: periodOf(scope) }
  await inScope(site.db, scope, async (trx) => {
    await lockReading(trx, population.id)
    await refuseOvertaken(trx, reading, false)
    await clearRows(trx, scope, population.id)
    const { findings, totals } = await takeRows(trx, reading, spool, survey.rows, plan)
    await refuseOvertaken(trx, reading, true)
    const all = [
      ...refine(findings, survey.dates),
      ...remarks.map((sentence) => finding('encoding', 'finding', sentence)),
      ...survey.traps.map(({ name, sentence, rows, count }) => finding(name, 'finding', sentence, { rows, notes: [], count })),
      ...await comparePrevious(trx, scope, population, header),
    ]
    await updatePopulation(trx, scope, population.id, {
      header: [...header], reading: 'done', reading_error: null, row_count: totals.rows, in_scope_count: totals.inScope, findings: JSON.stringify(all), coverage: JSON.stringify(totals.coverage),
    })
    await record(trx, scope, {
      kind: 'population.checked',
      facts: { populationId: population.id, number: population.number, rows: totals.rows, inScope: totals.inScope, findings: all.filter(({ mark }) => mark !== 'agrees').map(({ check }) => check) },
    })
  })
}

/** An unreadable column is told as the whole column shows it, not cell by cell. */
function refine(findings: readonly Finding[], recognition: Recognition): Finding[] {
  if (recognition.kind !== 'unreadable') return [...findings]
  return findings.map((found) => found.check === 'date' ? finding('date', 'blocks', recognition.sentence, { ...recognition, notes: found.notes }) : found)
}

/** Checks and keeps every row. While the database works on one block the next is read, so that neither waits for the other. */
async function takeRows(trx: Tx, { site, scope, population, version }: Reading, spool: Spool, expected: number, plan: CheckPlan) {
  const checks = beginChecks(plan)
  const blocks = readBlocks(spool, checks)
  let kept = 0
  // Outside the long transaction, or nobody would see it before the end.
  const tell = async (rows: number): Promise<void> => inScope(site.db, scope, async (aside) => noteProgress(aside, scope, population.id, version, rows, expected))
  try {
    await openIncoming(trx)
    await tell(0)
    for (let ahead = blocks.next(); ;) {
      const { value: block, done } = await ahead
      if (done) break
      await copyBlock(trx, block)
      ahead = blocks.next()
      // What goes wrong there is told when its turn comes.
      ahead.catch(() => {})
      await keepBlock(trx, scope, population.id)
      kept += block.rows
      await tell(kept)
    }
  } finally {
    await blocks.return(undefined)
  }
  return checks.finish()
}

async function* readBlocks(spool: Spool, checks: Checks): AsyncGenerator<Block, undefined> {
  const maker = beginBlocks()
  for await (const part of spool.rows()) {
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
