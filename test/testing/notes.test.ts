import t from 'tap'
import { ownerOf } from '../support/owner.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { inScope } from '../../server/database/connect.ts'
import { listWaiting } from '../../server/engagements/waiting-store.ts'
import { entriesOf } from '../../server/requests/digest-pages.ts'
import { mayMoveNote, noteMoves, type NoteMove } from '../../server/testing/notes.ts'
import { columnOf, columns } from '../../server/testing/board.ts'
import { countOpenNotes } from '../../server/testing/notes-store.ts'
import { refuseSignature, type Standing } from '../../server/testing/rules.ts'
import type { Role } from '../../server/scope.ts'
import { makeBench, makeControl, makeLine, setResult } from '../support/testing.ts'
import { readTrail } from './reading.ts'

t.test('a note is answered by another, and cleared by its author or somebody more senior who did not answer', async (t) => {
  const order: Partial<Record<Role, number>> = { staff: 0, senior: 1, manager: 2, quality_reviewer: 2, partner: 3, sponsor: -1, lead: -1, owner: -1 }
  for (const status of ['open', 'answered', 'cleared'] as const) for (const move of Object.keys(noteMoves) as NoteMove[]) {
    for (const authorRole of ['senior', 'manager', 'quality_reviewer', 'partner', null] as const) for (const role of Object.keys(order) as Role[]) for (const personId of ['author', 'answerer', 'third']) {
      const right = noteMoves[move].from === status
      const may = move === 'answer' ? personId !== 'author' : personId === 'author' || (personId === 'third' && order[role]! > order[authorRole ?? 'senior']!)
      t.equal(mayMoveNote({ status, authorId: 'author', authorRole, answeredBy: 'answerer' }, move, { personId, role }), right && may, `${status} ${move} ${authorRole} ${role} ${personId}`)
    }
  }
})

t.test('the partner signs last, a significant matter only, and never their own work', async (t) => {
  const line: Standing = { noOccurrence: false, items: 1, attributes: 1, pending: 0, stale: 0, deviatingItems: 0, uncited: 0, natures: ['inspection'], reworded: false, conclusion: 'effective' }
  for (const significant of [true, false]) for (const openNotes of [0, 1]) for (const reviewed of [true, false]) for (const role of ['partner', 'manager', 'senior'] as const) for (const personId of ['preparer', 'reviewer', 'third']) {
    const standing = [{ kind: 'prepared' as const, personId: 'preparer' }, ...reviewed ? [{ kind: 'reviewed' as const, personId: 'reviewer' }] : []]
    const sign = () => refuseSignature({ ...line, significant, openNotes }, standing, { kind: 'partner', personId, role })
    const label = JSON.stringify({ significant, openNotes, reviewed, role, personId })
    if (significant && openNotes === 0 && reviewed && role === 'partner' && personId !== 'preparer') t.doesNotThrow(sign, label)
    else t.throws(sign, label)
  }
})

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const { control, line, draw } = await makeBench(testApp, ours, { items: 1, letters: 'A' })
const here = `${ours.base}/testing/${line.reference}`
// What the first page and the morning's mail say of it, and whether both lead where this person may go.
const waits = async (who: 'staff' | 'senior' | 'manager' | 'partner') => {
  const member = ours[who]
  const { things } = await inScope(testApp.site.db, { ...member.scope, engagement: null }, async (trx) => listWaiting(trx, { ...member.scope, engagement: null }))
  const { body } = await member.get('/')
  const mailed = entriesOf(things, [], [])
  for (const { path } of mailed) {
    t.ok(body.includes(`href="${path.replace('=', '&#x3D;')}"`), `${who} finds ${path} on the first page`)
    t.equal((await member.get(path)).status, 200)
  }
  return mailed.map(({ line: { text, note } }) => `${text.trim()}: ${note}`)
}
const open = async () => inScope(testApp.site.db, ours.staff.scope, async (trx) => (await countOpenNotes(trx, ours.staff.scope)).get(line.id) ?? 0)
const post = async (who: 'staff' | 'senior' | 'manager' | 'partner' | 'reviewer' | 'lead', path: string, sent: Record<string, string>) => (await ours[who].post(`${here}/${path}`, sent)).status

