import t from 'tap'
import { connect as openSocket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { readConfig } from '../../server/config.ts'
import { createServer, withoutTokens } from '../../server/web/http.ts'
import { registerFailures } from '../../server/web/failure.ts'
import { emptyShell, registerViews } from '../../server/web/view.ts'
import { newToken } from '../../server/secrets.ts'

async function site(t: { teardown(work: () => unknown): void }, environment: Record<string, string> = {}) {
  const app = await createServer(readConfig({ LOG_LEVEL: 'silent', ...environment }))
  registerViews(app, { shell: async () => emptyShell })
  registerFailures(app)
  app.post('/echo', (request) => ({ body: request.body, ip: request.ip, host: request.host }))
  app.get('/break', async () => { throw new Error('a secret in a message') })
  t.teardown(() => app.close())
  return app
}

const here = 'http://127.0.0.1:3000'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

t.test('a write is taken from this very site only', async (t) => {
  const app = await site(t)
  const cases: readonly [string, Record<string, string>, number][] = [
    ['a form of ours', { origin: here, 'sec-fetch-site': 'same-origin' }, 200],
    ['a form of ours without a referrer', { origin: 'null', 'sec-fetch-site': 'same-origin' }, 200],
    ['an older browser', { origin: here }, 200],
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['a sibling of our domain', { origin: 'https://evil.firm.example', 'sec-fetch-site': 'same-site' }, 403],
    ['another site in an older browser', { origin: 'https://evil.example' }, 403],
    ['a sandboxed frame in an older browser', { origin: 'null' }, 403],
    ['a lie about the site beside the truth about the origin', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, 403],
    ['nobody says', {}, 403],
    ['typed into the address bar', { 'sec-fetch-site': 'none' }, 403],
    ['our name on another port', { origin: 'http://127.0.0.1:3001' }, 403],
  ]
  for (const [who, headers, status] of cases) {
    const { statusCode } = await app.inject({ method: 'POST', url: '/echo', headers: { ...form, ...headers }, payload: 'a=1' })
    t.equal(statusCode, status, who)
  }
})

t.test('bodies in disguise are refused', async (t) => {
  const app = await site(t)
  for (const type of ['application/json\t', 'application/json ;x', ' application/json', 'application/json;', 'text/plain', 'application/xml', 'application/x-www-form-urlencoded\tx', '']) {
    const { statusCode } = await app.inject({ method: 'POST', url: '/echo', headers: { origin: here, 'content-type': type }, payload: '{"__proto__":{"admin":true}}' })
    t.ok(statusCode >= 400 && statusCode < 500 || statusCode === 200 && type.startsWith('application/json'), `${JSON.stringify(type)} answers ${statusCode}`)
  }
  const { body } = (await app.inject({ method: 'POST', url: '/echo', headers: { origin: here, 'content-type': 'multipart/form-data' }, payload: '{"admin":true}' })).json<{ body?: unknown }>()
  t.equal(body, undefined, 'a form with files is read by the routes that want one')
})

t.test('what a proxy would say is believed of our proxies only', async (t) => {
  const forged = { ...form, origin: here, 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
  const direct = await site(t)
  const answer = (await direct.inject({ method: 'POST', url: '/echo', headers: forged, payload: 'a=1', remoteAddress: '198.51.100.7' })).json<{ ip: string }>()
  t.equal(answer.ip, '198.51.100.7')
  const behind = await site(t, { TRUSTED_PROXIES: '10.0.0.0/8' })
  t.equal((await behind.inject({ method: 'POST', url: '/echo', headers: forged, payload: 'a=1', remoteAddress: '10.1.2.3' })).json<{ ip: string }>().ip, '203.0.113.9')
  t.equal((await behind.inject({ method: 'POST', url: '/echo', headers: forged, payload: 'a=1', remoteAddress: '198.51.100.7' })).json<{ ip: string }>().ip, '198.51.100.7')
})

t.test('every answer carries the headers that keep it ours', async (t) => {
  const app = await site(t)
  for (const url of ['/break', '/nowhere']) {
    const { headers, body, statusCode } = await app.inject({ method: 'GET', url })
    t.equal(statusCode, url === '/break' ? 500 : 404)
    t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/)
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.equal(headers['referrer-policy'], 'no-referrer')
    t.equal(headers['cache-control'], 'no-store')
    t.notMatch(body, 'a secret in a message')
  }
})

t.test('an address that cannot be read is not said back, because a token may stand in it', async (t) => {
  const app = await site(t)
  app.get('/answer/:token', async () => 'door')
  const token = newToken()
  for (const [url, status] of [[`/answer/${token}%`, 400], [`/answer/${token}%zz?x=1`, 400], [`/answer/${token}${'a'.repeat(300)}`, 414]] as const) {
    const { statusCode, body, headers } = await app.inject({ method: 'GET', url })
    t.equal(statusCode, status)
    t.notMatch(`${body}${JSON.stringify(headers)}`, token)
    t.match(headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'content-security-policy': /default-src 'none'/ })
  }
})

t.test('moving through the addresses of one line does not start the count again', async (t) => {
  const app = await site(t)
  app.get('/few', { config: { rateLimit: { max: 3, timeWindow: 60_000 } } }, async () => 'yes')
  const statuses = []
  for (let last = 1; last <= 4; last += 1) statuses.push((await app.inject({ method: 'GET', url: '/few', remoteAddress: `2001:db8::${last}` })).statusCode)
  t.strictSame(statuses, [200, 200, 200, 429])
  t.equal((await app.inject({ method: 'GET', url: '/few', remoteAddress: '2001:db8:0:1::1' })).statusCode, 200, 'a neighbour is not in it')
})

t.test('a character the database cannot hold is the sender’s mistake, not ours', async (t) => {
  const app = await site(t)
  app.get('/unstorable/:code', (request) => { throw Object.assign(new Error('invalid byte sequence'), { code: (request.params as { code: string }).code }) })
  for (const code of ['22021', '22P05']) t.equal((await app.inject({ method: 'GET', url: `/unstorable/${code}` })).statusCode, 400)
  t.equal((await app.inject({ method: 'GET', url: '/unstorable/42601' })).statusCode, 500)
})

t.test('a token in a path does not reach the log', async (t) => {
  const token = newToken()
  for (const url of [`/answer/${token}`, `/answer/${token}/fresh`, `/invitations/${token}?x=${token}`, `/answer/requests/1?token=${token}#${token}`]) {
    t.notMatch(withoutTokens(url), token, url)
  }
  t.equal(withoutTokens('/engagements/3f2c0a52-7d3e-4a57-9e0e-6b1a2c3d4e5f/requests/R-014?q=x'), '/engagements/3f2c0a52-7d3e-4a57-9e0e-6b1a2c3d4e5f/requests/R-014')
})

t.test('a slow client keeps nobody else waiting', async (t) => {
  const app = await site(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const slow = Array.from({ length: 200 }, () => openSocket(port, '127.0.0.1'))
  await Promise.all(slow.map(async (socket) => once(socket, 'connect')))
  for (const socket of slow) {
    socket.on('error', () => {})
    socket.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Le')
  }
  const response = await fetch(`http://127.0.0.1:${port}/nowhere`)
  t.equal(response.status, 404)
  t.ok(app.server.headersTimeout > 0 && app.server.headersTimeout <= 60_000)
  t.ok(app.server.requestTimeout > 0)
  for (const socket of slow) socket.destroy()
})
