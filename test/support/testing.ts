import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { takeNumber } from '../../server/database/counter.ts'
import { inScope, type Tx } from '../../server/database/connect.ts'
import type { Nature } from '../../server/testing/rules.ts'
import { testReference } from '../../server/testing/rules.ts'
import { insertLine, updateLine, writeAttributes, writeProcedures } from '../../server/testing/store.ts'
import type { TestApp } from './app.ts'
import type { Member, Team } from './cast.ts'

export type MadeRequest = { readonly requestId: string, readonly number: number, readonly submissionId: string }
export type MadeControl = { readonly id: string, readonly number: string }
export type MadePopulation = MadeRequest & { readonly populationId: string, readonly populationNumber: number, readonly fileId: string, readonly rows: readonly (readonly string[])[] }
export type MadeDraw = { readonly id: string, readonly number: number, readonly items: readonly { readonly id: string, readonly key: string, readonly rank: number, readonly row: number }[] }
export type MadeLine = { readonly id: string, readonly reference: string, readonly control: MadeControl }

const header = ['employee_id', 'department', 'last_working_day']

/** A control with its first wording, confirmed. */
export async function makeControl({ site }: TestApp, team: Team, number = 'AC-02', text = 'Access of leavers is removed within one business day of the last working day.'): Promise<MadeControl> {
  return await inScope(site.db, team.manager.scope, async (trx) => {
    const key = { engagement_id: team.engagement.id }
    const { id } = await trx.insertInto('control').values({ ...key, number, type: 'preventive', nature: 'manual', frequencies: ['event_driven'], owner_title: 'IT Operations Manager' }).returning('id').executeTakeFirstOrThrow()
    await trx.insertInto('control_wording').values({ ...key, control_id: id, version: 1, text, source: 'The client’s control matrix', entered_by: team.manager.id, confirmed_by: team.lead.id, confirmed_at: new Date() }).execute()
    await trx.insertInto('control_criterion').values({ ...key, control_id: id, criterion: 'CC6.2' }).execute()
    return { id, number }
  })
}

/** A list of `count` rows, sent and accepted and, unless it is empty, locked; every row is in scope. */
export async function makePopulation(testApp: TestApp, team: Team, control: MadeControl, { count = 31, lock = true }: { readonly count?: number, readonly lock?: boolean } = {}): Promise<MadePopulation> {
  const rows = Array.from({ length: count }, (_, index) => [`EMP-${String(index + 1).padStart(4, '0')}`, ['Finance', 'Support', 'Payments'][index % 3]!, `2026-0${1 + index % 9}-15`])
  const csv = [header, ...rows].map((cells) => cells.join(',')).join('\n')
  return await inScope(testApp.site.db, team.owner.scope, async (trx) => {
    const made = await makeRequest(trx, team, 'population', [control], null)
    const fileId = await addFile(testApp, trx, team, made, { name: 'leavers.csv', bytes: `${csv}\n`, kind: 'csv', itemId: null })
    await submit(trx, team, made, 'accepted')
    const key = { engagement_id: team.engagement.id }
    const populationNumber = await takeNumber(trx, team.engagement.id, 'population')
    const { id } = await trx.insertInto('population').values({
      ...key, number: populationNumber, request_id: made.requestId, submission_id: made.submissionId, file_id: fileId, name: 'Leavers', occurrence: 'an employee leaves',
      header, key_column: 'employee_id', date_column: 'last_working_day', status: 'checking', reading: 'done', row_count: count, in_scope_count: count,
      corroboration: count === 0 ? 'Interview, and the query with no rows' : null, created_by: team.staff.id,
    }).returning('id').executeTakeFirstOrThrow()
    if (count > 0) await trx.insertInto('population_row').values(rows.map((cells, index) => ({ ...key, population_id: id, row_number: index + 1, key: cells[0]!, occurred_on: cells[2]!, in_period: true, cells }))).execute()
    await trx.updateTable('population').set({ status: 'accepted', accepted_at: sql<Date>`app_now()`, accepted_by: team.staff.id }).where('id', '=', id).execute()
    if (lock && count > 0) await trx.updateTable('population').set({ status: 'locked', locked_at: sql<Date>`app_now()` }).where('id', '=', id).execute()
    return { ...made, populationId: id, populationNumber, fileId, rows }
  })
}

