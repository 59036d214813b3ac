import { deliver } from '../../server/mail/deliver.ts'
import type { Outgoing } from '../../server/mail/transport.ts'
import { isEngagementPermit, may } from '../../server/access/policy.ts'
import { routeTable, type GuardedRoute } from '../../server/access/guard.ts'
import { listComments } from '../../server/threads/store.ts'
import { inScope } from '../../server/database/connect.ts'
import { connect } from '../../server/database/connect.ts'
import type { Member } from '../support/cast.ts'
import { makeBench } from '../support/testing.ts'
import t from 'tap'
import { ask, bring, look, openRun, pressLink, tokensOf, type Asked } from '../evidence/run.ts'

const run = await openRun(t)
const { ours } = run.cast
const marker = 'zebra-quartz-unrepeatable'
const open = 'heron-basalt-for-all'
// Search pages repeat what was searched for, so the note is looked for by a word that stands beside.
const beside = 'wolframite'

// Everything the client may look at exists at least once, and the note stands on each request.
const bench = await makeBench(run, ours)
const requests: Asked[] = []
for (const status of ['open', 'submitted', 'in_review', 'accepted', 'returned'] as const) {
  const request = await ask(run, ours, { kind: status === 'open' ? 'inquiry' : 'document' })
  await bring(run, ours, request, status)
  requests.push(request)
}
const sponsor = await joinSponsor()
for (const { url } of requests) {
  await ours.staff.post(`${url}/notes`, { text: `${beside} ${marker} @Priya Natarajan @Noor Haddad look` })
  await ours.staff.post(`${url}/comments`, { text: `${open} @Noor Haddad`, question: 'on' })
}
const files = await run.owner.selectFrom('evidence_file').select(['id', 'request_id']).execute()
const gets = routeTable(run.app).filter(({ method }) => method === 'GET')

t.test('no page that the client’s side can open holds an internal note, by any route there is', async (t) => {
  let pages = 0
  let shown = 0
  for (const member of [ours.lead, ours.owner, sponsor]) {
    for (const route of gets.filter(({ permit }) => permit === 'signed_in' || (isEngagementPermit(permit) && may(member.role, permit)))) {
      for (const url of addressesOf(route)) {
        const answer = await member.get(url)
        t.notMatch(answer.body, marker, `${member.role} ${url}`)
        if (answer.status === 200) pages += 1
        if (answer.body.includes(open)) shown += 1
      }
    }
  }
  t.ok(pages > 30, `${pages} pages were there to look at`)
  t.ok(shown > 5, `what is meant for the client stood on ${shown} of them`)
})

t.test('no page behind a link holds one either', async (t) => {
  for (const request of requests.filter((_request, index) => index !== 3)) {
    const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
    for (const route of gets.filter(({ permit }) => permit === 'link')) {
      for (const url of addressesOf(route, request)) t.notMatch((await look(run, cookie, url)).body, marker, url)
    }
    t.match((await look(run, cookie, request.linkUrl)).body, open)
  }
})

t.test('no mail holds one, to the client or to colleagues', async (t) => {
  const sent: Outgoing[] = []
  for (const { id } of await run.owner.selectFrom('mail').select('id').execute()) {
    await deliver({ db: run.site.db, sealer: run.site.sealer, publicUrl: run.site.config.publicUrl, from: 'audit@harlowpine.example', transport: async (mail: Outgoing) => { sent.push(mail) } }, id)
  }
  t.ok(sent.length > 10)
  t.notMatch(JSON.stringify(sent), marker)
  t.match(JSON.stringify(sent), open)
  t.notMatch(JSON.stringify(await run.owner.selectFrom('mail').selectAll().execute()), marker, 'nor does the outbox')
  t.notMatch(JSON.stringify((await run.owner.selectFrom('trail_detail').select('detail').execute())), marker, 'nor the trail, which commits to it')
})

