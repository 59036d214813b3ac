import { randomUUID } from 'node:crypto'
import { takeNumber } from '../../server/database/counter.ts'
import { inScope, type Tx } from '../../server/database/connect.ts'
import type { ExceptionStatus } from '../../server/database/schema/exceptions.ts'
import type { CellResult, Conclusion } from '../../server/database/schema/testing.ts'
import type { TestApp } from '../support/app.ts'
import type { Team } from '../support/cast.ts'

export type LinePlan = {
  title?: string
  noun?: string
  /** Items drawn of how many; equal numbers make it a test of everything. */
  items?: number
  of?: number
  /** Items drawn in addition by an extension, and of the first ones those that others stand for. */
  further?: number
  replaced?: number
  /** What is tested where nothing is drawn. */
  own?: { kind: 'configuration' | 'walkthrough' | 'observation', labels: string[] }
  span?: { from: string, to: string }
  /** The sequence of the line that this one tests again. */
  retestOf?: number
  letters?: string
  /** What a deviation on each of these letters means. */
  problems?: string
  procedures?: { nature: 'inquiry' | 'observation' | 'inspection' | 'reperformance', text: string }[]
  /** Null leaves the cell unwritten. */
  result?: (item: number, letter: string) => CellResult | null
  noOccurrence?: { event: string, corroboration: string }
  conclusion?: Conclusion
  signed?: boolean
  exception?: { problem: string, status: ExceptionStatus, response?: string }
}

export type ControlPlan = { number: string, criteria: string[], wording?: string, confirmed?: boolean, lines?: LinePlan[] }

export type PlantedLine = { id: string, reference: string, fileId: string, items: { id: string, key: string }[] }

/** Writes controls with their tests, lists, draws and results straight into the tables, for a team's engagement. */
export async function plant({ site }: TestApp, team: Team, plans: readonly ControlPlan[]): Promise<Map<string, PlantedLine>> {
  return await inScope(site.db, team.senior.scope, async (trx) => {
    const planted = new Map<string, PlantedLine>()
    for (const plan of plans) {
      const controlId = await plantControl(trx, team, plan)
      for (const [place, line] of (plan.lines ?? []).entries()) {
        const one = await plantLine(trx, team, plan.number, controlId, place + 1, line)
        planted.set(one.reference, one)
      }
    }
    return planted
  })
}

async function plantControl(trx: Tx, { engagement: { id }, senior, lead }: Team, plan: ControlPlan): Promise<string> {
  const { id: controlId } = await trx.insertInto('control').values({ engagement_id: id, number: plan.number, frequencies: ['event_driven'], type: 'preventive', nature: 'manual' }).returning('id').executeTakeFirstOrThrow()
  await trx.insertInto('control_wording').values({
    engagement_id: id, control_id: controlId, version: 1, text: plan.wording ?? `Wording of ${plan.number}.`, source: 'Control list', entered_by: senior.id,
    ...(plan.confirmed === false ? {} : { confirmed_by: lead.id, confirmed_at: new Date() }),
  }).execute()
  await trx.insertInto('control_criterion').values(plan.criteria.map((criterion) => ({ engagement_id: id, control_id: controlId, criterion }))).execute()
  return controlId
}

