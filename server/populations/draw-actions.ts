import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { draftRequest, issueOne } from '../requests/actions.ts'
import { requestNumber } from '../requests/rules.ts'
import { changedFields, lockRequest, updateDraft, type RequestDraft } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { findLineById, updateLine, voidSignOffs } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { algorithm, draw, newSeed, type Ranked } from './draw.ts'
import { insertDraw } from './draws-store.ts'
import { keysHash } from './keys.ts'
import { next, refuseEmpty, refuseSize } from './rules.ts'
import { findPopulation, listKeys, updatePopulation, type PopulationRow } from './store.ts'

/** What is asked for the items; `fills` is the number of a sample request that waits as a draft for just these items. */
export type SampleAsk = Omit<RequestDraft, 'kind' | 'drawId'> & { readonly fills?: number }

export type DrawPlan = {
  readonly testLineIds: readonly string[]
  readonly filter: { readonly column: string, readonly value: string } | null
  readonly method: 'random' | 'all'
  /** Ignored when everything is tested. */
  readonly n: number
  /** Why everything is tested, or another remark for the record. */
  readonly reason: string
  /** What is asked of the owner for the items; null when the list itself is the evidence. */
  readonly request: SampleAsk | null
  /** True where whoever draws may not issue requests: the sample request then waits as a draft for somebody who may. */
  readonly draftOnly?: boolean
}

/**
 * Draws a sample for test lines that have none yet. The seed is made here, at the draw, and never again; drawing locks
 * the population. Writes the sample request for the items and issues it. Returns the draw's number. Throws Invalid with
 * both numbers when more items are wanted than there are, Refused when a line has its sample already.
 */
export async function drawSample(site: Site, scope: EngagementScope, number: number, plan: DrawPlan): Promise<number> {
  return await inScope(site.db, scope, async (trx) => {
    const population = await findPopulation(trx, scope, number, true)
    const locks = population.status !== 'locked'
    const status = locks ? next(population.status, 'lock') : 'locked'
    refuseEmpty({ number, inScope: population.in_scope_count })
    const lines = await lockFreeLines(trx, scope, plan.testLineIds)
    const keys = await listKeys(trx, scope, population.id, filterOf(population, plan))
    refuseSize(plan.method, plan.n, keys.length, plan.reason)
    if (locks) await updatePopulation(trx, scope, population.id, { status })

    const seed = newSeed()
    const names = keys.map(({ key }) => key)
    const drawn = draw(names, seed, plan.method === 'all' ? names.length : plan.n)
    const rows = rowsOf(keys, drawn)
    const drawNumber = await takeNumber(trx, scope.engagement.id, 'draw')
    const keysSha256 = keysHash(names)
    const drawId = await insertDraw(trx, scope, {
      number: drawNumber, populationId: population.id, filter: plan.filter, method: plan.method, seed, populationSize: names.length,
      keysSha256, fileSha256: population.file_sha256, reason: plan.reason, items: drawn.map((item) => ({ ...item, row: rows.get(item.key)! })),
    })
    const voided: TrailEvent[] = []
    for (const line of lines) {
      await updateLine(trx, scope, line.id, { population_id: population.id, draw_id: drawId, conclusion: null })
      const kinds = await voidSignOffs(trx, scope, line.id, 'A sample was drawn')
      if (kinds.length > 0) voided.push({ kind: 'test.sign_off_voided', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), kinds } })
    }
    const asked = plan.request === null ? [] : await askForItems(trx, site, scope, drawId, plan.request, plan.draftOnly ?? false)
    await record(trx, scope,
      ...locks ? [{ kind: 'population.locked', facts: { populationId: population.id, number } } as const] : [],
      { kind: 'sample.drawn', facts: { drawId, number: drawNumber, populationId: population.id, method: plan.method, algorithm, seed, size: drawn.length, populationSize: names.length, keysSha256, fileSha256: population.file_sha256, testLineIds: [...plan.testLineIds] }, detail: { filter: plan.filter, reason: plan.reason } },
      ...voided, ...asked)
    return drawNumber
  })
}

async function lockFreeLines(trx: Tx, scope: EngagementScope, ids: readonly string[]) {
  if (ids.length === 0) throw new Invalid({ line: 'Choose the tests this sample is for.' })
  const lines = []
  for (const id of [...new Set(ids)].toSorted()) {
    const line = await findLineById(trx, scope, id, true)
    const reference = testReference(line.control_number, line.sequence)
    if (line.draw_id !== null) throw new Refused(`${reference} has its sample already. A seed is never drawn again; plan a further test if more must be looked at.`)
    if (line.no_occurrence) throw new Refused(`${reference} is recorded as having had no occurrence, so nothing is drawn for it.`)
    lines.push(line)
  }
  return lines
}

/** The row of each drawn key; a map of the whole population would weigh more than the draw. */
function rowsOf(keys: readonly { key: string, row: number }[], drawn: readonly Ranked[]): ReadonlyMap<string, number> {
  const wanted = new Set(drawn.map(({ key }) => key))
  return new Map(keys.filter(({ key }) => wanted.has(key)).map(({ key, row }) => [key, row]))
}

function filterOf(population: PopulationRow, { filter }: DrawPlan): { column: number, value: string } | null {
  if (filter === null) return null
  const column = population.header.indexOf(filter.column)
  if (column < 0) throw new Invalid({ filter_column: `The list has no column “${filter.column}”.` })
  return { column, value: filter.value }
}

async function askForItems(trx: Tx, site: Site, scope: EngagementScope, drawId: string, { fills, ...request }: SampleAsk, draftOnly: boolean): Promise<TrailEvent[]> {
  if (request.ownerId === null || request.dueOn === null) throw new Invalid({ [request.ownerId === null ? 'owner' : 'due']: 'The sample request needs an owner and a due date.' })
  const draft = { ...request, kind: 'sample', drawId } as const
  const filled = fills === undefined ? [] : await fillDraft(trx, scope, fills, draft)
  const number = fills ?? (await draftRequest(trx, scope, draft)).number
  if (draftOnly) return filled
  const issued = await issueOne(trx, scope, site.sealer, number).catch((error: Error) => {
    throw error instanceof Refused ? new Refused(`${requestNumber(number)}: ${error.message}`) : error
  })
  return [...filled, ...issued]
}

async function fillDraft(trx: Tx, scope: EngagementScope, number: number, draft: RequestDraft): Promise<TrailEvent[]> {
  const request = await lockRequest(trx, scope, number)
  if (request.status !== 'draft' || request.kind !== 'sample' || request.draw_id !== null) throw new Refused(`${requestNumber(number)} is no sample request that waits for its items.`)
  await updateDraft(trx, scope, request.id, draft)
  return [{ kind: 'request.changed', facts: { requestId: request.id, number, fields: [...changedFields(request, draft), 'items'] }, detail: { title: draft.title, ask: draft.ask } }]
}
