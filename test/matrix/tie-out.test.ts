import { parse } from 'csv-parse/sync'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sheetRows, unzip, wordTables, xmlText } from '../support/zip.ts'
import type { LineInput } from '../../server/matrix/assemble.ts'
import type { CellResult } from '../../server/database/schema/testing.ts'
import { expectedNumbers, numbersIn, ratesIn, tally } from './naive.ts'
import { plant, type ControlPlan, type LinePlan } from './planted.ts'
import { attribute, chance, drawing, plainLine } from './random.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
const here = `${ours.base}/matrix`
const exception = { problem: 'removal was not evidenced', status: 'identified' as const }

const planted = await plant(testApp, ours, [
  { number: 'AC-01', criteria: ['CC6.2'] },
  { number: 'AC-02', criteria: ['CC6.2', 'CC6.3'], lines: [{ letters: 'ABC', conclusion: 'effective_with_exceptions', signed: true, exception,
    result: (item, letter) => (letter === 'A' && item < 2) || (letter === 'B' && item === 0) ? 'deviation' : letter === 'C' && item > 6 ? 'not_applicable' : 'pass' }] },
  { number: 'AC-07', criteria: ['CC6.5'], lines: [{ noun: 'disposals', noOccurrence: { event: 'disposal of devices', corroboration: 'inspection of the asset query' }, conclusion: 'not_tested_no_occurrence' }] },
  { number: 'CH-01', criteria: ['CC8.1'], lines: [
    { title: 'Code changes', noun: 'production changes', items: 40, of: 1284, conclusion: 'effective' },
    { title: 'Emergency changes', noun: 'emergency changes', items: 7, of: 7, letters: 'A', exception, result: (item) => item === 3 ? 'deviation' : null },
  ] },
])

/** Results of every test as one place prints them: sentence, items tested and items deviating where it has columns for them. */
type Printed = Map<string, { text: string, n?: number, d?: number }>

t.test('a cell flipped through HTTP stands in the page, the workbook, the document and the CSV of a new export, and in no old one', async (t) => {
  t.equal((await ours.senior.post(`${here}/exports`, { form: 'draft' })).status, 303)
  const before = await printed(1)
  await checkAgainstCells(t, before, 'before')
  t.match(before.page.get('AC-02.T1')!.text, 'For 2 of 10 leavers selected, removal was not evidenced.')
  const old = await filesOf(1)

  const line = planted.get('AC-02.T1')!
  const flip = await ours.senior.post(`${ours.base}/testing/AC-02.T1/results`, { item: line.items[5]!.id, letter: 'B', result: 'deviation', note: 'ticket closed late', version: '1' })
  t.equal(flip.status, 303, 'the flip was taken')

  t.equal((await ours.senior.post(`${here}/exports`, { form: 'draft' })).status, 303)
  const after = await printed(2)
  await checkAgainstCells(t, after, 'after')
  t.match(after.page.get('AC-02.T1')!.text, 'For 3 of 10 leavers selected, removal was not evidenced. By attribute: A 2 of 10, B 2 of 10.')
  t.same(await filesOf(1), old, 'the first export is what it was')
  const [first, second] = await owner.selectFrom('matrix_export').select('content_sha256').orderBy('number').execute()
  t.not(second!.content_sha256, first!.content_sha256, 'other data, other hash')
})

