import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { limits } from '../../server/accounts/attempts.ts'
import { removeTwoStepOf } from '../../server/accounts/store.ts'
import { codeAt, hashRecoveryCode } from '../../server/accounts/two-step.ts'
import { inScope } from '../../server/database/connect.ts'
import { deliver } from '../../server/mail/deliver.ts'
import type { Outgoing } from '../../server/mail/transport.ts'
import { hashToken } from '../../server/secrets.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { firmLog, giveAccount, PASSWORD, Visitor } from './visitor.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
const { site } = testApp
const { ours, outsiders } = await gather(testApp)
const people = [ours.partner, outsiders.partner, ours.manager, outsiders.manager, ours.senior, ours.lead]
const keys = new Map<string, string>()
for (const { id } of people) {
  keys.set(id, await giveAccount(testApp, owner, id, true))
  await owner.insertInto('recovery_code').values({ person_id: id, code_hash: hashRecoveryCode(id, 'abcd-efgh-jkmn-pqrs') }).execute()
}
await giveAccount(testApp, owner, ours.staff.id, false)
const pathOf = ({ id }: Pick<Member, 'id'>) => `/people/${id}/two-step/removal`

t.test('a partner takes away anybody’s, a manager anybody’s but a partner’s, and nobody their own', async (t) => {
  const before = await standing()
  const log = (await firmLog(owner, 'account.two_step_removed')).length
  for (const [member, other] of [[ours.manager, ours.partner], [ours.manager, ours.manager], [ours.partner, ours.partner]] as const) {
    t.equal((await member.post(pathOf(other))).status, 403, `${member.name} for ${other.name}`)
  }
  for (const id of [ours.lead.id, randomUUID(), 'everybody']) t.equal((await ours.partner.post(pathOf({ id }))).status, 404, id)
  for (const member of [ours.senior, ours.staff]) {
    t.equal((await member.post(pathOf(outsiders.senior))).status, 403, member.name)
    t.match((await firmLog(owner)).at(-1), { kind: 'account.refused', personId: member.id, event: /account\.manage/ })
  }
  for (const member of [ours.lead, ours.owner]) t.equal((await member.post(pathOf(ours.senior))).status, 404, member.name)
  t.match(await new Visitor(testApp).post(pathOf(ours.senior)), { status: 303, location: '/sign-in' })
  t.strictSame(await standing(), before, 'nothing was taken')
  t.equal((await firmLog(owner, 'account.two_step_removed')).length, log)

  const offers = async (member: Member) => people.filter(({ id }) => id !== member.id).map(async (other) => [other.name, (await member.get('/people')).body.includes(pathOf(other))] as const)
  for (const [name, offered] of await Promise.all(await offers(ours.manager))) t.equal(offered, name !== ours.partner.name && name !== ours.lead.name, name)
  t.notMatch((await ours.partner.get('/people')).body, pathOf(ours.partner), 'nor is one’s own offered')
  t.equal((await ours.manager.post(pathOf(outsiders.manager))).status, 303, 'a manager for a manager')
  t.equal((await ours.partner.post(pathOf(outsiders.partner))).status, 303, 'a partner for a partner')
})

t.test('whoever lost phone and codes comes in again by setting up a new second step', async (t) => {
  const { senior } = ours
  const key = keys.get(senior.id)!
  const own = new Visitor(testApp)
  await own.post('/sign-in', { email: senior.email, password: PASSWORD })
  t.equal((await own.post('/sign-in/second-step', { code: codeAt(key, new Date()) })).status, 303)
  const halfway = new Visitor(testApp)
  await halfway.post('/sign-in', { email: senior.email, password: PASSWORD })
  const { subject, most } = limits.secondStep(senior.id)
  await owner.insertInto('attempt').values(Array.from({ length: most }, () => ({ subject_hash: hashToken(subject) }))).execute()

  t.match(await ours.manager.post(pathOf(senior)), { status: 303, location: '/people?done=two-step' })
  t.match((await ours.manager.get('/people?done=two-step')).body, 'The second step is taken away')
  const { kind, personId, event } = (await firmLog(owner)).at(-1)!
  t.strictSame([kind, personId, JSON.parse(event).facts], ['account.two_step_removed', ours.manager.id, { personId: senior.id }])
  for (const visitor of [own, halfway]) t.match(await visitor.get('/account'), { status: 303, location: '/sign-in' }, 'every session has ended')
  t.equal((await senior.get('/account')).status, 303)
  t.strictSame(await owner.selectFrom('recovery_code').selectAll().where('person_id', '=', senior.id).execute(), [])

  const next = new Visitor(testApp)
  t.match(await next.post('/sign-in', { email: senior.email, password: PASSWORD }), { status: 303, location: '/account/two-step' })
  for (const form of [{ code: codeAt(key, new Date(Date.now() + 30_000)) }, { recovery: 'abcd-efgh-jkmn-pqrs' }]) {
    t.match(await next.post('/sign-in/second-step', form), { status: 303, location: '/account/two-step' }, 'what was lost opens nothing')
    t.match(await next.get('/account'), { status: 303, location: '/account/two-step' })
  }
  const page = (await next.get('/account/two-step')).body
  const fresh = /<samp class="mono">([A-Z2-7 ]{39})<\/samp>/.exec(page)![1]!.replaceAll(' ', '')
  const sealed = /name="sealed" value="([^"]+)"/.exec(page)![1]!
  t.not(fresh, key)
  t.match(await next.post('/account/two-step', { sealed, code: codeAt(fresh, new Date()) }), { status: 200, body: /recovery codes/ })
  t.equal((await next.get('/account')).status, 200)

  const again = new Visitor(testApp)
  t.match(await again.post('/sign-in', { email: senior.email, password: PASSWORD }), { location: '/sign-in/second-step' })
  for (const form of [{ code: codeAt(key, new Date(Date.now() + 30_000)) }, { recovery: 'abcd-efgh-jkmn-pqrs' }]) t.equal((await again.post('/sign-in/second-step', form)).status, 422)
})

