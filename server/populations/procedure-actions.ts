import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { ProcedureKind, Tick } from '../database/schema/populations.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import type { CheckName } from './findings.ts'
import { agreement, readItems, type Outcome } from './procedures.ts'
import { compareKeys, insertMark, insertProcedure, lookUp } from './procedures-store.ts'
import { populationNumber } from './rules.ts'
import { findingsOf, findPopulation, type PopulationRow } from './store.ts'

/** Puts the auditor's tickmark with its note on one finding; earlier marks stay. Throws NotFound where the check found nothing to mark. */
export async function markFinding(site: Site, scope: EngagementScope, number: number, check: CheckName, { tick, note }: { tick: Tick, note: string }): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const population = await examined(trx, scope, number)
    const found = findingsOf(population).find((one) => one.check === check)
    if (!found) throw new NotFound()
    await insertMark(trx, scope, population.id, { check, tick, note, sentence: found.sentence })
    await record(trx, scope, { kind: 'population.marked', facts: { populationId: population.id, number, check, tick }, detail: { note, sentence: found.sentence } })
  })
}

export type Procedure = {
  readonly kind: ProcedureKind
  readonly performedOn: string
  readonly words: string
  /** What the auditor says where no figures do. */
  readonly conclusion: 'agrees' | 'differs' | null
  readonly shown: number | null
  /** Keys to look up, one a line. */
  readonly items: string
  /** The number of the population to compare with. */
  readonly other: number | null
}

/** What the procedure would find now; nothing is kept. */
export async function performProcedure(trx: Tx, scope: EngagementScope, population: PopulationRow, { kind, items, other }: Pick<Procedure, 'kind' | 'items' | 'other'>): Promise<{ outcome: Outcome, otherId: string | null }> {
  if (kind === 'reverse_test') return { outcome: { items: await lookUp(trx, scope, population.id, readItems(items)) }, otherId: null }
  if (kind !== 'second_source') return { outcome: {}, otherId: null }
  if (other === null || other === population.number) throw new Invalid({ other: 'Choose the list to compare with. It has to be read as a population first.' })
  const second = await findPopulation(trx, scope, other)
  if (second.reading !== 'done') throw new Refused(`${populationNumber(other)} has not been read yet, so there is nothing to compare with.`)
  return { outcome: await compareKeys(trx, scope, population.id, second.id), otherId: second.id }
}

/** Performs one of the auditor's own procedures and keeps what it found with what was concluded. Returns its number. */
export async function recordProcedure(site: Site, scope: EngagementScope, number: number, procedure: Procedure): Promise<number> {
  return await inScope(site.db, scope, async (trx) => {
    const population = await examined(trx, scope, number)
    const { kind, performedOn, words } = procedure
    const shown = kind === 'screen_count' ? procedure.shown : null
    if (kind === 'screen_count' && shown === null) throw new Invalid({ shown: 'Give the count as it stands on the screen.' })
    const { outcome, otherId } = await performProcedure(trx, scope, population, procedure)
    const conclusion = agreement(kind, outcome, { shown, inScope: population.in_scope_count }) ?? procedure.conclusion
    if (conclusion === null) throw new Invalid({ conclusion: 'Say what it came to.' })
    const kept = await insertProcedure(trx, scope, population.id, { kind, performedOn, words, conclusion, shown, otherId, outcome })
    await record(trx, scope, { kind: 'population.procedure_recorded', facts: { populationId: population.id, number, procedureId: kept.id, procedure: kind, conclusion }, detail: { words, performedOn } })
    return kept.number
  })
}

async function examined(trx: Tx, scope: EngagementScope, number: number): Promise<PopulationRow> {
  const population = await findPopulation(trx, scope, number, true)
  if (population.reading !== 'done') throw new Refused(`${populationNumber(number)} has not been read, so there is nothing to mark yet.`)
  if (population.status === 'returned') throw new Refused(`${populationNumber(number)} was returned. What was found there stays as it is; mark the next version.`)
  return population
}
