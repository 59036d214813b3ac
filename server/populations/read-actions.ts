import { programScope } from '../access/program.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { beginChecks, type CheckPlan } from './checks.ts'
import type { DateFormat } from './dates.ts'
import { finding, type Finding } from './findings.ts'
import { periodBounds, type Period } from './period.ts'
import { readTable } from './reader.ts'
import { beginDates, type Recognition } from './recognition.ts'
import { clearRows, findPopulationById, insertRows, toldOf, updatePopulation, type NewRow, type PopulationRow, type Told } from './store.ts'

const BATCH = 1000

/**
 * Job: reads the population's file in a process of its own, once to recognise its dates and once to keep its rows and
 * check them. What the file does wrong becomes a sentence on the population; nothing of a list that failed is kept.
 */
export async function readPopulation(site: Site, payload: { engagementId: string, populationId: string }): Promise<void> {
  const scope = await programScope(site.db, payload.engagementId, 'read_population')
  const population = await inScope(site.db, scope, async (trx) => {
    const found = await findPopulationById(trx, scope, payload.populationId)
    if (found.status !== 'checking' || found.reading === 'done') return null
    await updatePopulation(trx, scope, found.id, { reading: 'running' })
    return found
  })
  if (!population) return
  try {
    await read(site, scope, population)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await fail(site, scope, population, error.message)
  }
}

async function read(site: Site, scope: EngagementScope, population: PopulationRow): Promise<void> {
  const path = site.vault.localPath(population.file_sha256)
  const { key_column: keyColumn, date_column: dateColumn } = population
  if (keyColumn === null || dateColumn === null) throw new Refused('Choose the key and the date column first.')
  const survey = await surveyFile(path, dateColumn)
  const format = settle(survey.recognition, toldOf(population))
  const plan: CheckPlan = { header: survey.header, keyColumn, dateColumn, format, declaredCount: population.declared_count, period: periodOf(scope) }
  await inScope(site.db, scope, async (trx) => {
    await clearRows(trx, scope, population.id)
    const { findings, totals } = await keepRows(trx, scope, population.id, path, plan)
    const all = [...refine(findings, survey.recognition), ...survey.remarks.map((sentence) => finding('encoding', 'finding', sentence))]
    await updatePopulation(trx, scope, population.id, {
      header: [...survey.header], reading: 'done', reading_error: null, row_count: totals.rows, in_scope_count: totals.inScope, findings: JSON.stringify(all),
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
      for (const [offset, cells] of part.rows.entries()) dates.add(cells[index] ?? '', part.first + offset)
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

async function keepRows(trx: Tx, scope: EngagementScope, populationId: string, path: string, plan: CheckPlan) {
  const checks = beginChecks(plan)
  let waiting: NewRow[] = []
  for await (const part of readTable(path)) {
    if (part.kind !== 'rows') continue
    for (const [offset, cells] of part.rows.entries()) {
      const row = part.first + offset
      const { key, reading, inScope: isIn } = checks.add(row, cells)
      waiting.push({ row, key, occurredOn: reading?.local ?? null, inScope: isIn, cells })
    }
    if (waiting.length >= BATCH) {
      await insertRows(trx, scope, populationId, waiting)
      waiting = []
    }
  }
  await insertRows(trx, scope, populationId, waiting)
  return checks.finish()
}

async function fail(site: Site, scope: EngagementScope, population: PopulationRow, why: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await updatePopulation(trx, scope, population.id, { reading: 'failed', reading_error: why })
    await record(trx, scope, { kind: 'population.unreadable', facts: { populationId: population.id, number: population.number }, detail: { why } })
  })
}

function periodOf({ engagement }: EngagementScope): Period {
  const { periodStart, periodEnd, asOf, zone } = engagement
  return periodBounds({ start: periodStart ?? asOf!, end: periodEnd ?? asOf!, zone })
}
