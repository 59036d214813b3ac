import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { listRows } from '../../server/populations/store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { textRows, workbook } from '../sheets/workbooks.ts'
import { acceptedList, changes, mappingForm, readList, runReading, stored, submitList } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours } = await gather(testApp)
const base = `${ours.base}/populations`

type Found = { check: string, mark: string, sentence: string, rows: number[], count: number }
const findingsOf = (row: { findings: unknown }) => Object.fromEntries((row.findings as Found[]).map((found) => [found.check, found]))
const inScopeKeys = async (number: number) => {
  const { id } = await stored(testApp, ours, number)
  const rows = await inScope(site.db, ours.manager.scope, async (trx) => listRows(trx, ours.manager.scope, id, 0, 1000))
  return rows.filter((row) => row.in_period).map(({ key }) => key)
}

t.test('a workbook: the sheet is chosen on the page, and what it hides is told', async (t) => {
  const header = ['change_id', 'deployed_at', 'type']
  const list = textRows([['Changes']]) + textRows([header, ['CHG-1', '2026-01-02', 'normal']], 3) + '<row r="5" hidden="1"><c r="A5" t="str"><v>CHG-2</v></c><c r="B5" s="1"><v>46092</v></c></row>'
  const bytes = workbook([{ name: 'Cover', data: textRows([['2026-01-01']]) }, { name: 'List & more', data: list }], { codes: ['m/d/yy'] })
  const { fileId } = await submitList(testApp, ours, bytes, { name: 'changes.xlsx' })
  const first = await ours.staff.get(`${base}/new?file=${fileId}`)
  t.equal(first.status, 422)
  t.match(first.body, /looks like data/)
  t.match(first.body, /<option value="List &amp; more">/, 'another sheet may be shown instead')
  const page = await ours.staff.get(`${base}/new?file=${fileId}&sheet=${encodeURIComponent('List & more')}&head=`)
  t.equal(page.status, 200)
  t.match(page.body, /column names were found in row 3/)
  t.match(page.body, /name="head" value="3"/)
  const number = await readList(testApp, ours, fileId, { sheet: 'List & more', head: '3' })
  const row = await stored(testApp, ours, number)
  t.match(row, { reading: 'done', row_count: 2, in_scope_count: 2, sheet: 'List & more', header_row: 3 })
  t.match(findingsOf(row), { hidden_rows: { mark: 'finding', rows: [5], count: 1 }, encoding: { sentence: /found in row 3/ } })
  t.match((await ours.staff.get(`${base}/${number}`)).body, /Hidden rows/)
  t.match((await ours.staff.get(`${base}/${number}/columns`)).body, /<option value="List &amp; more" selected>/)
  t.match((await ours.staff.get(`${base}/new?file=${fileId}&head=x`)).body, /number of the row/, 'a row that is no number is told')
})

t.test('JSON lines and tab separated lists go through to their rows', async (t) => {
  for (const [name, text] of [['a.jsonl', '{"change_id":"007","deployed_at":"2026-01-02"}\n'], ['a.tsv', 'change_id\tdeployed_at\n007\t2026-01-02\n']] as const) {
    const { fileId } = await submitList(testApp, ours, text, { name })
    const number = await readList(testApp, ours, fileId)
    t.match(await stored(testApp, ours, number), { reading: 'done', row_count: 1, in_scope_count: 1 }, name)
    t.strictSame(await inScopeKeys(number), ['007'])
  }
})

const vendors = ['change_id,start,end', 'V-1,2019-01-01,', 'V-2,2019-01-01,2025-09-30', 'V-3,2019-01-01,2025-10-01', 'V-4,2026-09-30,2030-01-01', 'V-5,2026-10-01,', 'V-6,,', 'V-7,2026-02-01,2026-01-01']

t.test('a span belongs to the period when it overlaps it, by one day too, and a blank end goes on', async (t) => {
  const { fileId } = await submitList(testApp, ours, `${vendors.join('\n')}\n`)
  const number = await readList(testApp, ours, fileId, { date: 'start', until: 'end' })
  t.strictSame(await inScopeKeys(number), ['V-1', 'V-3', 'V-4', 'V-6', 'V-7'])
  t.match(findingsOf(await stored(testApp, ours, number)), { last_day: { mark: 'finding', rows: [8] }, outside_period: { rows: [3, 6] }, blank_date: { rows: [7] } })
  const same = await ours.staff.post(`${base}/${number}/columns`, { ...mappingForm, date: 'start', until: 'start' })
  t.equal(same.status, 422)
  t.match(same.body, /another column than the first/)
})

