import { parse } from 'csv-parse/sync'
import t from 'tap'
import { openApp } from '../support/app.ts'
import { gather, type Answer, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { writeRequests } from './rows.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const requests = `${ours.base}/requests`
await owner.insertInto('control').values(['AC-02', 'CH-01'].map((number) => ({ engagement_id: ours.engagement.id, number, frequencies: ['daily'] as const, type: 'preventive' as const, nature: 'manual' as const }))).execute()

/** Uploads a file and returns the address of its import. */
async function upload(member: Member, name: string, content: string | Buffer): Promise<string> {
  const { status, location, body } = await send(member, name, content)
  if (!location) throw new Error(`uploading answered ${status}: ${/class="summary"[\s\S]*?<\/ul>/.exec(body)?.[0]}`)
  return location.replace('/mapping', '')
}

async function send(member: Member, name: string, content: string | Buffer): Promise<Answer> {
  const boundary = 'tickmark-boundary'
  const head = Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`)
  const payload = Buffer.concat([head, Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)])
  const { headers } = await testApp.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
    .then((cookie) => ({ headers: { cookie: `${cookie.name}=${cookie.value}`, host: testApp.site.config.publicUrl.host, origin: testApp.site.config.publicUrl.origin, 'content-type': `multipart/form-data; boundary=${boundary}` } }))
  const response = await testApp.app.inject({ method: 'POST', url: `${requests}/imports`, payload, headers })
  return { status: response.statusCode, body: response.body, location: response.headers.location, headers: response.headers, json: () => response.json() }
}

/** Takes the guesses as they are and returns the preview. */
async function preview(member: Member, at: string, extra: Record<string, string> = {}): Promise<Answer> {
  const { body } = await member.get(`${at}/mapping`)
  const guessed = Object.fromEntries([...body.matchAll(/name="(column-\d+)"[^>]*>(.*?)<\/select>/gs)].map(([, name, options]) => [name!, /value="([^"]*)" selected/.exec(options!)?.[1] ?? '']))
  const { status } = await member.post(`${at}/mapping`, { ...guessed, ...extra })
  if (status !== 303) throw new Error(`mapping answered ${status}`)
  return await member.get(`${at}/preview`)
}

async function adopt(member: Member, at: string, page: Answer): Promise<Answer> {
  return await member.post(`${at}/adoption`, { digest: /name="digest" value="([0-9a-f]+)"/.exec(page.body)?.[1] ?? 'none' })
}

async function count(): Promise<number> {
  const { count: rows } = await owner.selectFrom('request').select((eb) => eb.fn.countAll<number>().as('count')).where('engagement_id', '=', ours.engagement.id).executeTakeFirstOrThrow()
  return rows
}

function counted(page: Answer, word: string): number {
  return Number(new RegExp(`<b>(\\d+)</b><span>(?:<svg.*?</svg>)?${word}`).exec(page.body)?.[1] ?? 0)
}

t.test('any headings are understood, remembered, and a list taken over twice makes nothing twice', async (t) => {
  const list = `PBC ID,Evidence,Details,Control #,Type,Assigned to,Deadline,Our remark\r\nP-1,Backup schedule,"=SUM of all, please",AC-02,Configuration,${ours.owner.email},2099-10-21,x\r\nP-2,Deployments,All of them,"AC-02; CH-01",population,noor haddad,"Oct 22, 2099",y\r\n`
  const at = await upload(ours.staff, 'list.csv', list)
  const page = await preview(ours.staff, at)
  t.equal(counted(page, 'New'), 2)
  t.equal(counted(page, 'Wrong'), 0)
  const before = await count()
  t.equal((await adopt(ours.staff, at, page)).status, 303)
  t.equal(await count(), before + 2)
  t.match(await owner.selectFrom('request').selectAll().where('external_id', '=', 'P-1').executeTakeFirst(),
    { status: 'draft', title: 'Backup schedule', ask: '=SUM of all, please', kind: 'configuration', due_on: '2099-10-21', owner_id: ours.owner.id, created_by: ours.staff.id })
  t.match(await owner.selectFrom('trail_entry').select(['kind', 'event']).where('engagement_id', '=', ours.engagement.id).orderBy('sequence', 'desc').limit(3).execute(),
    [{ kind: 'request.drafted' }, { kind: 'request.drafted' }, { kind: 'requests.imported', event: /"added":2,"changed":0,"same":0/ }])
  t.equal((await ours.staff.get(`${at}/preview`)).status, 404, 'an import is over once it was taken')

  const again = await upload(ours.staff, 'list.csv', list.replace('Our remark', 'our REMARK!'))
  const same = await preview(ours.staff, again)
  t.equal(counted(same, 'Same'), 2)
  t.notMatch(same.body, 'name="digest"')
  t.equal((await adopt(ours.staff, again, same)).status, 409)
  t.equal(await count(), before + 2)

  const kept = await upload(ours.staff, 'other.csv', 'Our remark,PBC ID\nnew,P-1\n')
  const mapping = await ours.staff.get(`${kept}/mapping`)
  t.match(mapping.body, /name="column-0"[^>]*>\s*<option value="" selected>/, 'what was left out the last time is left out')
})