t.test('a mail tells them that it happened and who did it', async (t) => {
  const mails = await owner.selectFrom('mail').select(['id', 'engagement_id', 'template']).where('person_id', '=', ours.senior.id).execute()
  t.match(mails, [{ template: 'two_step_removed', engagement_id: null }])
  let sent: Outgoing | undefined
  await deliver({ db: site.db, sealer: site.sealer, publicUrl: site.config.publicUrl, from: site.config.mailFrom, transport: async (mail) => { sent = mail } }, mails[0]!.id)
  t.match(sent, { to: { address: ours.senior.email }, subject: `${ours.manager.name} has taken away your second step` })
  for (const form of [sent!.html, sent!.text]) t.match(form, `${ours.manager.name} has taken away the second step of your sign-in`)
})

t.test('where there is none to take away nothing happens and nobody is told', async (t) => {
  await ours.staff.get('/account')
  t.match(await ours.manager.post(pathOf(ours.staff)), { status: 409, body: /has no second step now/ })
  t.equal((await ours.staff.get('/account')).status, 200, 'their session goes on')
  await ours.manager.post(`/people/${ours.staff.id}/removal`)
  t.match(await ours.manager.post(pathOf(ours.staff)), { status: 409, body: /was removed/ })
  t.strictSame(await owner.selectFrom('mail').select('id').where('person_id', '=', ours.staff.id).execute(), [])
  t.notMatch((await ours.manager.get('/people')).body, pathOf(ours.staff))
})

t.test('the database itself lets nobody else do it', async (t) => {
  const before = await standing()
  const attempts: readonly [Member, Member][] = [
    [ours.staff, ours.manager], [outsiders.senior, ours.manager], [ours.lead, ours.manager], [ours.owner, ours.lead], [ours.manager, ours.partner],
    [ours.manager, ours.manager], [ours.partner, ours.partner], [ours.partner, ours.lead],
  ]
  for (const [caller, other] of attempts) {
    for (const scope of [caller.scope, { ...caller.scope, engagement: null, role: null }]) {
      await t.rejects(inScope(site.db, scope, async (trx) => removeTwoStepOf(trx, other.id)), { code: '42501' }, `${caller.name} for ${other.name}`)
    }
  }
  const nobody = { ...ours.partner.scope, actor: { kind: 'job', name: 'test' } as const }
  await t.rejects(inScope(site.db, nobody, async (trx) => removeTwoStepOf(trx, ours.manager.id)), { code: '42501' })
  await inScope(site.db, ours.partner.scope, async (trx) => {
    for (const table of ['credential', 'recovery_code', 'session']) {
      const { rows } = await sql<{ seen: number }>`select count(*) as seen from ${sql.table(table)} where person_id <> ${ours.partner.id}`.execute(trx)
      t.equal(rows[0]?.seen, 0, `and a partner sees nobody’s ${table}`)
    }
  })
  t.strictSame(await standing(), before)
})

/** What each person still has to sign in with. */
async function standing() {
  const { rows } = await sql`select credential.person_id, two_step_sealed, two_step_confirmed_at, (select count(*) from recovery_code where recovery_code.person_id = credential.person_id) as codes
    from credential order by 1`.execute(owner)
  return rows
}
