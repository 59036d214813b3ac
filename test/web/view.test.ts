import fastify from 'fastify'
import { brotliDecompressSync } from 'node:zlib'
import t from 'tap'
import { assetUrl, registerAssets } from '../../server/web/assets.ts'
import type { FailurePage } from '../../server/web/failure.ts'
import { emptyShell, registerViews, renderTemplate, type PageOptions, type Shell } from '../../server/web/view.ts'

const person: Shell = { ...emptyShell, person: { name: 'Tom <Bergstrom>', role: 'senior' }, organization: 'Harlow & Pine CPAs', waiting: { count: 2, more: false } }
const inside: Shell = { ...person, engagement: { id: 'a/b', client: 'PaySmart', firm: 'Harlow & Pine CPAs', label: 'FY26' }, tabs: [{ name: 'overview', count: null }, { name: 'requests', count: 1060 }] }
const model: FailurePage = { title: 'A & B', what: '<b>', next: '' }

t.test('a signed-in person gets the desk, anybody else the plain page, and a page may say otherwise', async (t) => {
  t.match(await get(person), { statusCode: 200, body: /class="waits"/ })
  t.notMatch((await get(emptyShell)).body, /class="waits"/)
  t.match((await get(emptyShell, { layout: 'owner' })).body, /class="strip-head"/)
  t.equal((await get(person, { status: 422 })).statusCode, 422)
})

t.test('a page is never stored, is UTF-8 and says nothing that is not escaped', async (t) => {
  const { headers, body } = await get(person)
  t.match(headers, { 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' })
  t.match(body, '<title>A &amp; B · Tickmark</title>')
  t.match(body, 'Tom &lt;Bergstrom&gt;')
  t.match(body, '<p class="above">&lt;b&gt;</p>')
})

t.test('tabs and the jump box belong to an engagement; the current tab is marked', async (t) => {
  t.notMatch((await get(person)).body, /id="jump"|class="tabs"/)
  const { body } = await get(inside, {}, { tab: 'requests' })
  t.match(body, 'action="/engagements/a%2Fb/jump"')
  t.match(body, '<a href="/engagements/a%2Fb">Overview</a><a href="/engagements/a%2Fb/requests" aria-current="page">Requests <span class="count">1,060</span></a>')
  t.match(body, '<title>A &amp; B · PaySmart · Tickmark</title>')
})

t.test('an error page needs no shell', async (t) => {
  const app = fastify()
  registerViews(app, { shell: async () => { throw new Error('the database is away') } })
  app.get('/', async (_request, reply) => await reply.page('failure/show', model, { status: 503, layout: 'plain' }))
  t.equal((await app.inject('/')).statusCode, 503)
})

t.test('a model without what the template asks for fails instead of showing a gap', async (t) => {
  t.throws(() => renderTemplate('failure/show', { title: 'A' }), /"what" not defined/)
  t.throws(() => renderTemplate('nothing/here', {}), /no template/)
})

t.test('static files come by exact name, compressed, and for a year when the address names their content', async (t) => {
  const app = fastify()
  registerAssets(app)
  const url = assetUrl('app.css')
  const plain = await app.inject({ url })
  t.match(plain.headers, { 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/css; charset=utf-8' })
  const small = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } })
  t.equal(brotliDecompressSync(small.rawPayload).toString(), plain.body)
  t.ok(small.rawPayload.length < plain.rawPayload.length / 3)
  t.equal((await app.inject({ url, headers: { 'if-none-match': String(plain.headers.etag) } })).statusCode, 304)
  t.equal((await app.inject('/static/app.css?v=old')).headers['cache-control'], 'no-cache')
  t.notMatch((await app.inject('/static/bootstrap-reboot.min.css')).body, /sourceMappingURL/)
})

t.test('nothing outside static/ is reached through its address', async (t) => {
  const app = fastify()
  registerAssets(app)
  const probes = ['/static/', '/static', '/static/..%2fpackage.json', '/static/../package.json', '/static/%2e%2e/package.json', '/static/..%5cpackage.json', '/static/app.css%2f..%2f..%2fpackage.json',
    '/static//app.css', '/static/app.css/', '/static/APP.CSS', '/static/bootstrap.min.css', '/static/%00', '/static%2fapp.css', '/static/.env']
  for (const probe of probes) t.equal((await app.inject(probe)).statusCode, 404, probe)
})

async function get(shell: Shell, options: PageOptions = {}, more: { tab?: 'requests' } = {}) {
  const app = fastify()
  registerViews(app, { shell: async () => shell })
  app.get('/', async (_request, reply) => await reply.page('failure/show', { ...model, ...more }, options))
  return await app.inject('/')
}