t.test('one wrong row keeps the whole list out, and each row says why', async (t) => {
  const before = await count()
  const list = [
    'External ID,Title,Kind,Controls,Owner,Due,Number', 'Q-1,Good,Document,,,,', 'Q-2,,Document,,,,', 'Q-3,Odd,Rumour,,,,', 'Q-4,No control,Document,ZZ-99,,,', `Q-5,Not theirs,Document,,${outsiders.owner.email},,`,
    'Q-6,Two days,Document,,,03/04/2026,', 'Q-7,No number,Document,,,,R-999', 'Q-1,Again,Document,,,,', `Q-8,${'x'.repeat(201)},Document,,,,`,
  ].join('\n')
  const at = await upload(ours.staff, 'wrong.csv', list)
  const page = await preview(ours.staff, at)
  t.equal(counted(page, 'Wrong'), 8)
  for (const why of ['It has no title', '“Rumour” is no kind of request', 'has the number ZZ-99', 'is not one of the client’s people', 'could be|without doubt', 'There is no R-999 here', 'Row 2 already speaks of the external ID Q-1', 'has 201 characters']) t.match(page.body, new RegExp(why))
  t.equal((await ours.staff.post(`${at}/adoption`, { digest: 'a'.repeat(64) })).status, 409)
  t.equal(await count(), before)
})

t.test('what was issued keeps its wording, and nothing is taken over that changed after the preview', async (t) => {
  const { location } = await ours.senior.post(requests, { kind: 'document', title: 'Issued', ask: 'Please', owner: ours.owner.id, due: '2099-10-21', external: 'I-1', save: 'issue' })
  const number = location!.split('/').at(-1)!
  const wording = await upload(ours.senior, 'a.csv', `Number,Title\n${number},Other words\n`)
  t.match((await preview(ours.senior, wording)).body, `${number} is open, so its title stands`)
  const moving = `Number,Due,Reference\n${number},2099-10-30,PBC-7\n`
  t.match((await preview(ours.staff, await upload(ours.staff, 'b.csv', moving))).body, `A senior moves the due date of ${number}`)
  const at = await upload(ours.senior, 'b.csv', moving)
  const page = await preview(ours.senior, at)
  t.equal(counted(page, 'Changed'), 1)
  await ours.senior.post(`${requests}/${number}/due-date`, { due: '2099-11-01' })
  const late = await adopt(ours.senior, at, page)
  t.equal(late.status, 409)
  t.match(late.body, 'were changed since you looked')
  t.equal((await adopt(ours.senior, at, late)).status, 303)
  t.match(await owner.selectFrom('request').selectAll().where('external_id', '=', 'I-1').executeTakeFirst(), { due_on: '2099-10-30', original_due_on: '2099-10-21', reference: 'PBC-7', status: 'open' })
})