/** The first `size` rows as a draw. */
export async function makeDraw({ site }: TestApp, team: Team, population: MadePopulation, size = 10): Promise<MadeDraw> {
  return await inScope(site.db, team.staff.scope, async (trx) => {
    const key = { engagement_id: team.engagement.id }
    const number = await takeNumber(trx, team.engagement.id, 'draw')
    const whole = size === population.rows.length
    const { id } = await trx.insertInto('draw').values({
      ...key, number, population_id: population.populationId, method: whole ? 'all' : 'random', seed: '0'.repeat(32), size, population_size: population.rows.length,
      keys_sha256: 'a'.repeat(64), file_sha256: 'b'.repeat(64), reason: whole ? 'Few enough to look at all' : '', drawn_by: team.staff.id,
    }).returning('id').executeTakeFirstOrThrow()
    const items = await trx.insertInto('sample_item').values(population.rows.slice(0, size).map((cells, index) => ({
      ...key, draw_id: id, rank: index + 1, population_id: population.populationId, row_number: index + 1, key: cells[0]!, digest: createHash('sha256').update(cells[0]!).digest('hex'),
    }))).returning(['id', 'key', 'rank', 'row_number as row']).execute()
    return { id, number, items: items.toSorted((a, b) => a.rank - b.rank) }
  })
}

type Answers = { readonly status?: 'submitted' | 'accepted', readonly bytes?: (key: string) => string | Buffer, readonly name?: (key: string) => string, readonly kind?: 'text' | 'image' | ((key: string) => FileKind) }

type FileKind = 'csv' | 'text' | 'image' | 'pdf'

/** The sample request of a draw, answered with one file for each item. */
export async function answerDraw(testApp: TestApp, team: Team, control: MadeControl, draw: MadeDraw, { status = 'accepted', bytes = (key) => `removal log of ${key}\n`, name = (key) => `${key}.log`, kind = 'text' }: Answers = {}): Promise<MadeRequest & { readonly files: ReadonlyMap<string, string> }> {
  return await inScope(testApp.site.db, team.owner.scope, async (trx) => {
    const made = await makeRequest(trx, team, 'sample', [control], draw.id)
    const files = new Map<string, string>()
    for (const { id, key } of draw.items) files.set(id, await addFile(testApp, trx, team, made, { name: name(key), bytes: bytes(key), kind: typeof kind === 'string' ? kind : kind(key), itemId: id }))
    await submit(trx, team, made, status)
    return { ...made, files }
  })
}

type PlanWishes = { readonly draw?: MadeDraw | undefined, readonly population?: MadePopulation | undefined, readonly letters?: string, readonly itemNoun?: string, readonly natures?: readonly Nature[] }

/** A test line with one attribute for each letter of `letters`. */
export async function makeLine({ site }: TestApp, team: Team, control: MadeControl, { draw, population, letters = 'AB', itemNoun = 'leavers', natures = ['inspection'] }: PlanWishes = {}): Promise<MadeLine> {
  return await inScope(site.db, team.staff.scope, async (trx) => {
    const line = await insertLine(trx, team.staff.scope, { controlId: control.id, title: '', itemNoun })
    await writeProcedures(trx, team.staff.scope, line.id, natures.map((nature) => ({ nature, text: `Looked at the removal log for {sample} (${nature})` })))
    await writeAttributes(trx, team.staff.scope, line.id, [...letters].map((letter) => ({ letter, question: `Was ${letter} done within one business day?`, expected: 'Time of removal in the log' })))
    if (draw) await updateLine(trx, team.staff.scope, line.id, { draw_id: draw.id, ...(population ? { population_id: population.populationId } : {}) })
    return { id: line.id, reference: testReference(control.number, line.sequence), control }
  })
}

export type Bench = { readonly control: MadeControl, readonly population: MadePopulation, readonly draw: MadeDraw, readonly line: MadeLine, readonly sample: Awaited<ReturnType<typeof answerDraw>> }