async function plantLine(trx: Tx, team: Team, control: string, controlId: string, sequence: number, plan: LinePlan): Promise<PlantedLine> {
  const { engagement: { id }, senior, manager, lead } = team
  const { items = 10, of = 31, letters = 'AB', noun = 'leavers', noOccurrence } = plan
  const list = await plantList(trx, team, `${control}-${sequence}`, noun, noOccurrence || plan.own ? 0 : items, noOccurrence || plan.own ? 0 : of, plan)
  const retested = plan.retestOf === undefined ? null : await trx.selectFrom('test_line').select('id').where('control_id', '=', controlId).where('sequence', '=', plan.retestOf).executeTakeFirstOrThrow()
  const { id: lineId } = await trx.insertInto('test_line').values({
    engagement_id: id, control_id: controlId, sequence, title: plan.title ?? '', item_noun: noun, control_wording_version: 1, population_id: plan.own ? null : list.populationId,
    draw_id: list.drawId, kind: plan.own?.kind ?? 'sample', retest_of: retested?.id ?? null, ...plan.span ? { span_from: plan.span.from, span_to: plan.span.to } : {}, created_by: senior.id, conclusion: plan.conclusion ?? null,
    ...(noOccurrence ? { no_occurrence: true, event: noOccurrence.event, corroboration: noOccurrence.corroboration } : {}),
  }).returning('id').executeTakeFirstOrThrow()
  const own = { engagement_id: id, test_line_id: lineId }
  const procedures = plan.procedures ?? [{ nature: 'inspection' as const, text: 'the removal record of {sample}' }]
  await trx.insertInto('test_procedure').values(procedures.map((one, place) => ({ ...own, ...one, position: place + 1 }))).execute()
  await trx.insertInto('attribute').values([...letters].map((letter) => ({ ...own, letter, question: `Was step ${letter} done in time?`, problem: plan.problems?.includes(letter) ? `step ${letter} was late` : '' }))).execute()
  const labels = plan.own?.labels ?? []
  if (labels.length > 0) await trx.insertInto('line_item').values(labels.map((label, place) => ({ ...own, label, position: place + 1 }))).execute()
  const standing = [...list.items, ...await trx.selectFrom('line_item').select(['id', 'label as key']).where('test_line_id', '=', lineId).orderBy('position').execute()]
  const cells = standing.flatMap((item, place) => [...letters].flatMap((letter) => {
    const result = (plan.result ?? (() => 'pass'))(place, letter)
    return result === null ? [] : [{ ...own, item_id: item.id, letter, result, note: result === 'deviation' ? '3 business days' : result === 'not_applicable' ? 'none due' : '', set_by: senior.id }]
  }))
  if (cells.length > 0) {
    await trx.insertInto('cell').values(cells).execute()
    await trx.insertInto('citation').values(cells.map(({ item_id: item, letter }) => ({ ...own, item_id: item, letter, file_id: list.fileId, place: 'row 2' }))).execute()
  }
  if (plan.exception) {
    const number = await takeNumber(trx, id, 'exception')
    const { id: exceptionId } = await trx.insertInto('exception').values({
      ...own, number, problem: plan.exception.problem, status: plan.exception.status, released_at: new Date(), opened_by: senior.id,
    }).returning('id').executeTakeFirstOrThrow()
    if (plan.exception.response) {
      await trx.insertInto('exception_response').values({ engagement_id: id, exception_id: exceptionId, version: 1, text: plan.exception.response, written_by: lead.id }).execute()
    }
  }
  if (plan.signed) {
    await trx.insertInto('sign_off').values([{ ...own, kind: 'prepared' as const, person_id: senior.id, line_version: 1 }, { ...own, kind: 'reviewed' as const, person_id: manager.id, line_version: 1 }]).execute()
  }
  return { id: lineId, reference: `${control}.T${sequence}`, fileId: list.fileId, items: standing }
}

