import t from 'tap'
import { randomUUID } from 'node:crypto'
import { isEngagementPermit, isFirmPermit, may, mayInFirm } from '../../server/access/policy.ts'
import { routeTable, type GuardedRoute } from '../../server/access/guard.ts'
import { openApp } from '../support/app.ts'
import { gather, type Member, type Team } from '../support/cast.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const routes = routeTable(testApp.app).filter(({ method }) => method !== 'HEAD')
const inside = routes.filter(({ permit }) => isEngagementPermit(permit))
const keys = ['partner', 'reviewer', 'manager', 'senior', 'staff', 'lead', 'owner'] as const

t.test('the table of routes is the one the site has', async (t) => {
  t.ok(inside.length >= 20, `${inside.length} routes inside an engagement`)
  t.ok(routes.some(({ url }) => url === '/health'))
})

for (const key of keys) {
  t.test(`every route of an engagement lets the ${key} in or turns them away by the policy alone`, async (t) => {
    for (const route of inside) {
      const { status } = await call(ours[key], route, ours)
      const allowed = isEngagementPermit(route.permit) && may(ours[key].role, route.permit)
      if (allowed) t.not(status, 403, `${route.method} ${route.url} admits the ${key}`)
      else t.equal(status, 403, `${route.method} ${route.url} refuses the ${key}`)
    }
  })

  t.test(`to the ${key} of another client every route of an engagement does not exist`, async (t) => {
    for (const route of inside) {
      const { status } = await call(outsiders[key], route, ours)
      t.equal(status, 404, `${route.method} ${route.url}`)
    }
  })
}

t.test('without a session every route but the public ones leads to a door', async (t) => {
  for (const route of routes.filter(({ permit }) => permit !== 'public' && permit !== 'demo')) {
    const response = await testApp.app.inject({ method: route.method as 'GET', url: addressOf(route, ours), headers: sameOrigin() })
    t.equal(response.statusCode, 303, `${route.method} ${route.url}`)
    t.match(response.headers.location, ['link', 'list'].includes(route.permit) ? '/answer/closed' : '/sign-in')
  }
})

t.test('a session of a person opens no link page', async (t) => {
  for (const route of routes.filter(({ permit }) => permit === 'link' || permit === 'list')) {
    const { status, location } = await call(ours.owner, route, ours)
    t.equal(status, 303, `${route.method} ${route.url}`)
    t.equal(location, '/answer/closed')
  }
})

t.test('routes of the firm go by rank and do not exist for clients', async (t) => {
  for (const route of routes.filter(({ permit }) => isFirmPermit(permit))) {
    for (const key of keys) {
      const { status } = await call(ours[key], route, ours)
      const { rank } = ours[key].scope
      if (rank === null) t.equal(status, 404, `${route.method} ${route.url} is unknown to the ${key}`)
      else if (isFirmPermit(route.permit) && mayInFirm(rank, route.permit)) t.not(status, 403, `${route.method} ${route.url} admits the ${key}`)
      else t.equal(status, 403, `${route.method} ${route.url} refuses the ${key}`)
    }
  }
})

t.test('a write that another site started is refused before anything else', async (t) => {
  // What a mail program posts by itself comes from nowhere; its address is the proof.
  for (const route of routes.filter(({ method, url }) => method === 'POST' && url !== '/digest/:key')) {
    const foreign = await testApp.app.inject({ method: 'POST', url: addressOf(route, ours), headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } })
    t.equal(foreign.statusCode, 403, `${route.url} from another site`)
    const silent = await testApp.app.inject({ method: 'POST', url: addressOf(route, ours) })
    t.equal(silent.statusCode, 403, `${route.url} without saying from where`)
  }
})

t.test('reading changes no table', async (t) => {
  const before = await fingerprint()
  const reads = inside.filter(({ method, permit }) => method === 'GET' && isEngagementPermit(permit) && may('manager', permit))
  for (const route of reads) await call(ours.manager, route, ours)
  t.same(await fingerprint(), before)
})

t.test('a route that does not state its permit keeps the server from starting', async (t) => {
  const { default: fastify } = await import('fastify')
  const { registerGuard } = await import('../../server/access/guard.ts')
  const app = fastify()
  registerGuard(app, { db: testApp.site.db, sessions: testApp.site.sessions, secureCookies: false, isDemo: () => false })
  t.throws(() => app.get('/open', async () => 'open'), /does not state its permit/)
  t.throws(() => app.get('/elsewhere', { config: { permit: 'request.view' } }, async () => 'x'), /only means something inside an engagement/)
})

async function call(member: Member, route: GuardedRoute, team: Team) {
  const url = addressOf(route, team)
  return route.method === 'GET' ? await member.get(url) : await member.post(url)
}

/** The route's address with our engagement in it and nothing that exists behind it. */
function addressOf(route: GuardedRoute, team: Team): string {
  return route.url.replace('*', 'x').replace(/:(\w+)/g, (_, name: string) => {
    if (name === 'engagement') return team.engagement.id
    if (name === 'number') return /exceptions/.test(route.url) ? 'E-99' : /controls/.test(route.url) ? 'ZZ-99' : /exports/.test(route.url) ? '99' : 'R-999'
    if (name === 'population') return 'POP-99'
    if (name === 'draw') return 'D-99'
    if (name === 'reference') return 'ZZ-99.T9'
    if (name === 'token') return 'A'.repeat(43)
    return randomUUID()
  })
}

function sameOrigin(): Record<string, string> {
  return { origin: testApp.site.config.publicUrl.origin, 'sec-fetch-site': 'same-origin' }
}

/** Row counts of what reading might touch; a refusal is written to the trail, so only what is allowed is read. */
async function fingerprint(): Promise<Record<string, number>> {
  const { connect } = await import('../../server/database/connect.ts')
  const { sql } = await import('kysely')
  const owner = connect(testApp.ownerUrl, 1)
  try {
    const counts: Record<string, number> = {}
    for (const table of ['request', 'submission', 'evidence_file', 'population', 'draw', 'cell', 'exception', 'sign_off', 'trail_entry', 'mail', 'control', 'membership', 'person', 'matrix_export']) {
      const result = await sql<{ count: number }>`select count(*) from ${sql.table(table)}`.execute(owner)
      counts[table] = result.rows[0]!.count
    }
    return counts
  } finally {
    await owner.destroy()
  }
}
