import t from 'tap'
import { dateFinding, dayOf, type AskedTime } from '../../server/evidence/capture-dates.ts'
import type { Answer } from '../../server/evidence/rules.ts'
import { readWhys, unansweredOf, warningsOf, whyField, type Prepared } from '../../server/evidence/warnings.ts'
import { screenshot } from './pictures.ts'
import { ask, bring, look, minutesAgo, openRun, pressLink, send, statement, statusOf, tokensOf, trailOf, type FilePart } from './run.ts'

const period: AskedTime = { kind: 'configuration', type: 2, first: '2025-10-01', last: '2026-09-30', issuedOn: '2026-10-05', zone: 'America/New_York' }
const on = (asked: Partial<AskedTime>, at: string, zone = 'America/New_York') => dateFinding({ ...period, ...asked }, { at, zone })?.head ?? null

t.test('a setting is taken once it was asked for, by the day of the engagement’s zone', async (t) => {
  t.equal(on({}, '2026-10-05T00:00'), null)
  t.match(on({}, '2026-10-04T23:59'), /Taken on Oct 4, 2026, before it was asked for on Oct 5, 2026/)
  t.equal(on({}, '2026-10-05T03:59', 'UTC'), 'Taken on Oct 4, 2026, before it was asked for on Oct 5, 2026.', 'the fifth in London is still the fourth in New York')
  t.equal(on({}, '2026-10-05T04:00', 'UTC'), null)
  t.equal(on({ issuedOn: null }, '2020-01-01T00:00'), null)
})

t.test('a list outlives what it lists, a document falls into the period, a sample is not older than it', async (t) => {
  t.match(on({ kind: 'population' }, '2026-09-30T23:59'), /runs to Sep 30, 2026/)
  t.equal(on({ kind: 'population' }, '2026-10-01T00:00'), null)
  t.match(on({ kind: 'population' }, '2026-10-01T03:00', 'UTC'), /Sep 30/, 'not yet October there')
  t.match(on({ kind: 'document' }, '2026-10-01'), /after Sep 30/)
  t.match(on({ kind: 'document' }, '2025-09-30'), /before the period/)
  for (const day of ['2025-10-01', '2026-09-30']) t.equal(on({ kind: 'document' }, day), null, 'both ends belong to it')
  t.match(on({ kind: 'sample' }, '2025-09-30T12:00'), /before the period/)
  t.equal(on({ kind: 'sample' }, '2026-11-30T12:00'), null)
  for (const kind of ['inquiry', 'walkthrough'] as const) t.equal(on({ kind }, '1999-01-01T00:00'), null)
})

t.test('a Type 1 looks at one day: later is asked about, and so is what is far from it', async (t) => {
  for (const kind of ['configuration', 'document', 'population'] as const) {
    const asOf = (at: string) => on({ kind, type: 1, first: '2026-03-31', last: '2026-03-31' }, at)
    t.match(asOf('2026-04-01T00:00'), /after Mar 31, 2026/)
    t.equal(asOf('2026-03-31T23:59'), null)
    t.equal(asOf('2026-03-01T00:00'), null, 'thirty days before is close')
    t.match(asOf('2026-02-28T00:00'), /31 days before/)
  }
})

t.test('a date that cannot be read is no date', async (t) => {
  for (const at of ['', 'yesterday', '2026-13-01T00:00']) t.equal(dayOf({ at, zone: 'UTC' }, 'UTC'), null)
  t.equal(dayOf({ at: '2026-01-31', zone: '' }, 'Asia/Tokyo'), '2026-01-31', 'a day without a time is that day everywhere')
})

t.test('every warning has a field of its own, and a word in it lets it stand', async (t) => {
  const sha256 = 'a'.repeat(64)
  const file = { id: '1', name: 'shot.png', kind: 'image' as const, width: 640, lines: null, warnings: ['An odd name.'], sha256, item_id: null, taken_from: null }
  const answer: Answer = { ...statementAnswer, at: '2026-10-01T00:00', ticked: [1] }
  const prepared: Prepared = { asked: period, answer, checklist: ['One', 'Two'], files: [file, { ...file, id: '2', item_id: 'x' }], returned: new Map([[sha256, 2]]), whys: [] }
  const found = warningsOf(prepared)
  t.strictSame(found.map(({ code }) => code).toSorted(), ['dates', 'narrow', 'same_bytes', 'unticked'], 'one file at two items is asked about once')
  const fields = Object.keys(unansweredOf(found))
  t.strictSame(fields.toSorted(), ['tick', 'why-dates', `why-narrow-${sha256}`, `why-same_bytes-${sha256}`])
  const whys = readWhys({ ...Object.fromEntries(found.map((warning) => [whyField(warning), ' Because '])), 'why-other': 'x', 'why-narrow-zz': 'x', 'why-cut_off': '' })
  t.strictSame(unansweredOf(warningsOf({ ...prepared, whys })), {})
  t.ok(whys.every(({ words }) => words === 'Because'))
  t.strictSame(warningsOf({ ...prepared, answer: { ...answer, proposal: { claim: 'not_applicable', words: 'No such system' } } }), [], 'nothing is asked about evidence that is not there')
  t.notOk(warningsOf({ ...prepared, files: [{ ...file, taken_from: '9' }] }).some(({ code }) => code === 'same_bytes'), 'a file that was carried over is meant to be the same')
})

