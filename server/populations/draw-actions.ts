import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { DrawMethod } from '../database/schema/populations.ts'
import { Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { findLineById, updateLine, voidSignOffs } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { askForItems, type SampleAsk } from './ask-actions.ts'
import { algorithm, digest, newSeed } from './draw.ts'
import { insertDraw } from './draws-store.ts'
import { next, refuseEmpty } from './rules.ts'
import { select, type Drawn } from './select-actions.ts'
import { refuseSize, type Pick } from './selection.ts'
import { readFrame } from './selection-store.ts'
import { findPopulation, updatePopulation, type PopulationRow } from './store.ts'

export type DrawPlan = {
  readonly testLineIds: readonly string[]
  readonly filter: { readonly column: string, readonly value: string } | null
  readonly method: DrawMethod
  /** Ignored where the method itself says how many. */
  readonly n: number
  /** Why everything is tested, how the auditor picked, or another remark for the record. */
  readonly reason: string
  /** The column that divides the list, for a stratified draw. */
  readonly stratumColumn?: string
  /** The items the auditor picked, for a haphazard or targeted selection. */
  readonly picks?: readonly Pick[]
  /** A manager's reason for a second draw for a test that has its sample; both stay on file. */
  readonly secondReason?: string
  /** What is asked of the owner for the items; null when the list itself is the evidence. */
  readonly request: SampleAsk | null
  /** True where whoever draws may not issue requests: the sample request then waits as a draft for somebody who may. */
  readonly draftOnly?: boolean
}

/**
 * Draws a sample for test lines. The seed is made here, at the draw, and never again; drawing locks the population.
 * Writes the sample request for the items and issues it. Returns the draw's number. Throws Invalid with both numbers
 * when more items are wanted than there are, Refused when a line has its sample already and no manager gives a reason.
 * No route passes a `seed`: the demo does, whose story tells what was drawn.
 */
export async function drawSample(site: Site, scope: EngagementScope, number: number, plan: DrawPlan, seed = newSeed()): Promise<number> {
  return await inScope(site.db, scope, async (trx) => {
    const population = await findPopulation(trx, scope, number, true)
    const locks = population.status !== 'locked'
    const status = locks ? next(population.status, 'lock') : 'locked'
    refuseEmpty({ number, inScope: population.in_scope_count })
    const secondReason = plan.secondReason?.trim() ?? ''
    const lines = await lockLines(trx, scope, plan.testLineIds, secondReason)
    const frame = { populationId: population.id, filter: columnOf(population, plan.filter) }
    const { count, keysSha256 } = await readFrame(trx, scope, frame)
    refuseSize(plan.method, plan.n, count, plan.reason)
    if (locks) await updatePopulation(trx, scope, population.id, { status })

    const stratumColumn = plan.method === 'stratified' ? plan.stratumColumn ?? null : null
    const { items, strata } = await select(trx, scope, frame, {
      method: plan.method, n: plan.n, seed, populationSize: count, picks: plan.picks ?? [],
      stratumColumn: stratumColumn === null ? null : columnOf(population, { column: stratumColumn, value: '' }, 'stratum_column')!.column,
    })
    refuseOtherOrder(seed, items)
    const drawNumber = await takeNumber(trx, scope.engagement.id, 'draw')
    const { id: drawId, items: written } = await insertDraw(trx, scope, {
      number: drawNumber, populationId: population.id, filter: plan.filter, method: plan.method, stratumColumn, strata, seed, populationSize: count,
      keysSha256, fileSha256: population.file_sha256, reason: plan.reason, secondReason: lines.some(({ draw_id: had }) => had !== null) ? secondReason : '', items,
    })
    const voided: TrailEvent[] = []
    for (const line of lines) {
      await updateLine(trx, scope, line.id, { population_id: population.id, draw_id: drawId, conclusion: null })
      const kinds = await voidSignOffs(trx, scope, line.id, 'A sample was drawn')
      if (kinds.length > 0) voided.push({ kind: 'test.sign_off_voided', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), kinds }, detail: { reason: 'A sample was drawn' } })
    }
    const asked = plan.request === null ? [] : await askForItems(trx, site, scope, drawId, written, plan.request, plan.draftOnly ?? false)
    await record(trx, scope,
      ...locks ? [{ kind: 'population.locked', facts: { populationId: population.id, number } } as const] : [],
      { kind: 'sample.drawn', facts: { drawId, number: drawNumber, populationId: population.id, method: plan.method, algorithm, seed, size: items.length, populationSize: count, keysSha256, fileSha256: population.file_sha256, testLineIds: [...plan.testLineIds] }, detail: { filter: plan.filter, reason: plan.reason, ...stratumColumn === null ? {} : { stratumColumn }, ...secondReason === '' ? {} : { secondReason } } },
      ...voided, ...asked)
    return drawNumber
  })
}

async function lockLines(trx: Tx, scope: EngagementScope, ids: readonly string[], secondReason: string) {
  if (ids.length === 0) throw new Invalid({ line: 'Choose the tests this sample is for.' })
  const lines = []
  for (const id of [...new Set(ids)].toSorted()) {
    const line = await findLineById(trx, scope, id, true)
    const reference = testReference(line.control_number, line.sequence)
    if (line.draw_id !== null && !may(scope.role, 'sample.draw_again')) throw new Refused(`${reference} has its sample already. A seed is never drawn again; a manager may order a second draw and say why.`)
    if (line.draw_id !== null && secondReason === '') throw new Invalid({ second_reason: `${reference} has its sample already. Say why there is to be a second draw; both stay on file.` })
    if (line.kind !== 'sample') throw new Refused(`${reference} has items of its own, so nothing is drawn for it.`)
    if (line.no_occurrence) throw new Refused(`${reference} is recorded as having had no occurrence, so nothing is drawn for it.`)
    lines.push(line)
  }
  return lines
}

/** The database ranks; this is the same rule in the words that everybody can repeat, so that a difference never goes out. */
function refuseOtherOrder(seed: string, items: readonly Drawn[]): void {
  const odd = items.find((item) => digest(seed, item.key) !== item.digest)
  if (odd) throw new Error(`The digest of ${odd.key} is not the SHA-256 of seed:key`)
}

function columnOf(population: PopulationRow, filter: { readonly column: string, readonly value: string } | null, field = 'filter_column'): { column: number, value: string } | null {
  if (filter === null) return null
  const column = population.header.indexOf(filter.column)
  if (column < 0) throw new Invalid({ [field]: `The list has no column “${filter.column}”.` })
  return { column, value: filter.value }
}
