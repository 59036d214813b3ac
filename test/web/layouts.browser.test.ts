import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { registerAssets } from '../../server/web/assets.ts'
import type { FailurePage } from '../../server/web/failure.ts'
import { registerViews, type PageOptions, type Shell } from '../../server/web/view.ts'
import { expectAccessible, expectFits, look, openBrowser } from '../support/browser.ts'

const shell: Shell = {
  person: { name: 'Tom Bergstrom', role: 'senior' },
  organization: 'Harlow & Pine CPAs',
  engagement: { id: '7f3a', client: 'PaySmart Global', firm: 'Harlow & Pine CPAs', label: 'SOC 2 Type 2 · FY26' },
  tabs: [{ name: 'overview', count: null }, { name: 'controls', count: 39 }, { name: 'requests', count: 60 }, { name: 'populations', count: 10 },
    { name: 'testing', count: 41 }, { name: 'exceptions', count: 4 }, { name: 'matrix', count: null }, { name: 'trail', count: null }, { name: 'team', count: null }],
  waiting: { count: 9, more: false },
}
const model: FailurePage = { title: 'Not now', what: 'A reviewed cell is not edited.', next: 'Nothing was changed.' }
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

t.test('the three layouts work in a browser under the content policy', async (t) => {
  const address = await serve(t)
  const { newPage } = await openBrowser(t)
  for (const layout of ['desk', 'owner', 'plain'] as const) {
    const page = await newPage({ baseURL: address })
    await page.goto(`/${layout}`)
    t.equal(await page.locator('h1').innerText(), 'Not now')
    t.ok(await page.locator('.brand svg').evaluate((logo: { getBoundingClientRect: () => { width: number } }) => logo.getBoundingClientRect().width === 20), 'the stylesheet is applied')
    await expectAccessible(t, page)
    await expectFits(t, page)
    await look(page, `layout-${layout}`)
    await page.close()
  }
})

t.test('the theme is chosen with a button and remembered, "/" leads to the jump box, the menu opens by keyboard', async (t) => {
  const baseURL = await serve(t)
  const { newPage } = await openBrowser(t)
  const page = await newPage({ baseURL })
  await page.goto('/desk')
  await page.getByRole('button', { name: 'Light or dark' }).click()
  t.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark')
  await page.reload()
  t.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark', 'after a reload too')
  await page.keyboard.press('/')
  t.equal(await page.locator(':focus').getAttribute('id'), 'jump')
  await page.keyboard.type('a/b')
  t.equal(await page.locator('#jump').inputValue(), 'a/b', 'a slash that is typed stays a slash')
  await page.locator('.menu summary').press('Enter')
  t.ok(await page.getByRole('button', { name: 'Sign out' }).isVisible())
  await expectAccessible(t, page)
  await look(page, 'layout-menu')
})

t.test('without scripts the desk shows everything but the theme button', async (t) => {
  const baseURL = await serve(t)
  const { newPage } = await openBrowser(t)
  const page = await newPage({ baseURL, scripts: false })
  await page.goto('/desk')
  t.notOk(await page.locator('.theme').isVisible())
  t.ok(await page.getByRole('link', { name: 'Requests 60' }).isVisible())
  t.ok(await page.getByRole('searchbox').or(page.locator('#jump')).isVisible())
})

async function serve(t: { teardown: (end: () => Promise<void>) => void }): Promise<string> {
  const app: FastifyInstance = fastify({ forceCloseConnections: true })
  app.addHook('onRequest', async (_request, reply) => { reply.header('content-security-policy', policy) })
  registerAssets(app)
  registerViews(app, { shell: async () => shell })
  for (const layout of ['desk', 'owner', 'plain'] as const) {
    const options: PageOptions = { layout }
    app.get(`/${layout}`, async (_request, reply) => await reply.page('failure/show', { ...model, tab: 'requests' }, options))
  }
  t.teardown(async () => await app.close())
  return await app.listen({ host: '127.0.0.1', port: 0 })
}