t.test('no export and no search result holds one', async (t) => {
  t.match((await ours.staff.get(`${ours.base}/search?q=${beside}`)).body, marker, 'the firm finds its notes')
  for (const member of [ours.lead, ours.owner, sponsor]) {
    for (const path of [`search?q=${beside}`, `requests?q=${beside}`, `jump?q=${beside}`, 'requests/export.csv', 'requests/export.xlsx']) t.notMatch((await member.get(`${ours.base}/${path}`)).body, marker, path)
  }
  await ours.manager.post(`${ours.base}/matrix/exports`, {})
  for (const { id } of await run.owner.selectFrom('matrix_export').select('number as id').execute()) {
    for (const format of ['csv', 'xlsx', 'docx']) t.notMatch((await ours.manager.get(`${ours.base}/matrix/exports/${id}/${format}`)).body, marker)
  }
})

t.test('the database itself hands a note to the firm alone, whatever the program asks', async (t) => {
  const read = async (member: Member) => inScope(run.site.db, member.scope, async (trx) => (await trx.selectFrom('comment').select('text').execute()).map(({ text }) => text).join())
  t.match(await read(ours.staff), marker)
  for (const member of [ours.lead, ours.owner, sponsor]) {
    t.notMatch(await read(member), marker)
    t.match(await read(member), open)
    t.notMatch((await inScope(run.site.db, member.scope, async (trx) => listComments(trx, { ...member.scope, side: 'firm' }, requests[0]!.id))).map(({ text }) => text).join(), marker, 'even a scope that lies about its side in the program')
    await t.rejects(inScope(run.site.db, member.scope, async (trx) => trx.insertInto('comment').values({ engagement_id: ours.engagement.id, request_id: requests[0]!.id, internal: true, text: 'x', author_id: member.id, channel: 'login' }).execute()), /row-level security/)
  }
})

/** The addresses of a route with what exists behind it, one for each request where it names one. */
function addressesOf(route: GuardedRoute, only?: Asked): string[] {
  const filled = (request: Asked, file: string | undefined) => route.url.replace(/:(\w+)/g, (_, name: string) => {
    if (name === 'engagement') return ours.engagement.id
    if (name === 'number') return /exceptions/.test(route.url) ? 'E-01' : /controls/.test(route.url) ? bench.control.number : /requests/.test(route.url) ? request.url.split('/').at(-1)! : '1'
    if (name === 'request') return request.id
    if (name === 'file') return file ?? request.id
    if (name === 'population') return `POP-${String(bench.population.populationNumber).padStart(2, '0')}`
    if (name === 'draw') return 'D-01'
    if (name === 'reference') return bench.line.reference
    return '1'
  })
  return [...new Set((only ? [only] : requests).map((request) => filled(request, files.find(({ request_id: id }) => id === request.id)?.id)))]
}

async function joinSponsor(): Promise<Member> {
  const owner = connect(run.ownerUrl, 1)
  const { id } = await owner.insertInto('person').values({ organization_id: ours.engagement.clientId, email: 'sponsor@paysmart.example', name: 'Ada Sponsor', rank: null }).returning('id').executeTakeFirstOrThrow()
  await owner.insertInto('membership').values({ engagement_id: ours.engagement.id, person_id: id, role: 'sponsor' }).execute()
  await owner.destroy()
  const cookie = await run.site.sessions.begin(id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const headers = { cookie: `${cookie.name}=${cookie.value}`, host: run.site.config.publicUrl.host }
  return {
    ...ours.lead, id, name: 'Ada Sponsor', role: 'sponsor', scope: { ...ours.lead.scope, actor: { kind: 'person', id, name: 'Ada Sponsor' }, role: 'sponsor' },
    get: async (path) => {
      const response = await run.app.inject({ method: 'GET', url: path, headers })
      return { status: response.statusCode, body: response.body, location: undefined, headers: response.headers, json: () => response.json() }
    },
  }
}
