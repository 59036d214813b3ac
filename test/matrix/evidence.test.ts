import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { request as ask } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import sharp from 'sharp'
import t from 'tap'
import { entryName, type BundleWish, type Listed } from '../../server/matrix/bundle.ts'
import { openZip } from '../../server/matrix/bundle-zip.ts'
import { handingIn } from '../marks/handing-in.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { unzipBytes } from '../support/zip.ts'
import { plant } from './planted.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const handIn = handingIn(testApp, owner, ours)
const here = `${ours.base}/matrix/evidence`
const own = { engagement_id: ours.engagement.id }
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const screen = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#eef' } }).png().toBuffer()
await handIn(901, 1, 'old list.csv', Buffer.from('a,b\n1,2\n'))
await handIn(901, 2, '../../=cmd|etc/passwd\u202Egpj.exe', Buffer.from('a,b\n3,4\n'))
const picture = await handIn(902, 1, 'screen.png', screen)
const log = await handIn(903, 1, `${'längst '.repeat(35)}end.log`, Buffer.from(Array.from({ length: 30 }, (_, place) => `line ${place + 1}`).join('\n')))
const held = await handIn(904, 1, 'private.txt', Buffer.from('somebody’s salary'))
await handIn(905, 1, 'damaged.txt', Buffer.from('as it was'))
await handIn(906, 1, 'gone.txt', Buffer.from('it was here'))
const path = (text: string) => testApp.site.vault.localPath(hash(Buffer.from(text)))
writeFileSync(path('as it was'), 'as it is!')
rmSync(path('it was here'))
for (const { view, place } of [{ view: picture.view, place: { leaf: '1', left: '10', top: '10', width: '20', height: '20' } }, { view: log.view, place: { first: '3', last: '5' } }]) {
  await ours.staff.post(`${view}/marks`, { symbol: '✓', note: 'agreed', ...place })
}
await ours.owner.post(`${ours.base}/requests/R-904/files/${held.id}/quarantine`, { reason: 'It names a person' })
const { id: asked } = await owner.selectFrom('request').select('id').where('number', '=', 902).executeTakeFirstOrThrow()
await owner.insertInto('comment').values([
  { ...own, request_id: asked, internal: true, text: 'We doubt this.', author_id: ours.senior.id, channel: 'login' }, { ...own, request_id: asked, internal: false, text: '=Thank you', author_id: ours.senior.id, channel: 'login' },
]).execute()
await plant(testApp, ours, [{ number: 'AC-01', criteria: ['CC6.2'], lines: [{}] }])

t.test('the archive holds each file under its number, and its index says of all of them what is inside and why not', async (t) => {
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    const { rows } = await sql<{ keys: string }>`select string_agg(key || E'\n', '' order by row_number) as keys from population_row`.execute(trx)
    await sql`update draw set keys_sha256 = ${hash(Buffer.from(rows[0]!.keys))}`.execute(trx)
  })
  const { files, entries } = await download(ours.manager, { copy: 'firm', versions: 'newest' })
  t.same(entries.filter(({ kind }) => kind === 'evidence').map(({ request, version, file, state, why }) => [request, version, file, state, why.replace(/[0-9a-f]{64}/, '…')]), [
    ['R-001', 'v1', 'F-0001', 'left_out', 'its bytes are missing from the store'],
    ['R-901', 'v1', 'F-0001', 'left_out', 'superseded by version 2, and the newest version alone was asked for'],
    ['R-901', 'v2', 'F-0001', 'inside', ''],
    ['R-902', 'v1', 'F-0001', 'inside', ''],
    ['R-903', 'v1', 'F-0001', 'inside', 'its name is too long for a folder, so it stands under a shorter one'],
    ['R-904', 'v1', 'F-0001', 'left_out', 'withheld: somebody said that it should not have been sent'],
    ['R-905', 'v1', 'F-0001', 'damaged', 'its bytes are no longer those that were recorded; they give …'],
    ['R-906', 'v1', 'F-0001', 'left_out', 'its bytes are missing from the store'],
  ])
  t.equal(entries.find(({ request }) => request === 'R-901')!.sha256, hash(Buffer.from('a,b\n1,2\n')), 'also what is left out has its fingerprint')
  t.ok(files.has('R-901/v2/F-0001 .._.._=cmd_etc_passwd_gpj.exe'))
  t.ok([...files.keys()].every((name) => !/^\/|\.\.\/|\\|:/.test(name)), 'no entry leaves its folder')
  t.match(files.get('R-902/thread.txt')!.toString(), /internal note of the firm\nWe doubt this\./)
  t.equal(files.get('R-902/v1/marked/F-0001 page 1.png')!.subarray(1, 4).toString(), 'PNG')
  t.match(files.get('R-903/v1/marked/F-0001 marked-lines.txt')!.toString(), /lines 3 to 5: ✓ Agreed without exception\. agreed.*line 4/s)
  t.match(files.get('R-902/v1/answer.txt')!.toString(), 'State: submitted')
  const keys = [...files.keys()].find((name) => name.endsWith('/keys.txt'))!
  t.match(files.get(keys.replace('keys.txt', 'redraw.sh'))!.toString(), `${hash(files.get(keys)!)}  keys.txt`)
})

