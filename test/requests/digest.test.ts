import { sql } from 'kysely'
import t from 'tap'
import { outsideScope } from '../../server/access/program.ts'
import { deliver } from '../../server/mail/deliver.ts'
import type { Outgoing } from '../../server/mail/transport.ts'
import { readerScope, sendDigest, startDigests } from '../../server/requests/digest-actions.ts'
import { comment } from '../../server/threads/actions.ts'
import { ask, bring, look, openRun, pressLink, trailOf, type Run } from '../evidence/run.ts'

const day = '2099-10-21'
const morning = new Date('2099-10-21T12:00:00Z')

t.test('an owner’s digest lists what waits for them and nothing else, each with a link of its own', async (t) => {
  const run = await openRun(t)
  const { ours, outsiders } = run.cast
  const late = await ask(run, ours, { title: 'Late one', dueOn: '2099-10-01' })
  const today = await ask(run, ours, { title: 'Due one', dueOn: day })
  const returned = await ask(run, ours, { title: 'Returned one' })
  await bring(run, ours, returned, 'returned')
  await bring(run, ours, await ask(run, ours, { title: 'Sent one' }), 'submitted')
  await ask(run, ours, { title: 'Secret of the lead', ownerId: ours.lead.id })
  await ask(run, outsiders, { title: 'Secret of others' })
  const asked = await ask(run, ours, { title: 'Asked one', dueOn: '2099-12-01' })
  await comment(run.site, ours.senior.scope, asked.number, { text: 'Which day?', question: true })

  const mail = await digestOf(run, ours.owner.id)
  t.ok(mail)
  const { text, html } = mail!
  t.equal(mail!.subject, '5 things wait for you')
  for (const form of [text, html]) {
    for (const words of ['R-001 Late one', 'was due Thursday, Oct 1, 2099', 'R-002 Due one', 'due today', 'R-003 Returned one', 'returned to you, due', 'Tom Bergstrom asks a question', ours.engagement.client, 'No account needed']) t.match(form, words)
    t.notMatch(form, /Secret|Sent one|Which day/)
  }
  t.ok(text.indexOf('Late one') < text.indexOf('Due one'), 'the latest first')
  const tokens = [...text.matchAll(/\/answer\/([\w-]{43})/g)].map(([, token]) => token!)
  t.equal(new Set(tokens).size, 5)
  t.equal((await look(run, await pressLink(run, tokens[0]!), late.linkUrl)).statusCode, 200, 'each link opens the request it stands beside')
  t.equal((await look(run, await pressLink(run, tokens[1]!), today.linkUrl)).statusCode, 200)
  const events = await run.owner.selectFrom('trail_entry').select('event').where('kind', '=', 'digest.sent').execute()
  t.equal(events.length, 1, 'one entry for all of them')
  t.match(JSON.parse(events[0]!.event).facts, { personId: ours.owner.id, day, things: 5 })
})

t.test('it comes once for each day, whoever sends it, and not when nothing waits', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  await ask(run, ours)
  const scope = readerScope(ours.owner.id, { ...outsideScope('test'), at: morning })
  await Promise.all([sendDigest(run.site, scope, day), sendDigest(run.site, scope, day), sendDigest(run.site, scope, day)])
  await sendDigest(run.site, scope, day)
  t.equal(await countDigests(run, ours.owner.id), 1)
  await sendDigest(run.site, scope, '2099-10-22')
  t.equal(await countDigests(run, ours.owner.id), 2)
  await sendDigest(run.site, readerScope(ours.staff.id, scope), day)
  t.equal(await countDigests(run, ours.staff.id), 0)
  t.equal((await trailOf(run, ours)).filter((kind) => kind === 'digest.sent').length, 2)
})

