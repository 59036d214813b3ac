import t from 'tap'
import { extendDraw, replaceItem } from '../../server/populations/step-actions.ts'
import { inScope } from '../../server/database/connect.ts'
import { listSignOffs } from '../../server/testing/store.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { makeBench, setResult, type Bench } from '../support/testing.ts'
import { readTrail } from './reading.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)

type Place = Bench & { readonly there: string }
type Cause = { readonly edit: (place: Place) => Promise<unknown>, readonly says: (place: Place) => string | RegExp }

const step = { ground: 'void', reason: 'Cancelled before it ran', dueOn: '2026-11-09' } as const
const drawOf = ({ population, draw }: Place) => ({ population: population.populationNumber, draw: draw.number })
const first = ({ draw }: Place) => draw.items[0]!
const plan = async ({ there }: Place, change: Record<string, string>) => {
  const version = (await ours.staff.get(`${there}/plan`)).body.match(/name="version" value="(\d+)"/)![1]!
  return await ours.staff.post(`${there}/plan`, {
    version, noun: 'leavers', 'nature-1': 'inspection', 'procedure-1': 'Looked at the removal log for {sample} (inspection)',
    'question-A': 'Was A done within one business day?', 'expected-A': 'Time of removal in the log', ...change,
  })
}

/** Every later edit of domain section 6, each with the words by which the page tells of it. */
const causes: Readonly<Record<string, Cause>> = {
  'another result': { edit: async (place) => setResult(ours.senior, ours, place.line, first(place).id, 'A', 'not_applicable', { note: 'on leave', version: 1 }), says: (place) => `A of ${first(place).key} was set from pass to not applicable` },
  'another note on the same result': { edit: async (place) => setResult(ours.senior, ours, place.line, first(place).id, 'A', 'pass', { note: 'seen in the log', version: 1 }), says: (place) => `A of ${first(place).key} was set from pass to pass` },
  'another citation': { edit: async (place) => setResult(ours.senior, ours, place.line, first(place).id, 'A', 'pass', { version: 1, citations: [{ file: place.population.fileId, place: 'row 1' }] }), says: (place) => `A of ${first(place).key} was set` },
  'a reworded attribute': { edit: async (place) => plan(place, { 'question-A': 'Was access removed within one business day?' }), says: () => 'The plan was changed: attribute A' },
  'a new attribute': { edit: async (place) => plan(place, { 'question-B': 'Is it complete?' }), says: () => 'The plan was changed: attribute B' },
  'a reworded procedure': { edit: async (place) => plan(place, { 'procedure-1': 'Read the removal log for {sample}' }), says: () => 'The plan was changed: procedures' },
  'evidence that goes back': { edit: async ({ sample }) => ours.senior.post(`${ours.base}/requests/R-${String(sample.number).padStart(3, '0')}/acceptance/reversal`, { reason: 'cropped', words: 'No clock.', due: '2099-11-05' }), says: ({ sample }) => `The evidence of R-${String(sample.number).padStart(3, '0')} was returned` },
  'a reworded control': { edit: async ({ control }) => ours.lead.post(`${ours.base}/controls/${control.number}/wording`, { version: '1', text: 'Access of leavers is removed at once.' }), says: () => 'The control was reworded' },
  'a replaced item': { edit: async (place) => replaceItem(testApp.site, ours.senior.scope, drawOf(place), { rank: 1, ...step }, true), says: (place) => `${first(place).key} was replaced` },
  'further items': { edit: async (place) => extendDraw(testApp.site, ours.senior.scope, drawOf(place), { size: 2, ...step, ground: 'deviation' }, true), says: () => 'The sample was extended' },
  'another conclusion': { edit: async ({ there }) => ours.senior.post(`${there}/conclusion`, { conclusion: 'not_effective' }), says: () => 'The conclusion was changed to not effective' },
}

for (const [index, [what, { edit, says }]] of Object.entries(causes).entries()) {
  t.test(`${what} voids both signatures, and the page says what changed`, async (t) => {
    const bench = await makeBench(testApp, ours, { number: `AC-${20 + index}`, items: 2, rows: 9, letters: 'A' })
    const place: Place = { ...bench, there: `${ours.base}/testing/${bench.line.reference}` }
    for (const { id } of bench.draw.items) await setResult(ours.staff, ours, bench.line, id, 'A', 'pass')
    await ours.staff.post(`${place.there}/conclusion`, { conclusion: 'effective' })
    for (const [who, kind] of [['staff', 'prepared'], ['senior', 'reviewed']] as const) {
      const version = /name="version" value="(\d+)"/.exec((await ours[who].get(place.there)).body)?.[1] ?? ''
      t.equal((await ours[who].post(`${place.there}/signature`, { kind, version })).status, 303)
    }
    t.match((await ours.partner.get(place.there)).body, 'Reviewed by Tom Bergstrom')
    await edit(place)
    const { body } = await ours.partner.get(place.there)
    t.ok((await inScope(testApp.site.db, ours.staff.scope, async (trx) => listSignOffs(trx, ours.staff.scope, bench.line.id))).every((one) => one.voided_at !== null), 'no signature stands')
    t.equal(body.match(/Voided/g)?.length ?? 0, 2, 'both are told to be void')
    t.match(body, says(place))
    t.match((await readTrail(testApp, ours)).findLast(({ kind }) => kind === 'test.sign_off_voided'), { facts: { reference: bench.line.reference, kinds: ['prepared', 'reviewed'] } })
  })
}
