import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { handlersOf } from '../../server/app.ts'
import { startQueue } from '../../server/jobs/queue.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { changes, mappingForm, stored, submitList } from './lists.ts'

const testApp = await openApp(t)
const { site } = testApp
const { ours } = await gather(testApp)
const queue = await startQueue({ queueUrl: testApp.queueUrl, handlers: handlersOf(site), log: () => {} })
t.teardown(() => queue.stop())

const huge = (rows: number) => `${changes(rows)}CHG-9999,2026-01-01T00:00:00Z,"${'x'.repeat(10_000_000)}",1\n`

/** What cannot be read at all: said on the page that would map its columns, or once the job has come to the row. */
const unreadable = [
  { what: 'no header', text: 'CHG-1,2026-01-01,normal\nCHG-2,2026-01-02,normal\n', mapped: false, says: /Row 1 looks like data rather than column names/ },
  { what: 'two equal headers', text: 'change_id,deployed_at,type,type\nCHG-1,2026-01-01,a,b\n', mapped: false, says: /Columns 3 and 4 are both named “type”/ },
  { what: '10 MB in one cell of the first rows', text: huge(1), mapped: false, says: /Row 3.*type/ },
  { what: '10 MB in one cell further down', text: huge(3000), mapped: true, says: /Row 3,002.*type/ },
  { what: 'a row too short', text: changes(3000, ['CHG-9999,2026-01-01T00:00:00Z']), mapped: true, says: /Row 3,002 is too short: it has 2 cells and the header names 4 columns/ },
] as const

for (const { what, text, mapped, says } of unreadable) {
  t.test(`${what}: nothing is kept of the list, and the page says why and how to send it back`, async (t) => {
    const { fileId, request } = await submitList(testApp, ours, text)
    const form = await ours.staff.get(`${ours.base}/populations/new?file=${fileId}`)
    const posted = await ours.staff.post(`${ours.base}/populations`, { ...mappingForm, file: fileId })
    t.equal(form.status, mapped ? 200 : 422)
    t.equal(posted.status, mapped ? 303 : 422)
    const page = mapped ? await settled(t, posted.location!) : form.body
    t.match(plain(page), says)
    t.match(page, new RegExp(`/requests/R-0*${request}"`), 'the request can be returned from here')
    if (!mapped) t.match(plain(posted.body), says)
    else t.match(await ours.senior.post(`${posted.location!}/acceptance`), { status: 409, body: /could not be read/ })
  })
}

/** What can be read but not accepted: every finding stands on the page with its rows. */
const blocked = [
  { what: 'blank keys', text: changes(4, [',2026-01-01T00:00:00Z,normal,1', '  ,2026-01-01T00:00:00Z,normal,1']), says: /2 rows without a key/, rows: ['6', '7'] },
  { what: 'a repeated key', text: changes(4, ['CHG-1001,2026-01-01T00:00:00Z,normal,1']), says: /1 row repeating a key/, rows: ['6'] },
  { what: 'unreadable dates', text: changes(4, ['CHG-9,soon,normal,1', 'CHG-10,2026-02-30T00:00:00Z,normal,1']), says: /“soon” in row 6 cannot be read as a date/, rows: ['6', '7'] },
] as const

for (const { what, text, says, rows } of blocked) {
  t.test(`${what}: the list is read, shown with its rows, and not accepted`, async (t) => {
    const { fileId } = await submitList(testApp, ours, text)
    const { location } = await ours.staff.post(`${ours.base}/populations`, { ...mappingForm, file: fileId })
    const page = await settled(t, location!)
    t.match(plain(page), says)
    t.match(page, /cannot be accepted as it is/)
    t.notMatch(page, /<button class="button main">Accept/)
    t.equal((await ours.senior.post(`${location!}/acceptance`)).status, 409)
    const [check] = [...page.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&').matchAll(/href="[^"]*(\/rows\?(?:check=(?:duplicate_key|date)|column=change_id&how=blank))"/g)].map(([, path]) => path)
    const shown = await ours.staff.get(`${location!}${check}`)
    t.strictSame([...shown.body.matchAll(/<th scope="row" class="margin num">(\d+)</g)].map(([, row]) => row), [...rows])
  })
}

/** What the list does not say itself is asked, and the answer makes it readable. */
const asked = [
  { what: 'days and months that could be swapped', text: 'change_id,deployed_at\nCHG-1,03/04/2026\nCHG-2,05/06/2026\n', says: /Say which it is/, answer: { order: 'dmy' } },
  { what: 'times without a zone', text: 'change_id,deployed_at\nCHG-1,2026-03-04 10:00\nCHG-2,2026-05-06 11:00\n', says: /do not say their zone/, answer: { zone: 'Europe/Berlin' } },
] as const

for (const { what, text, says, answer } of asked) {
  t.test(`${what} are asked, never guessed`, async (t) => {
    const { fileId } = await submitList(testApp, ours, text)
    const { location } = await ours.staff.post(`${ours.base}/populations`, { ...mappingForm, file: fileId })
    t.match(plain(await settled(t, location!)), says)
    t.equal((await ours.staff.post(`${location!}/columns`, { ...mappingForm, ...answer })).status, 303)
    await settled(t, location!)
    t.match(await stored(testApp, ours, Number(location!.split('POP-')[1])), { reading: 'done', row_count: 2, in_scope_count: 2 })
  })
}

async function settled(t: Test, location: string): Promise<string> {
  for (;;) {
    const { status, body } = await ours.staff.get(location)
    if (status !== 200) t.fail(`${location} was answered with ${status}`)
    if (!body.includes('data-refresh')) return body
    await pause(50)
  }
}

function plain(html: string): string {
  return html.replace(/<[^>]*>/g, ' ').replace(/&quot;/g, '"').replace(/\s+/g, ' ')
}