t.test('both sides hear what waits for them: answers to review, questions, requests whose owner has left', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const submitted = await ask(run, ours, { title: 'Handed in' })
  await bring(run, ours, submitted, 'submitted')
  const unclear = await ask(run, ours, { title: 'Unclear one' })
  await comment(run.site, ours.lead.scope, unclear.number, { text: 'What do you mean?' })
  const senior = await digestOf(run, ours.senior.id)
  for (const words of ['R-001 Handed in', 'submitted, to be reviewed', 'R-002 Unclear one', 'Joel Castellanos asks a question', `${run.site.config.publicUrl.origin}${submitted.url}`]) t.match(senior!.text, words)
  t.notMatch(senior!.text, /\/answer\//, 'the firm signs in')

  await run.owner.updateTable('membership').set({ removed_at: sql`now()` }).where('person_id', '=', ours.owner.id).execute()
  const lead = await digestOf(run, ours.lead.id)
  t.match(lead!.text, 'Noor Haddad has left: name another owner')
  t.notOk(await digestOf(run, ours.owner.id), 'who has left hears nothing more')
})

t.test('where people sign in the digest holds no link that opens anything', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const request = await ask(run, ours)
  await ours.manager.post(`${ours.base}/link-rule`, { policy: 'account_only', days: '14' })
  const mail = await digestOf(run, ours.owner.id)
  t.notMatch(mail!.text, /\/answer\/[\w-]{43}/)
  t.match(mail!.text, request.answerUrl)
  t.match(mail!.text, 'You sign in with your own account.')
})

t.test('a long list is cut, with how much more there is', async (t) => {
  const run = await openRun(t)
  for (let made = 0; made < 15; made += 1) await ask(run, run.cast.ours, { title: `Request ${made}` })
  const mail = await digestOf(run, run.cast.ours.owner.id)
  t.equal([...mail!.text.matchAll(/\/answer\//g)].length, 12)
  t.match(mail!.text, 'and 3 more things')
  t.equal(mail!.subject, '15 things wait for you')
})

t.test('everybody has their own morning, on working days, once, and not if they stopped it', async (t) => {
  const run = await openRun(t)
  const { ours } = run.cast
  const called = async (moment: string) => {
    await sql`delete from graphile_worker._private_jobs`.execute(run.owner)
    await startDigests(run.site, { ...outsideScope('test'), at: new Date(moment) })
    const { rows } = await sql<{ payload: { personId: string, day: string } }>`select payload from graphile_worker._private_jobs join graphile_worker._private_tasks tasks on tasks.id = task_id where identifier = 'send_digest'`.execute(run.owner)
    return new Map(rows.map(({ payload }) => [payload.personId, payload.day]))
  }
  t.equal((await called('2099-10-21T10:59:00Z')).size, 0, 'six fifty-nine in New York')
  t.equal((await called('2099-10-21T11:00:00Z')).get(ours.owner.id), day)
  t.equal((await called('2099-10-21T16:00:00Z')).size, 0, 'noon is no morning')
  t.equal((await called('2099-10-24T12:00:00Z')).size, 0, 'nor is Saturday')
  await ours.owner.post('/account/digest', { often: 'morning', zone: 'Asia/Tokyo' })
  const tokyo = await called('2099-10-20T22:00:00Z')
  t.strictSame([...tokyo], [[ours.owner.id, day]], 'already tomorrow in Tokyo')
  await ours.lead.post('/account/digest', { often: 'never' })
  const rest = await called('2099-10-21T12:00:00Z')
  t.notOk(rest.has(ours.lead.id))
  t.ok(rest.has(ours.senior.id))
  await sendDigest(run.site, readerScope(ours.senior.id, { ...outsideScope('test'), at: morning }), day)
  t.notOk((await called('2099-10-21T12:00:00Z')).has(ours.senior.id), 'once a day, also when nothing waited')
})

async function digestOf(run: Run, personId: string): Promise<Outgoing | null> {
  await sendDigest(run.site, readerScope(personId, { ...outsideScope('test'), at: morning }), day)
  const row = await run.owner.selectFrom('mail').select('id').where('template', '=', 'digest').where('person_id', '=', personId).executeTakeFirst()
  if (!row) return null
  let sent: Outgoing | null = null
  const { db, sealer, config } = run.site
  await deliver({ db, sealer, publicUrl: config.publicUrl, from: config.mailFrom, transport: async (mail) => { sent = mail } }, row.id)
  return sent
}

async function countDigests({ owner }: Run, personId: string): Promise<number> {
  return (await owner.selectFrom('mail').select('id').where('template', '=', 'digest').where('person_id', '=', personId).execute()).length
}