t.test('an unreadable last day stands in the way', async (t) => {
  const { fileId } = await submitList(testApp, ours, 'change_id,start,end\nV-1,2026-01-01,soon\n')
  const number = await readList(testApp, ours, fileId, { date: 'start', until: 'end' })
  t.match(findingsOf(await stored(testApp, ours, number)), { last_day: { mark: 'blocks', rows: [2] } })
})

t.test('only what is in scope is kept in scope, and values that nobody has are told', async (t) => {
  const text = 'change_id,deployed_at,type\nA,2026-01-01,normal\nB,2026-01-02,emergency\nC,2026-01-03, emergency \nD,2026-01-04,\n'
  for (const [kind, keys] of [['keep', ['B', 'C']], ['leave', ['A', 'D']]] as const) {
    const { fileId } = await submitList(testApp, ours, text)
    const number = await readList(testApp, ours, fileId, { only_column: 'type', only_kind: kind, only_values: 'emergency\r\nhotfix\r\n' })
    t.strictSame(await inScopeKeys(number), keys)
    t.match(await stored(testApp, ours, number), { in_scope_count: 2, row_count: 4 })
    t.match(findingsOf(await stored(testApp, ours, number)), { scope_filter: { mark: 'finding', sentence: /2 rows left out because “type” .*No row has “hotfix”/, count: 2 } })
  }
  const { fileId } = await submitList(testApp, ours, text)
  for (const [form, says] of [[{ only_column: 'type' }, /Give the values/], [{ only_values: 'x' }, /Choose the column in which/]] as const) {
    const answer = await ours.staff.post(base, { ...mappingForm, file: fileId, ...form })
    t.equal(answer.status, 422)
    t.match(answer.body, says)
    t.match(answer.body, /<details class="fold" open>/, 'what was typed is in sight')
  }
})

t.test('the next version of a list is offered the mapping of the one before', async (t) => {
  const text = 'nr,change_id,deployed_at,merged_at,type\n1,A,01/02/2026,02/02/2026,normal\n'
  const first = await submitList(testApp, ours, text)
  await readList(testApp, ours, first.fileId, { key: 'change_id', date: 'merged_at', order: 'dmy', stratum: 'type', only_column: 'type', only_kind: 'leave', only_values: 'standard', name: 'Changes merged' })
  const second = await inScope(site.db, ours.manager.scope, async (trx) => {
    const engagement = { engagement_id: ours.engagement.id, request_id: first.requestId }
    const { sha256 } = await trx.selectFrom('evidence_file').select('sha256').where('id', '=', first.fileId).executeTakeFirstOrThrow()
    const submission = await trx.insertInto('submission').values({ ...engagement, number: 2, generated_zone: 'UTC' }).returning('id').executeTakeFirstOrThrow()
    return await trx.insertInto('evidence_file').values({ ...engagement, submission_id: submission.id, position: 1, name: 'v2.csv', size: 1, sha256, media_type: 'text/csv', kind: 'csv', uploaded_by: ours.owner.id, channel: 'login' }).returning('id').executeTakeFirstOrThrow()
  })
  const { body } = await ours.staff.get(`${base}/new?file=${second.id}`)
  for (const words of ['as they were mapped in the version before', 'value="Changes merged"', '<option value="merged_at" selected>', '<option value="dmy" selected>', '<option value="leave" selected>', '>standard</textarea>', '<details class="fold" open>']) t.ok(body.includes(words), words)
})

t.test('an accepted list cannot be read otherwise behind its back', async (t) => {
  const number = await acceptedList(testApp, ours, changes(3))
  const { id } = await stored(testApp, ours, number)
  for (const change of [{ until_column: 'type' }, { stratum_column: 'type' }, { scope_column: 'type', scope_values: ['x'] }, { sheet: 'x' }]) {
    await t.rejects(inScope(site.db, ours.manager.scope, async (trx) => trx.updateTable('population').set(change).where('id', '=', id).execute()), { code: '23001' })
  }
})

t.test('how far a reading is stands on the page', async (t) => {
  const { fileId } = await submitList(testApp, ours, changes(4))
  const { location } = await ours.staff.post(base, { ...mappingForm, file: fileId })
  const number = Number(location?.split('POP-')[1])
  await inScope(site.db, ours.manager.scope, async (trx) => trx.updateTable('population').set({ reading: 'running', row_count: 2000, expected_rows: 5000 }).where('number', '=', number).execute())
  const { body } = await ours.staff.get(location!)
  t.match(body, /2,000 of 5,000 rows read and checked/)
  t.match(body, /<progress max="5000" value="2000"/)
  await runReading(testApp, ours, number)
  t.match(await stored(testApp, ours, number), { reading: 'done' })
})
