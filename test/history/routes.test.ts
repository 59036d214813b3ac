import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { record } from '../../server/trail/record.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const trail = `${ours.base}/trail`
const control = { text: 'Badges are reviewed.', source: 'List', ownerTitle: 'Facilities', frequencies: ['quarterly'], type: 'preventive', nature: 'manual', risk: 'low', criteria: 'CC6.4' }

t.test('the trail is for the firm’s people on the engagement', async (t) => {
  for (const key of ['partner', 'reviewer', 'manager', 'senior', 'staff'] as const) t.equal((await ours[key].get(trail)).status, 200, key)
  for (const key of ['lead', 'owner'] as const) t.equal((await ours[key].get(trail)).status, 403, key)
  t.equal((await outsiders.partner.get(trail)).status, 404)
  t.equal((await ours.partner.get('/trail')).status, 200)
  t.equal((await ours.staff.get('/trail')).status, 403)
  t.equal((await ours.lead.get('/trail')).status, 404)
})

t.test('it says who did what, from where, and that the page was recomputed', async (t) => {
  await ours.staff.post(`${ours.base}/controls`, { ...control, number: 'AC-06' })
  await ours.lead.post(`${ours.base}/controls/AC-06/confirmation`, { version: '1' })
  const { body } = await ours.senior.get(trail)
  t.match(body, /<b>Lena Fischer<\/b> entered control AC-06 for CC6\.4/)
  t.match(body, /<b>Joel Castellanos<\/b> confirmed version 1 of the wording of AC-06/)
  t.match(body, '127.0.0.1')
  t.match(body, /Verified: \d+ entries on this page/)
  t.ok(body.indexOf('confirmed version 1') < body.indexOf('entered control'), 'newest first')
})

t.test('it is filtered by kind, by person and by a number people use', async (t) => {
  await ours.staff.post(`${ours.base}/controls`, { ...control, number: 'AC-07' })
  const rows = async (query: string) => [...(await ours.senior.get(`${trail}?${query}`)).body.matchAll(/<b>([^<]+)<\/b> ([^\n<(]+)\n/g)].map(([, who, what]) => `${who} ${what}`.trim())
  t.strictSame(await rows('kind=control.added'), ['Lena Fischer entered control AC-07 for CC6.4', 'Lena Fischer entered control AC-06 for CC6.4'])
  t.strictSame(await rows('about=ac-06'), ['Joel Castellanos confirmed version 1 of the wording of AC-06', 'Lena Fischer entered control AC-06 for CC6.4'])
  t.strictSame(await rows(`kind=control.&person=${ours.lead.id}`), ['Joel Castellanos confirmed version 1 of the wording of AC-06'])
  t.strictSame(await rows('about=R-999'), [])
  t.match((await ours.senior.get(`${trail}?about=R-999`)).body, 'No such number')
  t.match((await ours.senior.get(`${trail}?kind=matrix.exported`)).body, 'No entry matches')
  for (const query of ["kind=' or 1=1", 'before=-1', 'before=abc', 'person=x', 'kind[]=a']) t.equal((await ours.senior.get(`${trail}?${encodeURI(query)}`)).status, 200, query)
})

t.test('pages follow the sequence without gap or overlap', async (t) => {
  const { scope } = outsiders.staff
  for (let batch = 0; batch < 4; batch++) {
    await inScope(testApp.site.db, scope, async (trx) => record(trx, scope, ...Array.from({ length: 40 }, () => ({ kind: 'phase.changed', facts: { from: 'draft', to: 'planning' } } as const))))
  }
  const seen: number[] = []
  let address: string | undefined = `${outsiders.base}/trail`
  while (address) {
    const { body } = await outsiders.staff.get(address)
    t.match(body, 'Verified')
    seen.push(...[...body.matchAll(/<span class="ref">(\d+)<\/span>/g)].map(([, sequence]) => Number(sequence)))
    address = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')
  }
  t.strictSame(seen, Array.from({ length: 160 }, (_, index) => 159 - index))
})

t.test('names that would turn the line round are written out', async (t) => {
  await ours.manager.post(`${ours.base}/team/client`, { name: 'Mallory \u202Egnp.exe', email: 'mallory@paysmart.example', role: 'owner' })
  const { body } = await ours.senior.get(`${trail}?kind=member.added`)
  t.notMatch(body, '\u202E')
})
