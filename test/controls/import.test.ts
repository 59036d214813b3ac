import t from 'tap'
import { openApp } from '../support/app.ts'
import { gather, type Answer, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { sessionCookie } from '../support/sign-in.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const controls = `${ours.base}/controls`

const foreign = [
  'Acme, Inc. SOC 2 control matrix,,,,,,', ',,,,,,',
  'TSC,Control ID,Control Activity,How often,Control Type,Owner,',
  'Logical access,,,,,,',
  'CC6.1 / CC6.2,AC 1,Access is granted on an approved ticket.,Upon hire,Manual,Noor Haddad,x',
  ',AC 2,Access is reviewed each quarter.,Quarterly,Semi-automated,IT Manager,',
  'CC 7.2,AC 3,Alerts reach the engineer on call.,Ongoing,Automated,,',
  'CC7.3,AC 3,Alerts reach the engineer on call.,Ongoing,Automated,,',
].join('\r\n')

t.test('someone else’s list is taken over as it is', async (t) => {
  const at = await upload(ours.staff, 'acme.csv', foreign)
  const mapping = await ours.staff.get(`${at}/mapping`)
  for (const words of ['The headings are in row 3', 'Upon hire', 'At each event', 'Semi-automated', 'IT-dependent manual', 'acme.csv']) t.match(mapping.body, words)
  const unsaid = await preview(ours.staff, at)
  t.equal(counted(unsaid, 'Wrong'), 3)
  t.match(unsaid.body, 'prevents, detects or corrects')
  const page = await preview(ours.staff, at, { type: 'preventive', source: 'Sent by Joel Castellanos on Sep 3' })
  t.equal(counted(page, 'New'), 3)
  t.equal(counted(page, 'Wrong'), 0)
  for (const words of ['1 row repeats a control', 'Row 4 holds a title', 'CC6.1, CC6.2 · Quarterly', 'CC7.2, CC7.3']) t.match(page.body, words)
  const adopted = await adopt(ours.staff, at, page)
  t.equal(adopted.location, controls)
  t.match(await owner.selectFrom('control').selectAll().where('number', '=', 'AC-1').executeTakeFirstOrThrow(), { owner_id: ours.owner.id, frequencies: ['event_driven'], nature: 'manual', type: 'preventive', risk: 'moderate' })
  t.match(await owner.selectFrom('control').selectAll().where('number', '=', 'AC-2').executeTakeFirstOrThrow(), { owner_id: null, owner_title: 'IT Manager', nature: 'it_dependent_manual' })
  t.match(await owner.selectFrom('control_wording').selectAll().where('text', 'like', 'Access is rev%').executeTakeFirstOrThrow(), { source: 'Sent by Joel Castellanos on Sep 3', confirmed_at: null, entered_by: ours.staff.id })
  t.strictSame((await owner.selectFrom('trail_entry').select(['kind']).where('engagement_id', '=', ours.engagement.id).orderBy('sequence', 'desc').limit(4).execute()).map(({ kind }) => kind), ['control.added', 'control.added', 'control.added', 'controls.imported'])

  const again = await upload(ours.staff, 'acme.csv', foreign)
  t.equal(counted(await preview(ours.staff, again), 'Same'), 3, 'the same list again changes nothing')
})

t.test('each wrong row says why, and one keeps the whole list out', async (t) => {
  const before = await count()
  const at = await upload(ours.staff, 'wrong.csv', [
    'Number,Wording,Criteria,Type,Nature,Frequency,First day,Takes the place of', 'G-1,Good,CC6.1,Preventive,Manual,Yearly,,', 'G-2,Unknown,CC6.9,Preventive,Manual,Yearly,,', 'G-3,Outside,P1.1,Preventive,Manual,Yearly,,',
    'G-4,Series,CC6,Preventive,Manual,Yearly,,', 'G-5,Odd,CC6.1,Preventive,Manual,Now and then,,', 'G-1,Other,CC6.1,Preventive,Manual,Yearly,,', ',Nameless,CC6.1,Preventive,Manual,Yearly,,', 'G-8,,CC6.1,Preventive,Manual,Yearly,,',
    'G-9,Late,CC6.1,Preventive,Manual,Yearly,2031-01-01,', 'G-10,Follows,CC6.1,Preventive,Manual,Yearly,2026-06-01,ZZ-1', 'new,Reserved,CC6.1,Preventive,Manual,Yearly,,',
  ].join('\n'))
  const page = await preview(ours.staff, at)
  t.equal(counted(page, 'Wrong'), 10)
  for (const why of ['CC6.9 is not a criterion', 'P1.1 belongs to a category', 'CC6 names a whole series', '“Now and then” is no frequency', 'Row 2 already speaks of G-1, with another wording', 'It has no number', 'It has no wording', 'The day lies within the period', 'There is no control ZZ-1', 'new is no number for a control']) t.match(page.body, why)
  t.equal((await ours.staff.post(`${at}/adoption`, { digest: 'a'.repeat(64) })).status, 409)
  t.equal(await count(), before)
  const meant = await preview(ours.staff, at, { 'meaning-3': 'event_driven', prefix: 'N-' })
  t.equal(counted(meant, 'Wrong'), 8, 'a word may be given its meaning, and rows a number')
})

t.test('once the lead has confirmed a wording only the lead rewords it, by a list too', async (t) => {
  t.equal((await ours.staff.post(`${controls}/wordings`, { chosen: '1 AC-1' })).status, 403)
  t.equal((await outsiders.lead.post(`${controls}/wordings`, { chosen: '1 AC-1' })).status, 404)
  t.equal((await ours.lead.post(`${controls}/wordings`, { chosen: '2 AC-1' })).status, 409, 'another version than the one that stands')
  t.equal((await ours.lead.post(`${controls}/wordings`, {})).status, 409)
  t.match((await ours.lead.get(`${controls}/wordings`)).body, 'Confirm all 3')
  t.equal((await ours.lead.post(`${controls}/wordings`, { all: 'all', read: ['1 AC-1', '1 AC-2', '1 AC-3'] })).status, 303)
  t.match((await ours.staff.get(`${controls}/wordings`)).body, 'Every wording is confirmed')
  const change = 'Number,Wording\nAC-1,Access is granted on a signed ticket.\n'
  const page = await preview(ours.staff, await upload(ours.staff, 'a.csv', change))
  t.match(page.body, 'from now on only the lead changes it')
  t.equal(counted(page, 'Wrong'), 1)
  const at = await upload(ours.lead, 'a.csv', change)
  const theirs = await preview(ours.lead, at)
  t.equal(counted(theirs, 'Changed'), 1)
  await ours.lead.post(`${controls}/AC-1/wording`, { text: 'Access is granted on two signed tickets.', version: '1' })
  t.match((await adopt(ours.lead, at, theirs)).body, 'were changed since you looked')
  t.equal((await adopt(ours.lead, at, await ours.lead.get(`${at}/preview`))).status, 303)
  t.match(await owner.selectFrom('control_wording').selectAll().where('version', '=', 3).executeTakeFirst(), { text: 'Access is granted on a signed ticket.', confirmed_by: ours.lead.id, source: 'a.csv' })
  const shown = await ours.staff.get(`${controls}/AC-1`)
  t.match(shown.body, /<del>[^<]*two/)
  t.match((await preview(ours.lead, await upload(ours.lead, 'r.csv', 'Number,Risk\nAC-1,High\n'))).body, 'The auditors assess the risk')
})

t.test('a list without frequencies is taken over, and the page asks for them afterwards', async (t) => {
  const at = await upload(ours.senior, 'bare.csv', 'Control description,TSC\nBackups are restored each month as a test of recovery.,A1.3\nThe board meets.,CC1.2\n')
  const page = await preview(ours.senior, at, { type: 'detective', nature: 'manual', leave: 'on' })
  t.match(page.body, 'C-01')
  t.match(page.body, 'A1.3')
  const adopted = await adopt(ours.senior, at, page)
  t.equal(adopted.location, `${controls}/frequencies`)
  const asked = await ours.senior.get(`${controls}/frequencies`)
  t.match(asked.body, 'The board meets')
  const form = { controls: 'C-01', frequencies: ['quarterly'], type: 'preventive' }
  t.equal((await ours.lead.post(`${controls}/frequencies`, form)).status, 403)
  t.equal((await outsiders.staff.post(`${controls}/frequencies`, form)).status, 404)
  t.equal((await ours.senior.post(`${controls}/frequencies`, { ...form, frequencies: [] })).status, 422)
  t.equal((await ours.senior.post(`${controls}/frequencies`, form)).status, 303)
  t.equal((await ours.senior.post(`${controls}/frequencies`, form)).status, 409, 'what is said stands')
  t.match(await owner.selectFrom('control').selectAll().where('number', '=', 'C-01').executeTakeFirst(), { frequencies: ['quarterly'], type: 'preventive', nature: 'manual' })
})

t.test('an export is what an import takes back: all the same, and after edits exactly the edited rows changed', async (t) => {
  const nasty = ['=1+1', "'=1+1", '+49 30', '-5', '@home', 'a "quoted", word', 'two\nlines', 'ümläut 漢字', '_x0041_', '1/2/2026', '007', ';semi;', '#N/A', '  spaced  out'.trim()]
  let seed = 11
  const random = (limit: number) => (seed = (seed * 16807) % 2147483647) % limit
  const some = () => Array.from({ length: 1 + random(3) }, () => nasty[random(nasty.length)]!).join(' ').trim()
  const all = ['CC1.1', 'CC6.1', 'CC6.8', 'CC7.2', 'CC9.2']
  for (let index = 0; index < 30; index += 1) {
    const { status, body } = await ours.staff.post(controls, {
      number: `X-${index}`, text: `${some()} ${index}`, source: some(), ownerTitle: some().replaceAll('\n', ' '), ownerId: index % 3 ? ours.owner.id : '', frequencies: index % 4 ? ['event_driven', 'annual'] : ['daily'],
      type: ['preventive', 'detective', 'corrective'][index % 3]!, nature: ['manual', 'automated', 'it_dependent_manual'][index % 3]!, risk: ['low', 'moderate', 'high'][index % 3]!,
      criteria: all.slice(random(3), 3 + random(3)).join(' '), keySystems: index % 2 ? some().replaceAll('\n', ' ') : '', ipe: index % 5 ? '' : `${some()}\nSecond report`,
    })
    if (status !== 303) throw new Error(`entering answered ${status}: ${/class="summary"[\s\S]*?<\/ul>/.exec(body)?.[0]}`)
  }
  for (const format of ['csv', 'xlsx'] as const) {
    const page = await preview(ours.staff, await upload(ours.staff, `controls.${format}`, await download(ours.senior, format)))
    t.equal(counted(page, 'Same'), await count(), `${format}: every control is the same`)
    for (const word of ['New', 'Changed', 'Wrong']) t.equal(counted(page, word), 0, `${format}: none is ${word.toLowerCase()}`)
  }
  const lines = (await download(ours.senior, 'csv')).toString().split('\r\n')
  const edited = lines.map((line) => /^X-(3|7|12),/.test(line) ? line.replace(/,(Low|Moderate|High),/, (_, risk) => `,${risk === 'Low' ? 'High' : 'Low'},`) : line)
  const page = await preview(ours.staff, await upload(ours.staff, 'edited.csv', edited.join('\r\n')))
  t.strictSame([counted(page, 'Changed'), counted(page, 'Same'), counted(page, 'Wrong')], [3, await count() - 3, 0])
  t.notMatch((await download(ours.senior, 'csv')).toString(), /(^|,|\n)"?[=+@-]/m)
})

t.test('a list belongs to whoever reads it in, and only those who may read one in', async (t) => {
  const at = await upload(ours.staff, 'mine.csv', 'Number,Wording\nX-1,Mine\n')
  t.equal((await ours.senior.get(`${at}/mapping`)).status, 404)
  t.equal((await ours.owner.get(`${controls}/imports/new`)).status, 403)
  t.equal((await outsiders.staff.post(`${at}/adoption`, { digest: 'x' })).status, 404)
  t.equal((await ours.staff.post(`${at}/mapping`, { 'column-0': 'number', 'column-1': 'number', source: 'x' })).status, 422)
  t.match((await ours.staff.post(`${at}/mapping`, { 'column-0': 'number', 'column-1': 'wording' })).body, 'Say where the wording comes from')
  t.equal((await send(ours.staff, 'bad.xlsx', 'no workbook')).status, 422)
})

async function upload(member: Member, name: string, content: string | Buffer): Promise<string> {
  const { status, location, body } = await send(member, name, content)
  if (!location) throw new Error(`uploading answered ${status}: ${/class="summary"[\s\S]*?<\/ul>/.exec(body)?.[0]}`)
  return location.replace('/mapping', '')
}

async function send(member: Member, name: string, content: string | Buffer): Promise<Answer> {
  const head = Buffer.from(`--edge\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`)
  const { host, origin } = testApp.site.config.publicUrl
  const response = await testApp.app.inject({
    method: 'POST', url: `${controls}/imports`, payload: Buffer.concat([head, Buffer.from(content), Buffer.from('\r\n--edge--\r\n')]),
    headers: { cookie: await sessionCookie(testApp, member), host, origin, 'content-type': 'multipart/form-data; boundary=edge' },
  })
  return { status: response.statusCode, body: response.body, location: response.headers.location, headers: response.headers, json: () => response.json() }
}

/** Takes the guesses as they are, but for `said`, and returns the preview. */
async function preview(member: Member, at: string, said: Record<string, string> = {}): Promise<Answer> {
  const { body } = await member.get(`${at}/mapping`)
  const chosen = [...body.matchAll(/name="((?:column|meaning)-\d+)"[^>]*>(.*?)<\/select>/gs)].map(([, name, options]) => [name!, /value="([^"]*)" selected/.exec(options!)?.[1] ?? ''])
  const typed = [...body.matchAll(/name="(word-\d+|source|prefix)" (?:[^>]*?)value="([^"]*)"/g)].map(([, name, value]) => [name!, value!.replaceAll('&#x27;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')])
  const ticked = [...body.matchAll(/name="(fill|leave)"[^>]*checked/g)].map(([, name]) => [name!, 'on'])
  const { status } = await member.post(`${at}/mapping`, { source: 'List', ...Object.fromEntries([...chosen, ...typed, ...ticked]), ...said })
  if (status !== 303) throw new Error(`mapping answered ${status}`)
  return await member.get(`${at}/preview`)
}

async function adopt(member: Member, at: string, page: Answer): Promise<Answer> {
  return await member.post(`${at}/adoption`, { digest: /name="digest" value="([0-9a-f]+)"/.exec(page.body)?.[1] ?? 'none' })
}

async function download(member: Member, format: 'csv' | 'xlsx'): Promise<Buffer> {
  const response = await testApp.app.inject({ method: 'GET', url: `${controls}/export.${format}`, headers: { cookie: await sessionCookie(testApp, member), host: testApp.site.config.publicUrl.host } })
  return response.rawPayload
}

async function count(): Promise<number> {
  const { count: rows } = await owner.selectFrom('control').select((eb) => eb.fn.countAll<number>().as('count')).where('engagement_id', '=', ours.engagement.id).executeTakeFirstOrThrow()
  return rows
}

function counted(page: Answer, word: string): number {
  return Number(new RegExp(`<b>(\\d+)</b><span>(?:<svg(?:(?!</svg>).)*</svg>)?${word}`).exec(page.body)?.[1] ?? 0)
}