t.test('an edit takes the conclusion back, and the tally and the gate say so', async (t) => {
  const body = (await ours.senior.get(here)).body.replaceAll('&#x3D;', '=')
  const counts = [...body.matchAll(/<a href="[^"]*\?conclusion=(\w+)"[^>]*><b>(\d+)<\/b>/g)].map(([, what, count]) => [what, Number(count)] as const)
  const total = Number(/class="foot"[^>]*><b class="tied">(\d+)/.exec(body)![1])
  t.equal(total, 4)
  t.equal(counts.reduce((sum, [, count]) => sum + count, 0), total, 'the tally foots')
  t.match(Object.fromEntries(counts), { not_tested_no_occurrence: 1, not_concluded: 3, effective_with_exceptions: 0 })
  const { rows: [pending] } = await sql<{ count: number }>`select count(*) from test_line join sample_item using (engagement_id, draw_id) join attribute on attribute.test_line_id = test_line.id
    left join cell on cell.test_line_id = test_line.id and cell.item_id = sample_item.id and cell.letter = attribute.letter
    where test_line.engagement_id = ${ours.engagement.id} and coalesce(cell.result, 'pending') = 'pending'`.execute(owner)
  t.match(body, new RegExp(`No cell pending or stale</a>.*?<span class="num">${pending!.count}</span>`, 's'))
})

t.test('the same data exported again has the same content hash, by whomever and whenever', async (t) => {
  t.equal((await ours.partner.post(`${here}/exports`, { form: 'draft' })).status, 303)
  const kept = await owner.selectFrom('matrix_export').select(['number', 'content_sha256', 'exported_by']).orderBy('number').execute()
  t.equal(kept.length, 3)
  t.equal(kept[2]!.content_sha256, kept[1]!.content_sha256)
  t.not(kept[2]!.exported_by, kept[1]!.exported_by)
  t.match((await ours.partner.get(`${here}/exports/3/matrix.csv`)).body, kept[2]!.content_sha256)
})

t.test('whatever is extended, replaced, tested again or left open, every place counts it as the cells do', async (t) => {
  const seed = Number(process.env['TICKMARK_SEED'] ?? 1)
  t.comment(`seed ${seed}; TICKMARK_SEED takes another`)
  for (const [reference, line] of await plant(testApp, ours, randomPlans(seed))) planted.set(reference, line)
  t.equal((await ours.senior.post(`${here}/exports`, { form: 'draft' })).status, 303)
  await checkAgainstCells(t, await printed(4), `of seed ${seed}`)
  const lines = await linesOf()
  for (const reference of planted.keys()) {
    const { body } = await ours.senior.get(`${here}/cells/${reference}?result=deviation`)
    t.match(body, `<b class="tied">${tally(lines.get(reference)!).d}</b>`, `${reference} opens the items that deviate`)
  }
})

t.test('what an export page counts is what its files hold', async (t) => {
  const { body } = await ours.senior.get(`${here}/exports/2`)
  const facts = Object.fromEntries([...body.matchAll(/<dt>([^<]+)<\/dt><dd><b class="tied">([\d,]+)<\/b>/g)].map(([, word, count]) => [word, Number(count)]))
  const { xlsx } = await filesOf(2)
  const detail = sheetRows(unzip(xlsx), 'Sample detail').slice(2)
  const distinct = (rows: typeof detail) => new Set(rows.map((row) => `${row[0]} ${row[1]}`)).size
  const pending = distinct(detail.filter((row) => row[5] === 'Pending'))
  t.equal(pending, 6, 'items that are drawn and not looked at yet')
  t.match(facts, { Tests: 4, Exceptions: 2, 'Items tested': distinct(detail) - pending, 'Items deviating': distinct(detail.filter((row) => row[5] === 'Deviation')) })
})

t.test('a file that is fetched again is the file that was sent first, and one whose bytes are gone is an error', async (t) => {
  const first = new Map<string, Buffer>()
  for (const format of ['docx', 'xlsx', 'pdf', 'csv', 'json']) first.set(format, await fetched(2, format))
  for (const [format, bytes] of first) t.ok((await fetched(2, format)).equals(bytes), `${format} byte for byte`)
  const kept = await owner.selectFrom('matrix_export_file').select(['format', 'sha256', 'size']).where('number', '=', 2).execute()
  t.equal(kept.length, first.size)
  for (const { format, sha256, size } of kept) t.same([sha256, size], [createHash('sha256').update(first.get(format)!).digest('hex'), first.get(format)!.length])
  const { sha256 } = kept.find(({ format }) => format === 'csv')!
  await writeFile(testApp.site.vault.localPath(sha256), 'other')
  t.equal((await ours.senior.get(`${here}/exports/2/matrix.csv`)).status, 500, 'other bytes are not sent in its place')
})

t.test('rows that lie in another order in the tables give the same hash', async (t) => {
  const order = async () => (await sql<{ found: string }>`select string_agg(item_id || letter, ',' order by ctid) as found from cell`.execute(owner)).rows[0]!.found
  const hash = async (number: number) => {
    t.equal((await ours.senior.post(`${here}/exports`, { form: 'draft' })).status, 303)
    return (await owner.selectFrom('matrix_export').select('content_sha256').where('number', '=', number).executeTakeFirstOrThrow()).content_sha256
  }
  const { rows: tables } = await sql<{ name: string }>`select table_name as name from information_schema.columns join pg_class on relname = table_name and relkind = 'r' and not relispartition
    where table_schema = 'public' and column_name = 'engagement_id'`.execute(owner)
  const before = await hash(5)
  for (const salt of ['one', 'other']) {
    const lying = await order()
    await owner.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      // Every row that is written again lies behind those that are not.
      for (const { name } of tables) await sql`update ${sql.table(name)} set engagement_id = engagement_id where hashtext(ctid::text || ${salt}) % 2 = 0`.execute(trx)
    })
    t.not(await order(), lying, 'the cells lie in another order')
    t.equal(await hash(salt === 'one' ? 6 : 7), before)
  }
})