async function plantList(trx: Tx, { engagement: { id }, senior, manager, owner }: Team, name: string, noun: string, size: number, of: number, { further = 0, replaced = 0 }: Pick<LinePlan, 'further' | 'replaced'> = {}) {
  const { id: requestId } = await trx.insertInto('request').values({
    engagement_id: id, number: await takeNumber(trx, id, 'request'), kind: 'population', title: `List of ${noun}`, ask: 'Send the list.', owner_id: owner.id,
    due_on: '2026-10-20', original_due_on: '2026-10-20', status: 'accepted', issued_at: new Date(), issued_by: senior.id, created_by: senior.id,
  }).returning('id').executeTakeFirstOrThrow()
  const { id: submissionId } = await trx.insertInto('submission').values({ engagement_id: id, request_id: requestId, number: 1 }).returning('id').executeTakeFirstOrThrow()
  const { id: fileId } = await trx.insertInto('evidence_file').values({
    engagement_id: id, request_id: requestId, submission_id: submissionId, position: 1, name: `${noun}.csv`, size: 100, sha256: 'ab'.repeat(32),
    media_type: 'text/csv', kind: 'csv', uploaded_by: owner.id, channel: 'link',
  }).returning('id').executeTakeFirstOrThrow()
  const mine = { engagement_id: id, id: submissionId } as const
  for (const change of [{ status: 'submitted', submitted_at: new Date(), submitted_by: owner.id, channel: 'link' }, { status: 'accepted', decided_at: new Date(), decided_by: manager.id }] as const) {
    await trx.updateTable('submission').set(change).where('engagement_id', '=', id).where('id', '=', mine.id).execute()
  }
  const { id: populationId } = await trx.insertInto('population').values({
    engagement_id: id, number: await takeNumber(trx, id, 'population'), request_id: requestId, submission_id: submissionId, file_id: fileId, name: noun, occurrence: noun,
    reading: 'done', row_count: of, in_scope_count: of, header: ['key'], key_column: 'key', created_by: senior.id,
  }).returning('id').executeTakeFirstOrThrow()
  const step = async (change: { status: 'checking' | 'accepted' | 'locked', accepted_at?: Date, accepted_by?: string, locked_at?: Date }) => {
    await trx.updateTable('population').set(change).where('engagement_id', '=', id).where('id', '=', populationId).execute()
  }
  const rows = Array.from({ length: size === 0 ? 0 : size + further + replaced }, (_, place) => ({ engagement_id: id, population_id: populationId, row_number: place + 2, key: `${name}-${place + 1}`, in_period: true, cells: [`${name}-${place + 1}`] }))
  if (rows.length > 0) await trx.insertInto('population_row').values(rows).execute()
  await step({ status: 'checking' })
  await step({ status: 'accepted', accepted_at: new Date(), accepted_by: manager.id })
  if (size === 0) return { fileId, populationId, drawId: null, items: [] }
  await step({ status: 'locked', locked_at: new Date() })
  const { id: drawId } = await trx.insertInto('draw').values({
    engagement_id: id, number: await takeNumber(trx, id, 'draw'), population_id: populationId, method: size === of ? 'all' : 'random', seed: 'ab'.repeat(16), size, population_size: of,
    keys_sha256: 'cd'.repeat(32), file_sha256: 'ab'.repeat(32), reason: size === of ? 'Few enough to test them all' : '', drawn_by: senior.id,
  }).returning('id').executeTakeFirstOrThrow()
  const items = rows.map(({ key, row_number: row }, place) => ({ id: randomUUID(), key, row_number: row, rank: place + 1 }))
  const mineToo = { engagement_id: id, draw_id: drawId }
  const add = async (some: typeof items, step: number | null, isFurther: boolean) => {
    await trx.insertInto('sample_item').values(some.map((item) => ({ ...item, ...mineToo, population_id: populationId, digest: 'ef'.repeat(32), step, further: isFurther }))).execute()
  }
  await add(items.slice(0, size), null, false)
  if (further > 0) {
    await trx.insertInto('draw_step').values({ ...mineToo, number: 1, kind: 'extension', size: further, ground: 'deviation', reason: 'Looks isolated', taken_by: senior.id }).execute()
    await add(items.slice(size, size + further), 1, true)
  }
  for (let place = 0; place < replaced; place += 1) {
    const number = place + 1 + (further > 0 ? 1 : 0)
    await trx.insertInto('draw_step').values({ ...mineToo, number, kind: 'replacement', size: 1, ground: 'void', reason: 'Cancelled', replaced_id: items[place]!.id, taken_by: senior.id }).execute()
    await add(items.slice(size + further + place, size + further + place + 1), number, false)
  }
  return { fileId, populationId, drawId, items: items.map(({ id: itemId, key }) => ({ id: itemId, key })) }
}