t.test('a sheet belongs to whoever reads it in, and what is no sheet says so', async (t) => {
  const at = await upload(ours.staff, 'mine.csv', 'Title\nMine\n')
  t.equal((await ours.senior.get(`${at}/mapping`)).status, 404)
  t.match((await preview(ours.staff, at)).body, 'It does not say which kind of request it is')
  t.equal(counted(await preview(ours.staff, at, { kind: 'Document' }), 'New'), 1, 'a list without kinds gets one for all')
  const twice = await ours.staff.post(`${await upload(ours.staff, 'two.csv', 'A,B\n1,2\n')}/mapping`, { 'column-0': 'title', 'column-1': 'title' })
  t.equal(twice.status, 422)
  t.match(twice.body, 'Two columns are meant to be')
  t.equal((await send(ours.staff, 'bad.xlsx', 'not a workbook')).status, 422)
  t.equal((await send(ours.staff, 'empty.csv', 'Title\n')).status, 422)
})

t.test('an export is what an import takes back: every row is the same, whatever it says', async (t) => {
  const nasty = ['=1+1', "'=1+1", "''@x", '+49 30', '-5', '@home', '\u2028wide', 'a "quoted", word', 'two\nlines', 'ümläut 漢字', '_x0041_', '1/2/2026', '007', '1e5', 'TRUE', ';semi;colon', '\tTab'.trim(), '#N/A', 'x'.repeat(200)]
  await writeRequests(owner, outsiders, 40)
  const random = (() => { let seed = 7; return (limit: number) => (seed = (seed * 16807) % 2147483647) % limit })()
  const some = () => Array.from({ length: 1 + random(3) }, () => nasty[random(nasty.length)]!).join(' ').slice(0, 200).trim()
  for (let index = 0; index < 40; index++) {
    const { status } = await ours.staff.post(requests, { kind: ['document', 'configuration', 'inquiry', 'walkthrough', 'population'][index % 5]!, title: some().replaceAll('\n', ' '), ask: some(), why: some(), example: some(), formats: some(), system: some().replaceAll('\n', ' '), checklist: [some(), some()].join('\n'), reference: some().slice(0, 60).trim(), external: `${index} ${some()}`.slice(0, 100).trim(), controls: index % 2 ? 'CH-01 AC-02' : '', owner: index % 3 ? ours.owner.id : '', due: index % 4 ? '2099-10-21' : '', priority: index % 5 ? 'normal' : 'high' })
    if (status !== 303) throw new Error(`drafting answered ${status}`)
  }
  for (const format of ['csv', 'xlsx'] as const) {
    const response = await testApp.app.inject({ method: 'GET', url: `${requests}/export.${format}`, headers: await cookieOf(ours.senior) })
    const page = await preview(ours.senior, await upload(ours.senior, `export.${format}`, response.rawPayload))
    t.equal(counted(page, 'Same'), await count(), `${format}: every row is the same`)
    for (const word of ['New', 'Changed', 'Wrong']) t.equal(counted(page, word), 0, `${format}: none is ${word.toLowerCase()}`)
  }
  const csv = (await ours.senior.get(`${requests}/export.csv?state=draft`)).body
  const cells = parse(csv, { bom: true }).flat()
  t.ok(cells.length > 800)
  t.same(cells.filter((cell) => /^\s*[=+@-]/.test(cell)), [], 'no cell begins like a formula')
  t.notMatch((await ours.owner.get(`${requests}/export.csv`)).body, 'Draft', 'the client exports what it sees')
})

async function cookieOf(member: Member): Promise<Record<string, string>> {
  const cookie = await testApp.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return { cookie: `${cookie.name}=${cookie.value}`, host: testApp.site.config.publicUrl.host }
}

t.test('a heading as long as a page is taken over, once however often the button is pressed', async (t) => {
  const heading = Array.from({ length: 400 }, (_, index) => `${(index * 7919) % 99_991}word${(index * 104_729) % 99_991}`).join(' ')
  const at = await upload(ours.staff, 'long.csv', `Title,Details,Type,${heading}\nLong headed,All of them,Document,x\n`)
  const page = await preview(ours.staff, at)
  const before = await count()
  const answers = await Promise.all(Array.from({ length: 6 }, async () => adopt(ours.staff, at, page)))
  t.strictSame(answers.map(({ status }) => status).toSorted((one, other) => one - other), [303, 404, 404, 404, 404, 404])
  t.equal(await count(), before + 1)
})
