import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import t, { type Test } from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { changes, mappingForm, submitList } from './lists.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const { fileId } = await submitList(testApp, ours, changes(40))
const path = `${ours.base}/populations/new?file=${fileId}`

t.test('twenty look at a list at once: two are read at a time, some wait, the others hear that it is busy', async (t) => {
  const running = countChildren(t)
  const answers = await Promise.all(Array.from({ length: 20 }, async () => ours.staff.get(path)))
  t.equal(running.most(), 2, 'as many as may, and no more')
  t.equal(running.now(), 0, 'none is left behind')
  const read = answers.filter(({ status }) => status === 200)
  const busy = answers.filter(({ status }) => status === 503)
  t.equal(read.length + busy.length, 20)
  t.ok(busy.length > 0, `${busy.length} were sent away`)
  t.equal(running.all(), read.length)
  t.ok(read.length >= 12, `${read.length} were read: two at once and ten in line`)
  for (const { body } of read) t.match(body, /<option value="change_id" selected>/)
  for (const { body, headers } of busy) {
    t.match(body, 'found no place in line')
    t.equal(headers['retry-after'], '10')
  }
  t.equal((await ours.staff.get(path)).status, 200, 'a moment later there is room')
})

t.test('whoever hears that it is busy has changed nothing', async (t) => {
  const writes = Array.from({ length: 8 }, async () => ours.staff.post(`${ours.base}/populations`, { ...mappingForm, file: fileId, name: '' }))
  const looks = Array.from({ length: 20 }, async () => ours.staff.get(path))
  for (const { status } of await Promise.all(writes)) t.ok(status === 422 || status === 503, String(status))
  await Promise.all(looks)
  t.equal((await ours.staff.post(`${ours.base}/populations`, { ...mappingForm, file: fileId })).status, 303, 'the file still waits to be mapped')
})

/** How many processes this one has started, runs now, and ran at most at the same time, from now on. */
function countChildren(t: Test): Readonly<Record<'all' | 'now' | 'most', () => number>> {
  let [all, now, most] = [0, 0, 0]
  const listen = (message: unknown) => {
    all += 1
    now += 1
    most = Math.max(most, now)
    ;(message as { process: ChildProcess }).process.once('exit', () => { now -= 1 })
  }
  subscribe('child_process', listen)
  t.teardown(() => unsubscribe('child_process', listen))
  return { all: () => all, now: () => now, most: () => most }
}