/** The four places in which a count is printed; the page as it is now, the files of one export. */
async function printed(number: number) {
  const { xlsx, csv, document } = await filesOf(number)
  return { page: await onPage(), xlsx: inTable(sheetRows(unzip(xlsx), 'Matrix').slice(1)), csv: inTable(parse(csv, { bom: true })), docx: inDocument(document) }
}

async function filesOf(number: number) {
  return { xlsx: await fetched(number, 'xlsx'), csv: (await fetched(number, 'csv')).toString('utf8'), document: unzip(await fetched(number, 'docx')).get('word/document.xml')! }
}

async function fetched(number: number, format: string): Promise<Buffer> {
  const cookie = await testApp.site.sessions.begin(ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return (await testApp.app.inject({ method: 'GET', url: `${here}/exports/${number}/matrix.${format}`, headers: { cookie: `${cookie.name}=${cookie.value}` } })).rawPayload
}

async function onPage(): Promise<Printed> {
  const { body } = await ours.senior.get(`${here}?by=control`)
  return new Map([...body.matchAll(/Results: <\/span>(.*?)<\/td>.*?<a class="nowrap" href="[^"]*">([A-Z]+-\d+\.T\d+)</gs)]
    .map(([, cell, reference]) => [reference!, { text: xmlText(cell!.replace(/<a class="ref"[^>]*>E-\d+<\/a> /g, '').replace(/<small.*<\/small>/gs, '')) }]))
}

function inTable([header, ...rows]: (string | number | null)[][]): Printed {
  const column = (name: string) => header!.indexOf(name)
  return new Map(rows.filter((row) => row[column('Test')]).map((row) => [String(row[column('Test')]), {
    text: String(row[column('Results of tests')]), n: Number(row[column('Items tested (n)')]), d: Number(row[column('Items deviating (d)')]),
  }]))
}

function inDocument(xml: string): Printed {
  const rows = wordTables(xml).filter(([header]) => header!.length === 4).flatMap(([, ...body]) => body).filter((row) => row.length === 4)
  return new Map(rows.flatMap(([number, , , results]) => results!.filter((text) => text !== 'Not tested yet.')
    .map((text, place) => [/^[A-Z]+-\d+\.T\d+(?=:)/.exec(text)?.[0] ?? `${number!.join()}.T${place + 1}`, { text: text.replace(/^(Code changes|Emergency changes|[A-Z]+-\d+\.T\d+):? ?/, '').replace(/^E-\d+ /, '') }] as const)))
}

async function checkAgainstCells(t: Test, places: Record<string, Printed>, when: string): Promise<void> {
  const lines = await linesOf()
  t.equal(lines.size, planted.size)
  for (const [place, results] of Object.entries(places)) {
    t.equal(results.size, lines.size, `${place} prints every test ${when}`)
    for (const [reference, line] of lines) {
      const { n, d, tested, byAttribute } = tally(line)
      const { text, n: items = tested, d: deviating = d } = results.get(reference)!
      t.equal(text, places['page']!.get(reference)!.text, `${place} reads as the page does for ${reference} ${when}`)
      t.same(numbersIn(text), expectedNumbers(line), `${place} counts ${reference} (${n} items) as its cells do ${when}: ${text}`)
      t.same([items, deviating], [tested, d], `columns of ${place} for ${reference} ${when}`)
      for (const [letter, deviations, applicable] of ratesIn(text)) t.same([deviations, applicable], byAttribute.get(letter), `${place} attribute ${letter} of ${reference} ${when}`)
    }
  }
}

/** The lines as the tables hold them, read row by row and without a view or a sum of the program's. */
async function linesOf(): Promise<Map<string, LineInput>> {
  const [lines, draws, drawn, steps, own, attributes, cells] = await Promise.all([
    owner.selectFrom('test_line').innerJoin('control', 'control.id', 'control_id').selectAll('test_line').select('control.number').execute(),
    owner.selectFrom('draw').selectAll().execute(), owner.selectFrom('sample_item').selectAll().execute(), owner.selectFrom('draw_step').selectAll().execute(),
    owner.selectFrom('line_item').selectAll().execute(), owner.selectFrom('attribute').selectAll().execute(), owner.selectFrom('cell').selectAll().execute(),
  ])
  const replaced = new Set(steps.map(({ replaced_id: id }) => id))
  return new Map(lines.map((line) => {
    const items = [
      ...drawn.filter((item) => item.draw_id === line.draw_id && !replaced.has(item.id)).map(({ id, further }) => ({ key: id, further })),
      ...own.filter((item) => item.test_line_id === line.id).map(({ id }) => ({ key: id, further: false })),
    ]
    const draw = draws.find(({ id }) => id === line.draw_id)
    return [`${line.number}.T${line.sequence}`, plainLine({
      kind: line.kind, items, noOccurrence: line.no_occurrence ? { event: line.event, procedure: line.corroboration } : null,
      draw: draw ? drawing(`D-${draw.number}`, draw.size, draw.population_size, { method: draw.method }) : null,
      attributes: attributes.filter((one) => one.test_line_id === line.id).map(({ letter, problem }) => attribute(letter, '', '', problem)),
      cells: cells.filter((one) => one.test_line_id === line.id && items.some(({ key }) => key === one.item_id)).map(({ item_id: item, letter, result }) => ({ item, attribute: letter, result })),
    })]
  }))
}

/** Controls with random lines: extended, with items replaced, tested again, whole, of items of their own; and grids with gaps. */
function randomPlans(seed: number): ControlPlan[] {
  const next = chance(seed)
  const upTo = (most: number) => Math.floor(next() * (most + 1))
  return Array.from({ length: 4 }, (_, place): ControlPlan => ({
    number: `RX-${place + 1}`, criteria: ['CC7.1'],
    lines: Array.from({ length: 1 + upTo(2) }, (_line, sequence): LinePlan => {
      const rate = next() < 0.3 ? 0 : next() * 0.5
      const gap = next() < 0.3 ? 0.2 : 0
      const items = 1 + upTo(8)
      const whole = next() < 0.2
      const outcomes = new Map<string, CellResult | null>()
      const result = (item: number, letter: string) => {
        const drawnOnce = outcomes.get(`${item}${letter}`)
        if (drawnOnce !== undefined) return drawnOnce
        const chanced = next()
        const made = chanced < rate ? 'deviation' as const : chanced < rate + 0.1 ? 'not_applicable' as const : chanced > 1 - gap ? null : 'pass' as const
        outcomes.set(`${item}${letter}`, made)
        return made
      }
      const own = next() < 0.2 ? { own: { kind: (['configuration', 'walkthrough', 'observation'] as const)[upTo(2)]!, labels: ['one', 'two', 'three'].slice(upTo(2)) } } : {}
      const drawn = whole ? { items, of: items } : { items, of: 40, further: next() < 0.4 ? 1 + upTo(5) : 0, replaced: next() < 0.3 ? upTo(Math.min(2, items)) : 0 }
      return {
        ...own, ...drawn, letters: 'ABC'.slice(0, 1 + upTo(2)), problems: next() < 0.6 ? 'ABC' : 'AC', result, title: '', exception,
        ...sequence > 0 && next() < 0.4 ? { retestOf: sequence } : {}, ...next() < 0.4 ? { span: { from: '2025-10-01', to: '2026-03-31' } } : {},
      }
    }),
  }))
}
