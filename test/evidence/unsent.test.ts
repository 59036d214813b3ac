import t from 'tap'
import { ask, openRun, pressLink, send, statement, tokensOf } from './run.ts'

const run = await openRun(t)
const { ours } = run.cast

t.test('what is not submitted yet is not found by its name, except by whoever prepares it', async (t) => {
  const request = await ask(run, ours)
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const finds = async (key: 'staff' | 'partner' | 'reviewer' | 'lead' | 'owner') => (await ours[key].get(`${ours.base}/requests?q=severance-of-jane`)).body.includes('R-001')
  await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'severance-of-jane.txt', body: 'by mistake' }])
  for (const key of ['staff', 'partner', 'reviewer'] as const) t.equal(await finds(key), false, key)
  for (const key of ['lead', 'owner'] as const) t.equal(await finds(key), true, key)
  await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] })
  for (const key of ['staff', 'partner', 'reviewer', 'lead', 'owner'] as const) t.equal(await finds(key), true, key)
})