t.test('a review note holds the signatures until it is answered and cleared', async (t) => {
  await setResult(ours.staff, ours, line, draw.items[0]!.id, 'A', 'pass')
  await post('staff', 'conclusion', { conclusion: 'effective' })
  for (const who of ['staff', 'lead'] as const) t.equal(await post(who, 'notes', { note: 'Agree it to the list', about: '' }), 403, who)
  t.equal((await outsiders.manager.post(`${here}/notes`, { note: 'x', about: '' })).status, 404)
  t.equal(await post('senior', 'notes', { note: '', about: '' }), 422)
  t.equal(await post('senior', 'notes', { note: 'Agree it', about: '9.A' }), 422, 'no such cell')
  t.equal(await post('senior', 'notes', { note: 'Agree the user list count to AccessHub', about: '1.A' }), 303)
  t.equal(await open(), 1)
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'note.opened', facts: { number: 1, letter: 'A', itemId: draw.items[0]!.id } })
  const page = await ours.staff.get(here)
  t.match(page.body, '1 review note is not cleared.')
  t.match(page.body, 'has a review note')
  t.equal(await post('staff', 'signature', { kind: 'prepared' }), 409)
  t.equal(await post('senior', 'notes/1/clearing', {}), 409, 'not before it is answered')
  t.equal(await post('senior', 'notes/1/answer', { 'said-1': 'Own answer' }), 409)
  t.equal(await post('lead', 'notes/1/answer', { 'said-1': 'Agreed' }), 403)
  t.equal(await post('staff', 'notes/1/answer', { 'said-1': '' }), 422)
  t.equal(await post('staff', 'notes/1/answer', { 'said-1': 'Agreed' }), 303)
  t.match((await ours.senior.get('/')).body, 'your review note is answered')
  t.notMatch((await ours.staff.get('/')).body, 'review note')
  t.equal(await post('staff', 'signature', { kind: 'prepared' }), 409, 'an answer is not enough')
  t.equal(await post('staff', 'notes/1/clearing', {}), 403)
  t.equal(await post('senior', 'notes/1/refusal', { 'said-1': 'To which report?' }), 303, 'an answer that is not enough opens it again')
  t.match((await ours.staff.get('/')).body, 'a review note waits for your answer')
  t.notMatch((await ours.senior.get('/')).body, 'review note')
  t.equal(await post('staff', 'notes/1/answer', { 'said-1': 'To the report of 2 October' }), 303)
  t.equal(await post('reviewer', 'notes/1/clearing', {}), 303, 'somebody more senior')
  t.equal(await post('senior', 'notes/1/clearing', {}), 409)
  t.equal(await open(), 0)
  t.strictSame((await readTrail(testApp, ours)).map(({ kind }) => kind).filter((kind) => kind.startsWith('note.')), ['note.opened', 'note.answered', 'note.refused', 'note.answered', 'note.cleared'])
  t.equal((await outsiders.senior.post(`${here}/notes/1/clearing`, {})).status, 404)
})

t.test('a note after the signatures leaves them standing; a significant matter waits for the partner; an edit voids all three', async (t) => {
  t.equal(await post('staff', 'signature', { kind: 'prepared' }), 303)
  for (const who of ['senior', 'manager', 'partner'] as const) t.strictSame(await waits(who), ['AC-02.T1: prepared, waits for your review'], who)
  t.equal(await post('senior', 'signature', { kind: 'reviewed' }), 303)
  t.equal(await post('senior', 'significance', { significant: 'yes' }), 403)
  t.strictSame(await waits('partner'), [])
  t.equal(await post('manager', 'significance', { significant: 'yes' }), 303)
  t.strictSame(await waits('partner'), ['AC-02.T1: a significant matter, waits for your signature'])
  for (const who of ['staff', 'senior', 'manager'] as const) t.strictSame(await waits(who), [], `it does not wait for the ${who}`)
  t.equal(await post('manager', 'notes', { note: 'One more look', about: '' }), 303)
  t.equal(await post('partner', 'signature', { kind: 'partner' }), 409, 'a note is open')
  t.match((await ours.staff.get('/')).body, 'a review note waits for your answer', 'of whoever prepared the test')
  t.notMatch((await outsiders.staff.get('/')).body, 'review note')
  t.match((await ours.staff.get(here)).body, 'Reviewed by Tom Bergstrom')
  t.equal(await post('staff', 'notes/2/answer', { 'said-2': 'Looked' }), 303)
  t.equal(await post('manager', 'notes/2/clearing', {}), 303)
  t.equal(await post('manager', 'signature', { kind: 'partner' }), 403)
  t.equal(await post('partner', 'signature', { kind: 'partner' }), 303)
  t.strictSame(await waits('partner'), [])
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'test.signed', facts: { kind: 'partner' } })
  await setResult(ours.staff, ours, line, draw.items[0]!.id, 'A', 'not_applicable', { note: 'on leave', version: 1 })
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'test.sign_off_voided', facts: { kinds: ['partner', 'prepared', 'reviewed'] } })
  const { body } = await ours.staff.get(here)
  t.match(body, 'Signed as partner by')
  t.match(body, 'was set from pass to not applicable')
})

t.test('a test is given to somebody of the team, who finds it under theirs', async (t) => {
  t.equal(await post('staff', 'assignee', { person: ours.staff.id }), 403)
  t.equal(await post('manager', 'assignee', { person: ours.lead.id }), 422)
  t.equal(await post('manager', 'assignee', { person: ours.staff.id }), 303)
  t.match((await readTrail(testApp, ours)).at(-1), { kind: 'test.assigned', facts: { to: ours.staff.id } })
  t.strictSame(await waits('staff'), ['AC-02.T1: given to you, not signed as prepared'])
  const second = await makeLine(testApp, ours, control)
  await ours.manager.post(`${ours.base}/testing/${second.reference}/assignee`, { person: ours.staff.id })
  t.strictSame(await waits('staff'), ['2 tests: AC-02.T1, AC-02.T2: given to you, not signed as prepared'])
  t.strictSame(await waits('senior'), [])
})

