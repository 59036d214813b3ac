import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { findRequest, listChecklist, listRequestControls } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { listLines, updateLine, voidSignOffs } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { askForItems, type SampleAsk } from './ask-actions.ts'
import { findDraw, findRequestOf, insertItems, insertStep, listDrawn, listRequestsOf, listSteps, lockDraw, type DrawRow } from './draws-store.ts'
import { refuseExtension, refuseReplacement, type ExtensionGround, type ReplacementGround } from './steps.ts'
import { lowest, type Placed } from './selection-store.ts'
import { findPopulation, type PopulationRow } from './store.ts'

/** A draw of a population, by the numbers people see. */
export type DrawPlace = { readonly population: number, readonly draw: number }

export type Extension = { readonly size: number, readonly ground: ExtensionGround, readonly reason: string, readonly dueOn: string }
export type Replacement = { readonly rank: number, readonly ground: ReplacementGround, readonly reason: string, readonly dueOn: string }

/**
 * Takes the next items of the order of the seed into the sample; the size is decided before they are looked at. They are
 * asked for by a further request and counted beside the first ones, never with them alone.
 */
export async function extendDraw(site: Site, scope: EngagementScope, place: DrawPlace, { size, ground, reason, dueOn }: Extension, draftOnly: boolean): Promise<void> {
  await goOn(site, scope, place, async (trx, { population, draw, step, used }) => {
    refuseExtension(draw.method, size, used.length, draw.population_size)
    const taken = await lowest(trx, scope, frameOf(population, draw), draw.seed, size, { except: draw.id })
    await insertStep(trx, scope, draw.id, { number: step, kind: 'extension', size, ground, reason, replacedId: null })
    const items = await insertItems(trx, scope, draw, placed(taken, used.length, null), { step, further: true })
    return {
      why: 'The sample was extended', asked: await askAgain(trx, site, scope, draw, null, items, dueOn, draftOnly),
      event: { kind: 'sample.extended', facts: { drawId: draw.id, number: draw.number, step, size, ground }, detail: { reason } },
    }
  })
}

/** Puts the next item of the same order in the place of one that turned out not to belong; the replaced one stays on file. */
export async function replaceItem(site: Site, scope: EngagementScope, place: DrawPlace, { rank, ground, reason, dueOn }: Replacement, draftOnly: boolean): Promise<void> {
  await goOn(site, scope, place, async (trx, { population, draw, step, used, steps }) => {
    const item = used.find((one) => one.rank === rank)
    if (item === undefined) throw new NotFound()
    if (steps.some((one) => one.replaced_id === item.id)) throw new Refused(`${item.key} was replaced already.`)
    refuseReplacement(draw.method, used.length, draw.population_size)
    const column = draw.stratum_column === null ? null : population.header.indexOf(draw.stratum_column)
    const stratum = column === null || item.stratum === null ? undefined : { column, value: item.stratum }
    const [taken] = await lowest(trx, scope, frameOf(population, draw), draw.seed, 1, { except: draw.id, stratum })
    if (taken === undefined) throw new Refused(`No item of “${item.stratum}” is left to stand for ${item.key}.`)
    await insertStep(trx, scope, draw.id, { number: step, kind: 'replacement', size: 1, ground, reason, replacedId: item.id })
    const items = await insertItems(trx, scope, draw, placed([taken], used.length, item.stratum), { step, further: item.further })
    return {
      why: `${item.key} was replaced`, asked: await askAgain(trx, site, scope, draw, item.id, items, dueOn, draftOnly),
      event: { kind: 'sample.item_replaced', facts: { drawId: draw.id, number: draw.number, step, itemId: item.id, byItemId: items[0]!.id, ground }, detail: { reason } },
    }
  })
}

type Standing = { readonly population: PopulationRow, readonly draw: DrawRow, readonly step: number, readonly used: Awaited<ReturnType<typeof listDrawn>>, readonly steps: Awaited<ReturnType<typeof listSteps>> }
type Outcome = { readonly why: string, readonly event: TrailEvent, readonly asked: readonly TrailEvent[] }

async function goOn(site: Site, scope: EngagementScope, place: DrawPlace, take: (trx: Tx, standing: Standing) => Promise<Outcome>): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const population = await findPopulation(trx, scope, place.population)
    const draw = await findDraw(trx, scope, population.id, place.draw)
    await lockDraw(trx, scope, draw.id)
    const steps = await listSteps(trx, scope, draw.id)
    const { why, event, asked } = await take(trx, { population, draw, steps, step: steps.length + 1, used: await listDrawn(trx, scope, draw.id) })
    const voided: TrailEvent[] = []
    for (const line of (await listLines(trx, scope)).filter((one) => one.draw_id === draw.id)) {
      await updateLine(trx, scope, line.id, { conclusion: null })
      const kinds = await voidSignOffs(trx, scope, line.id, why)
      if (kinds.length > 0) voided.push({ kind: 'test.sign_off_voided', facts: { testLineId: line.id, reference: testReference(line.control_number, line.sequence), kinds }, detail: { reason: why } })
    }
    await record(trx, scope, event, ...voided, ...asked)
  })
}

/** Asks for the added items as their draw's request did, the owner of a replaced item before all. Nothing where the list is the evidence. */
async function askAgain(trx: Tx, site: Site, scope: EngagementScope, draw: DrawRow, replaced: string | null, items: readonly { id: string }[], dueOn: string, draftOnly: boolean): Promise<TrailEvent[]> {
  const requests = await listRequestsOf(trx, scope, draw.id)
  if (requests.length === 0) return []
  if (dueOn === '') throw new Invalid({ [replaced === null ? 'due' : 'needed']: 'Give the day by which the evidence is due.' })
  const first = await findRequest(trx, scope, (replaced === null ? null : await findRequestOf(trx, scope, replaced)) ?? requests[0]!.number)
  const ask: SampleAsk = {
    title: `${first.title.replace(/ \(further items\)$/, '').slice(0, 180)} (further items)`, ask: first.ask, why: first.why, system: first.system, example: first.example,
    priority: first.priority, ownerId: first.owner_id, dueOn, checklist: await listChecklist(trx, scope, first.id),
    controlIds: (await listRequestControls(trx, scope, first.id)).map(({ id }) => id),
  }
  return await askForItems(trx, site, scope, draw.id, items, ask, draftOnly, true)
}

function frameOf(population: PopulationRow, draw: DrawRow) {
  const filter = draw.filter_column === null || draw.filter_value === null ? null : { column: population.header.indexOf(draw.filter_column), value: draw.filter_value }
  return { populationId: population.id, filter }
}

function placed(rows: readonly Placed[], used: number, stratum: string | null) {
  return rows.map((row, index) => ({ ...row, rank: used + index + 1, stratum, note: '' }))
}