t.test('an answer with warnings goes once each has a word, which the reviewer reads', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request))[0]!)
  const shot: FilePart = { name: 'narrow.png', body: await screenshot(640) }
  const form = { ...statement, at: minutesAgo(60 * 24 * 30), tick: ['1'] }
  const asked = await send(run, cookie, `${request.linkUrl}/submission`, form, [shot])
  t.equal(asked.statusCode, 422)
  for (const words of [/narrow\.png: Only 640 pixels wide/, /before it was asked for/, /Not ticked: Production/]) t.match(asked.body, words)
  t.equal(await statusOf(run, request), 'in_progress')
  const { sha256 } = await run.owner.selectFrom('evidence_file').select('sha256').executeTakeFirstOrThrow()
  const words = { [`why-narrow-${sha256}`]: 'The console is that small', 'why-dates': 'Nothing changed since', 'why-unticked': 'The console has no such mark' }
  await send(run, cookie, `${request.linkUrl}/draft`, { ...form, ...words })
  t.match((await look(run, cookie, request.linkUrl)).body, /value="The console is that small"/, 'a word is saved as it is typed')
  t.match((await look(run, cookie, request.linkUrl)).body, /Ready to submit/)
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { ...form, ...words })).statusCode, 303)
  t.strictSame((await trailOf(run, ours)).slice(-4), ['evidence.warned', 'evidence.warned', 'evidence.warned', 'request.submitted'])
  const desk = (await ours.staff.get(request.url)).body
  for (const said of [/Nothing changed since/, /The console has no such mark/, /The console is that small/]) t.match(desk, said)
  await t.rejects(run.owner.deleteFrom('answer_warning').execute(), { code: '23001' }, 'what was said stays')
})

t.test('the very same file after its return is asked about, and its word is kept for the next time', async (t) => {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours)
  await bring(run, run.cast.ours, request, 'returned')
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const again = await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, [{ name: 'same.txt', body: 'daily 02:00' }])
  t.equal(again.statusCode, 422)
  t.match(again.body, /same\.txt: The very same file was in version 1, which was sent back/)
})

t.test('a proposal is an answer: its reason is demanded, and a senior decides what becomes of it', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request))[0]!)
  t.match((await send(run, cookie, `${request.linkUrl}/submission`, { proposal: 'not_applicable', proposalWords: '' })).body, /href="#field-proposalWords">Say in your words why/)
  t.match((await send(run, cookie, `${request.linkUrl}/submission`, { proposal: 'not_applicable', proposalWords: 'x', address: 'javascript:alert(1)' })).body, /href="#field-address">Give a whole web address/)
  const given = await send(run, cookie, `${request.linkUrl}/submission`, { proposal: 'not_applicable', proposalWords: 'We run no such system.', address: 'https://wiki.paysmart.example/systems?q="><script>' })
  t.equal(given.statusCode, 422, 'an address holds no quotes')
  t.equal((await send(run, cookie, `${request.linkUrl}/submission`, { proposal: 'not_applicable', proposalWords: 'We run no such system.', address: 'https://wiki.paysmart.example/systems' })).statusCode, 303)
  t.strictSame((await trailOf(run, ours)).slice(-2), ['request.proposed', 'request.submitted'])
  t.equal(await statusOf(run, request), 'submitted', 'the client only proposes')
  const page = (await look(run, cookie, request.linkUrl)).body
  t.match(page, /Said not to apply.*We run no such system/s)
  t.match(page, /wiki\.paysmart\.example/)
  t.notMatch(page, 'href="https://wiki', 'an address is text')
  t.match((await ours.staff.get(request.url)).body, /We run no such system/)
  await ours.staff.post(`${request.url}/review`)
  t.equal((await ours.staff.post(`${request.url}/acceptance`, { version: '1' })).status, 409, 'that nothing applies is not accepted as evidence')
  t.equal((await ours.staff.post(`${request.url}/not-applicable`, { reason: 'Agreed' })).status, 403)
  t.equal((await ours.senior.post(`${request.url}/not-applicable`, { reason: 'Agreed' })).status, 303)
})

const statementAnswer: Answer = { system: 'A', query: '', by: 'N', at: '', zone: 'America/New_York', rows: null, edits: 'none', words: '', ticked: [] }