t.test('no word of a note reaches the client: not by page, trail, mail, search or export', async (t) => {
  const secret = 'Agree the user list count'
  for (const path of ['', '/requests', '/history', '/exceptions', '/search?q=Agree+the+user+list', '/controls', '/team']) for (const who of ['lead', 'owner'] as const) t.notMatch((await ours[who].get(`${ours.base}${path}`)).body, secret, `${who} ${path}`)
  const owner = ownerOf(t, testApp)
  t.notMatch(JSON.stringify(await owner.selectFrom('mail').selectAll().execute()), secret)
  t.notMatch(JSON.stringify(await readTrail(testApp, ours)), secret)
  const told = await owner.selectFrom('mail').innerJoin('person', 'person.id', 'mail.person_id').select(['person.name']).where('template', '=', 'review_note').execute()
  t.ok(told.some(({ name }) => name === ours.staff.name), 'who prepared it is told')
  t.notOk(told.some(({ name }) => [ours.lead.name, ours.owner.name].includes(name)))
})

t.test('every line stands in one column of the board, and signing comes last', async (t) => {
  const seen = new Set<string>()
  const both = [true, false]
  for (const noOccurrence of both) for (const items of [0, 2]) for (const done of [0, 2]) for (const concluded of both) for (const notes of [0, 1]) for (const prepared of both) for (const reviewed of both) for (const partner of both) for (const significant of both) {
    const card = { noOccurrence, items, cells: items, done: Math.min(done, items), concluded, notes, prepared, reviewed, partner, significant }
    const column = columnOf(card)
    seen.add(column)
    const whole = noOccurrence || (items > 0 && done >= items)
    t.equal(column === 'signed', notes === 0 && whole && concluded && prepared && reviewed && (partner || !significant), JSON.stringify(card))
    t.equal(column === 'notes', notes > 0)
  }
  t.strictSame([...seen].toSorted(), Object.keys(columns).toSorted())
})

t.test('the board shows each test where it stands, filtered by control, criterion, person and mine', async (t) => {
  const board = async (query: string, who: 'staff' | 'senior' | 'reviewer' = 'staff') => (await ours[who].get(`${ours.base}/testing/board${query}`)).body
  t.match(await board(''), line.reference)
  t.match(await board('?mine=testing'), line.reference, 'it was given to staff')
  t.notMatch(await board('?mine=testing', 'senior'), line.reference)
  t.match(await board('?control=AC&criterion=CC6.2'), line.reference)
  for (const query of ['?control=GV', '?criterion=CC8.1', `?person=${ours.senior.id}`]) t.match(await board(query), 'No test is like that', query)
  t.equal((await ours.lead.get(`${ours.base}/testing/board`)).status, 403)
  t.equal((await outsiders.staff.get(`${ours.base}/testing/board`)).status, 404)
  t.match(await board('?mine=reviews', 'senior'), 'Nothing waits for your review')
  t.match(await board('?mine=testing', 'senior'), 'Nothing is yours to test')
})

t.test('a control nobody planned a test for stands on the board until somebody does', async (t) => {
  const bare = await makeControl(testApp, ours, 'GV-07', 'The board meets each quarter.')
  const board = async (query = '', who: 'staff' | 'reviewer' = 'staff') => (await ours[who].get(`${ours.base}/testing/board${query}`)).body
  for (const query of ['', '?control=GV', '?criterion=CC6.2']) t.match(await board(query), /Not planned<\/h2>.*href="[^"]*\/testing\/new\?control&#x3D;GV-07"/s, query)
  for (const query of ['?mine=testing', '?control=AC', '?criterion=CC8.1', `?person=${ours.staff.id}`]) t.notMatch(await board(query), 'Not planned', query)
  const read = await board('', 'reviewer')
  t.match(read, `href="${ours.base}/controls/GV-07"`, 'who plans nothing reads the control')
  t.notMatch(read, 'Plan a test')
  await makeLine(testApp, ours, bare)
  t.notMatch(await board(), 'Not planned')
})

t.test('the page of a control says to the firm how far its design and its tests are, and to the client nothing', async (t) => {
  const page = async (who: 'staff' | 'lead') => (await ours[who].get(`${ours.base}/controls/${control.number}`)).body
  t.match(await page('staff'), /The design of this control is not evaluated yet\..*AC-02\.T1<\/a>.*Ready to conclude.*AC-02\.T2<\/a>.*No items/s)
  t.notMatch(await page('lead'), /not evaluated yet|AC-02\.T1|Ready to conclude/)
})

t.test('the grid asks which cells colleagues set, and reads those alone', async (t) => {
  const { versions } = JSON.parse((await ours.staff.get(`${here}/results`)).body) as { versions: Record<string, number> }
  t.strictSame(versions, { '1.A': 2 })
  t.match((await ours.staff.get(`${here}/results/1.A`)).body, 'on leave')
  t.equal((await ours.staff.get(`${here}/results/9.A`)).status, 404)
  t.equal((await outsiders.staff.get(`${here}/results`)).status, 404)
})