t.test('a stranger can check every entry with the list of fingerprints, and a damaged one does not agree', async (t) => {
  const { files } = await download(ours.partner, { copy: 'firm', versions: 'all' })
  const sums = files.get('SHA256SUMS')!.toString().trimEnd().split('\n').map((line) => [line.slice(66), line.slice(0, 64)] as const)
  t.equal(new Set(sums.map(([name]) => name)).size, files.size - 1, 'each entry but the list itself once')
  t.same(sums.filter(([name, sha256]) => hash(files.get(name)!) !== sha256).map(([name]) => name), ['R-905/v1/F-0001 damaged.txt'])
  t.ok(files.has('R-901/v1/F-0001 old list.csv'), 'superseded versions are inside when they are asked for')
  const rows: string[][] = parse(files.get('index.csv')!, { bom: true })
  t.same(rows.flat().filter((value) => /^[=+\-@]/.test(value)), [])
  t.match(files.get('index.html')!.toString(), /<a href="R-901\/v1\/F-0001%20old%20list\.csv">/)
  t.notMatch(files.get('index.html')!.toString(), /<script|https?:/)
})

t.test('a copy for the client holds no workpaper and no internal note', async (t) => {
  const { files, entries, text } = await download(ours.manager, { copy: 'client', versions: 'all' })
  t.match(files.get('R-902/thread.txt')!.toString(), '=Thank you')
  t.notMatch(text, /We doubt this/)
  t.same(entries.filter(({ kind }) => kind === 'marked' || kind === 'sample'), [])
})

t.test('managers and partners export it, and the trail and the access log say so', async (t) => {
  for (const [member, status] of [[ours.senior, 403], [ours.lead, 403], [outsiders.partner, 404]] as const) {
    t.equal((await member.get(here)).status, status)
    t.equal((await member.post(here, { copy: 'firm', versions: 'all' })).status, status)
  }
  t.equal((await ours.manager.post(here, { copy: 'everybody', versions: 'all' })).status, 422)
  t.match((await ours.manager.get(here)).body, /Every version that was submitted/)
  const trail = await owner.selectFrom('trail_entry').select('kind').where('kind', '=', 'evidence.exported').execute()
  const seen = await owner.selectFrom('access_entry').select('subject').where('kind', '=', 'evidence_exported').orderBy('id').execute()
  t.equal(trail.length, 3)
  t.same(seen.map(({ subject }) => subject), ['firm/newest', 'firm/all', 'client/all'])
})

t.test('an archive is written no faster than it is read, and stops when its reader goes away', async (t) => {
  const zip = openZip()
  let made = 0
  const endless = (async function* () {
    for (;;) {
      made += 1
      yield Buffer.alloc(65_536)
    }
  })()
  const putting = zip.put('endless', endless, { at: new Date(0), packed: false })
  zip.output.once('readable', () => {})
  await once(zip.output, 'readable')
  for (let turns = 0; turns < 200; turns += 1) await turn()
  t.ok(made < 50, `${made} pieces were made before anybody read one`)
  zip.output.destroy()
  await t.rejects(putting, { name: 'AbortError' })
  await t.rejects(zip.put('next', [], { at: new Date(0), packed: false }), { name: 'AbortError' })
})

t.test('whoever leaves in the middle of a download leaves nothing open behind', async (t) => {
  await testApp.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = testApp.app.server.address() as AddressInfo
  const session = await testApp.site.sessions.begin(ours.manager.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const asking = ask({ port, path: here, method: 'POST', headers: { cookie: `${session.name}=${session.value}`, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' } })
  asking.end('copy=firm&versions=all')
  const [answer] = await once(asking, 'response') as [import('node:http').IncomingMessage]
  t.equal(answer.statusCode, 200)
  answer.destroy()
  await new Promise<void>((resolve) => testApp.app.server.close(() => resolve()))
  t.pass('every connection came to its end')
})

t.test('no two entries of a folder can have one name, and names stay as they were but for what no system takes', async (t) => {
  t.same(entryName(3, 'removals.png'), { name: 'F-0003 removals.png', shortened: false })
  t.equal(entryName(4, 'CON. . ').name, 'F-0004 CON')
  t.equal(entryName(5, 'a/b\\c:d*e?"<>|\u0000.txt').name, 'F-0005 a_b_c_d_e______.txt')
  t.equal(entryName(6, 'é'.normalize('NFD')).name, 'F-0006 é'.normalize('NFC'))
  const long = entryName(7, `${'変更'.repeat(120)}.xlsx`)
  t.ok(long.shortened && Buffer.byteLength(long.name) < 255 && long.name.endsWith('.xlsx'))
  const names = ['a', 'a ', 'a.', 'a/', 'A', '', ' '].map((name, place) => entryName(place + 1, name).name.toLowerCase())
  t.equal(new Set(names).size, names.length)
})

async function download(member: Member, wish: BundleWish): Promise<{ files: Map<string, Buffer>, entries: Listed[], text: string }> {
  const session = await testApp.site.sessions.begin(member.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const { rawPayload } = await testApp.app.inject({ method: 'POST', url: here, headers: { cookie: `${session.name}=${session.value}`, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }, payload: new URLSearchParams(wish).toString() })
  const files = unzipBytes(rawPayload)
  return { files, entries: (JSON.parse(files.get('index.json')!.toString()) as { entries: Listed[] }).entries, text: [...files.values()].map((bytes) => bytes.toString('latin1')).join('\n') }
}