/** A control with a drawn, answered and unanswered grid: everything a test needs before its first result. */
export async function makeBench(testApp: TestApp, team: Team, { number = 'AC-02', items = 10, rows = 31, letters = 'AB' } = {}): Promise<Bench> {
  const control = await makeControl(testApp, team, number)
  const population = await makePopulation(testApp, team, control, { count: rows })
  const draw = await makeDraw(testApp, team, population, items)
  const line = await makeLine(testApp, team, control, { draw, population, letters })
  return { control, population, draw, line, sample: await answerDraw(testApp, team, control, draw) }
}

/** Sets one result through HTTP, as the grid does, and returns the answer. */
export async function setResult(member: Member, team: Team, line: MadeLine, item: string, letter: string, result: string, { note = '', version = 0, citations = [] as { file: string, place: string }[] } = {}) {
  const { status, json } = await member.post(`${team.base}/testing/${line.reference}/results`, { item, letter, result, note, version: String(version), cite: citations.map(({ file }) => file), ...Object.fromEntries(citations.map(({ file, place }) => [`place-${file}`, place])) }, { accept: 'application/json' })
  return { status, body: json() as { version: number, result: string, error?: string, fields?: Record<string, string>, theirs?: { result: string, note: string, version: number, by: string }, foot: { letter: string, deviations: number, applicable: number }[] } }
}

async function makeRequest(trx: Tx, team: Team, kind: 'population' | 'sample', controls: readonly MadeControl[], drawId: string | null): Promise<MadeRequest> {
  const key = { engagement_id: team.engagement.id }
  const number = await takeNumber(trx, team.engagement.id, 'request')
  const { id: requestId } = await trx.insertInto('request').values({
    ...key, number, kind, title: kind === 'sample' ? 'Removal logs of the selected leavers' : 'All leavers in the period', ask: 'Send it.', owner_id: team.owner.id,
    due_on: '2026-10-14', original_due_on: '2026-10-14', status: 'in_progress', issued_at: new Date(), issued_by: team.senior.id, draw_id: drawId, created_by: team.senior.id,
  }).returning('id').executeTakeFirstOrThrow()
  await trx.insertInto('request_control').values(controls.map((control) => ({ ...key, request_id: requestId, control_id: control.id }))).execute()
  const { id: submissionId } = await trx.insertInto('submission').values({ ...key, request_id: requestId, number: 1, source_system: 'PeopleDesk', edits: 'none' }).returning('id').executeTakeFirstOrThrow()
  return { requestId, number, submissionId }
}

async function addFile({ site }: TestApp, trx: Tx, team: Team, { requestId, submissionId }: MadeRequest, file: { name: string, bytes: string | Buffer, kind: FileKind, itemId: string | null }): Promise<string> {
  const stored = await site.vault.store(Readable.from([Buffer.from(file.bytes as string)]))
  const { id } = await trx.insertInto('evidence_file').values({
    engagement_id: team.engagement.id, request_id: requestId, submission_id: submissionId, item_id: file.itemId, name: file.name, size: stored.size, sha256: stored.sha256,
    position: sql<number>`(select coalesce(max(position), 0) + 1 from evidence_file where submission_id = ${submissionId})`,
    media_type: { csv: 'text/csv', text: 'text/plain', image: 'image/png', pdf: 'application/pdf' }[file.kind], kind: file.kind, uploaded_by: team.owner.id, channel: 'link',
    ...file.kind === 'image' ? { preview: 'ready' as const, preview_sha256: stored.sha256, width: 1200, height: 780 } : { preview: 'none' as const },
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

async function submit(trx: Tx, team: Team, { requestId, submissionId }: MadeRequest, status: 'submitted' | 'accepted'): Promise<void> {
  await trx.updateTable('submission').set({ status: 'submitted', submitted_at: sql<Date>`app_now()`, submitted_by: team.owner.id, channel: 'link' }).where('id', '=', submissionId).execute()
  await trx.updateTable('request').set({ status: 'submitted' }).where('id', '=', requestId).execute()
  if (status === 'submitted') return
  await trx.updateTable('submission').set({ status: 'accepted', decided_at: sql<Date>`app_now()`, decided_by: team.staff.id }).where('id', '=', submissionId).execute()
  for (const step of ['in_review', 'accepted'] as const) await trx.updateTable('request').set({ status: step }).where('id', '=', requestId).execute()
}
