import { sql } from 'kysely'
import t from 'tap'
import { meetingMoves, readStart } from '../../server/evidence/meetings.ts'
import { deliver } from '../../server/mail/deliver.ts'
import type { Outgoing } from '../../server/mail/transport.ts'
import { ask, bring, look, openRun, pressLink, sameOrigin, tokensOf, trailOf, type Asked } from './run.ts'

const run = await openRun(t)
const { ours, outsiders } = run.cast
const time = { starts: '2099-03-02T14:00', minutes: '45', place: 'The usual call' }

async function byLink(cookie: string, url: string, form: Record<string, string> = {}) {
  return await run.app.inject({ method: 'POST', url, payload: new URLSearchParams(form).toString(), headers: { ...sameOrigin(run), cookie, 'content-type': 'application/x-www-form-urlencoded' } })
}

async function meetingOf(request: Asked) {
  return await run.owner.selectFrom('meeting').select(['status', 'proposed_side', 'confirmed_by', 'sequence', 'starts_at', 'minutes']).where('request_id', '=', request.id).executeTakeFirst()
}

/** The mails about meetings as they would leave, oldest first. */
async function delivered(since = 0): Promise<(Outgoing & { person: string })[]> {
  const rows = await run.owner.selectFrom('mail').select(['id', 'person_id']).where('template', '=', 'meeting').orderBy('created_at').execute()
  const sent: (Outgoing & { person: string })[] = []
  for (const { id, person_id: person } of rows.slice(since)) {
    await deliver({ db: run.site.db, sealer: run.site.sealer, publicUrl: run.site.config.publicUrl, from: 'audit@harlowpine.example', transport: async (mail: Outgoing) => { sent.push({ ...mail, person }) } }, id)
  }
  return sent
}

t.test('one side proposes, the other agrees, and both get it for their calendars', async (t) => {
  const request = await ask(run, ours, { kind: 'inquiry', checklist: [] })
  const since = (await trailOf(run, ours)).length
  t.equal((await ours.staff.post(`${request.url}/meeting`, time)).status, 303)
  t.match(await meetingOf(request), { status: 'proposed', proposed_side: 'firm', sequence: 0, minutes: 45, starts_at: new Date('2099-03-02T19:00:00Z') })
  t.equal((await ours.senior.post(`${request.url}/meeting/confirmation`)).status, 409, 'nobody agrees with themselves')
  const [proposed] = await delivered()
  t.match(proposed, { person: ours.owner.id, subject: /A time to meet is proposed, Mar 2, 2099, 14:00 EST/ })
  t.equal(proposed!.calendar, undefined, 'calendars hold only what was agreed')
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  t.equal((await byLink(cookie, `${request.linkUrl}/meeting`, { ...time, starts: '2099-03-03T09:00' })).statusCode, 303)
  t.match(await meetingOf(request), { status: 'proposed', proposed_side: 'client', sequence: 1 })
  t.equal((await byLink(cookie, `${request.linkUrl}/meeting/confirmation`)).statusCode, 409)
  t.equal((await ours.staff.post(`${request.url}/meeting/confirmation`)).status, 303)
  t.match(await meetingOf(request), { status: 'confirmed', confirmed_by: ours.staff.id, sequence: 2 })
  const agreed = await delivered(2)
  t.strictSame(agreed.map(({ person }) => person).toSorted(), [ours.owner.id, ours.staff.id].toSorted())
  for (const { calendar } of agreed) {
    t.match(calendar?.method, 'REQUEST')
    for (const words of [`UID:meeting-${request.id}`, 'SEQUENCE:2', 'DTSTART:20990303T140000Z', 'DTEND:20990303T144500Z', /ORGANIZER.*Lena Fischer/, /ATTENDEE[^]*owner\.paysmart@paysmart\.example/]) t.match(calendar?.content.replaceAll('\r\n ', ''), words)
  }
  t.equal((await ours.lead.post(`${request.url}/meeting/cancellation`)).status, 303)
  const off = await delivered(4)
  t.equal(off.length, 2)
  t.match(off[0]!.calendar, { method: 'CANCEL', content: /STATUS:CANCELLED/ })
  t.equal((await ours.staff.post(`${request.url}/meeting/cancellation`)).status, 409)
  t.strictSame((await trailOf(run, ours, since)).filter((kind) => kind.startsWith('meeting')), ['meeting.proposed', 'meeting.proposed', 'meeting.confirmed', 'meeting.cancelled'])
  t.match((await ours.staff.get(request.url)).body, /Called off/)
})

t.test('moving an agreed meeting takes the old time out of the calendars', async (t) => {
  const request = await ask(run, ours, { kind: 'walkthrough', checklist: [] })
  await ours.staff.post(`${request.url}/meeting`, time)
  await ours.owner.post(`${request.url}/meeting/confirmation`, { origin: 'answer' })
  const before = (await run.owner.selectFrom('mail').select('id').where('template', '=', 'meeting').execute()).length
  await ours.senior.post(`${request.url}/meeting`, { ...time, starts: '2099-03-09T14:00' })
  const told = await delivered(before)
  t.strictSame(told.map(({ calendar }) => calendar?.method ?? 'none').toSorted(), ['CANCEL', 'CANCEL', 'none'])
  t.equal((await meetingOf(request))?.status, 'proposed')
})

t.test('people meet about inquiries and walkthroughs that are open, at a time to come', async (t) => {
  const request = await ask(run, ours, { kind: 'inquiry', checklist: [] })
  for (const wrong of [{ ...time, starts: '' }, { ...time, starts: '2020-01-01T10:00' }, { ...time, starts: 'soon' }, { ...time, minutes: '0' }, { ...time, minutes: 'x' }]) {
    const refused = await ours.staff.post(`${request.url}/meeting`, wrong)
    t.equal(refused.status, 422)
    t.match(refused.body, 'The usual call')
  }
  t.equal((await ours.staff.post(`${request.url}/meeting/confirmation`)).status, 409, 'nothing was proposed')
  t.equal((await ours.reviewer.post(`${request.url}/meeting`, time)).status, 403)
  t.equal((await outsiders.lead.post(`${request.url}/meeting`, time)).status, 404)
  const other = await ask(run, ours)
  t.equal((await ours.staff.post(`${other.url}/meeting`, time)).status, 409, 'a configuration is shown, not talked about')
  await bring(run, ours, request, 'cancelled')
  t.equal((await ours.staff.post(`${request.url}/meeting`, time)).status, 409)
  t.notMatch((await look(run, '', request.linkUrl)).body, /Propose/)
})

t.test('the arrows of a meeting are those of the database', async (t) => {
  const { rows } = await sql<{ from: string, to: string }>`select from_status as from, to_status as to from state_move where subject = 'meeting'`.execute(run.owner)
  const ruled = Object.values(meetingMoves).flatMap(({ from, to }) => from.filter((one) => one !== to).map((one) => `${one} ${to}`))
  t.strictSame(rows.map(({ from, to }) => `${from} ${to}`).toSorted(), ruled.toSorted())
  t.equal(readStart('2026-07-01T09:00', 'America/New_York', new Date(0)).toISOString(), '2026-07-01T13:00:00.000Z', 'a time is one of the engagement’s zone')
})
