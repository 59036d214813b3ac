import { createHash } from 'node:crypto'
import t from 'tap'
import { criteriaInScope } from '../../server/controls/criteria.ts'
import { inScope } from '../../server/database/connect.ts'
import { readCoverage } from '../../server/engagements/coverage-pages.ts'
import { coverageOf, isCovered } from '../../server/engagements/coverage.ts'
import { fingerprint, weigh } from '../../server/engagements/description.ts'
import { refusalsOf, type Dependents, type Examined } from '../../server/engagements/setup-scope.ts'
import { missingOf, stepAfter, stepKeys, type Setup } from '../../server/engagements/setup.ts'
import { waitsFor } from '../../server/engagements/phase-pages.ts'
import { listCovered } from '../../server/engagements/store.ts'
import { assemble } from '../../server/matrix/assemble.ts'
import { gateOf } from '../../server/matrix/gate.ts'
import { inputOf } from '../../server/matrix/input.ts'
import { readOutline } from '../../server/matrix/store.ts'
import { openApp } from '../support/app.ts'
import { gather, type Answer } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'

const testApp = await openApp(t)
const { ours, outsiders } = await gather(testApp)
const owner = ownerOf(t, testApp)
const kinds = async () => (await owner.selectFrom('trail_entry').select('kind').where('log', '=', ours.engagement.id).orderBy('sequence').execute()).map(({ kind }) => kind)
const hidden = (answer: Answer, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(answer.body)?.[1] ?? ''
const criteriaOf = (categories: readonly string[]) => criteriaInScope(categories).map(({ id }) => id)
const setup = `${ours.base}/setup`

const whole: Setup = {
  type: 2, asOf: null, periodStart: '2025-10-01', periodEnd: '2026-09-30', roles: ['partner', 'manager', 'staff', 'lead', 'sponsor'],
  subservices: [{ name: 'Northgrid Cloud', method: 'carve_out', csocs: 1, monitor: 'RA-02' }], cuecs: 1,
  facts: { commitment: 1, infrastructure: 1, software: 1, people: 1, procedures: 1, data: 1 }, none: ['requirement', 'incident', 'change', 'restriction'],
  controls: 39, unconfirmed: 0, withoutFrequency: 0, uncovered: 0, unmapped: 0,
}

t.test('a whole setup lacks nothing, and each thing taken out of it is missed at its own step', async (t) => {
  for (const key of stepKeys) t.strictSame(missingOf(key, whole), [], key)
  const lacking: readonly [string, Partial<Setup>, RegExp][] = [
    ['dates', { periodStart: null }, /first day/], ['dates', { periodEnd: null }, /last day/], ['dates', { type: 1 }, /date the examination looks at/],
    ['team', { roles: ['manager', 'staff', 'lead', 'sponsor'] }, /engagement partner/], ['team', { roles: ['partner', 'manager', 'lead', 'sponsor'] }, /Nobody who tests/], ['team', { roles: ['partner', 'manager', 'senior', 'sponsor'] }, /compliance lead/],
    ['subservices', { subservices: [] }, /say that there is none/], ['subservices', { subservices: [{ ...whole.subservices[0]!, csocs: 0 }] }, /No control is expected of Northgrid/], ['subservices', { subservices: [{ ...whole.subservices[0]!, monitor: null }] }, /monitors Northgrid/],
    ['cuecs', { cuecs: 0 }, /user entities must do/], ['commitments', { facts: { ...whole.facts, commitment: 0 } }, /Service commitments/], ['commitments', { none: [] }, /System requirements/],
    ['components', { facts: { commitment: 1 } }, /Infrastructure/], ['events', { none: ['requirement'] }, /System incidents/],
    ['controls', { controls: 0 }, /No control/], ['controls', { uncovered: 1 }, /1 criterion is/], ['controls', { unconfirmed: 2 }, /2 wordings/], ['controls', { withoutFrequency: 1 }, /no frequency/], ['controls', { unmapped: 3 }, /3 controls serve/],
  ]
  for (const [step, change, words] of lacking) {
    t.match(missingOf(step as typeof stepKeys[number], { ...whole, ...change }).join(' '), words)
    for (const other of stepKeys.filter((key) => key !== step)) if (!('none' in change)) t.strictSame(missingOf(other, { ...whole, ...change }), [], `${words} is not asked for at ${other}`)
  }
  t.strictSame(missingOf('subservices', { ...whole, subservices: [{ name: 'X', method: 'inclusive', csocs: 0, monitor: null }] }), [], 'an included organization is described like the company itself')
  t.strictSame(missingOf('events', { ...whole, purpose: 'readiness', none: ['incident', 'change'] }), [], 'a readiness assessment restricts no report')
  t.equal(stepKeys.reduce((count, key) => count + (stepAfter(key) === null ? 1 : 0), 0), 1)
})

t.test('a change of the scope is refused for exactly what rests on it', async (t) => {
  const before: Examined = { system: 'Platform', type: 2, asOf: null, periodStart: '2025-10-01', periodEnd: '2026-09-30', zone: 'UTC', categories: ['security', 'availability', 'privacy'] }
  const changes: readonly [string, Partial<Examined>, readonly (keyof Dependents)[]][] = [
    ['system', { system: 'Other' }, []], ['dates', { periodEnd: '2026-12-31' }, ['issued', 'populations']], ['zone', { zone: 'Asia/Tokyo' }, ['issued', 'populations']],
    ['type', { type: 1, asOf: '2026-09-30', periodStart: null, periodEnd: null }, ['issued', 'populations', 'tests']],
    ['fewer categories', { categories: ['security'] }, ['mapped']], ['more categories', { categories: ['security', 'availability', 'privacy', 'confidentiality'] }, []],
  ]
  const none: Dependents = { issued: 0, populations: 0, tests: 0, mapped: [] }
  const some: Dependents = { issued: 2, populations: 1, tests: 3, mapped: [{ criterion: 'A1.2', by: 'AV-02' }, { criterion: 'CC6.1', by: 'AC-01' }] }
  for (const [word, change, counts] of changes) {
    const after = { ...before, ...change }
    t.strictSame(refusalsOf('planning', before, after, none, criteriaOf), [], `${word}: nothing rests on it`)
    for (const dependent of Object.keys(none) as (keyof Dependents)[]) {
      const reasons = refusalsOf('draft', before, after, { ...none, [dependent]: some[dependent] }, criteriaOf)
      t.equal(reasons.length, counts.includes(dependent) ? 1 : 0, `${word} and ${dependent}: ${reasons.join()}`)
    }
    for (const phase of ['fieldwork', 'wrap_up', 'reporting', 'issued', 'archived', 'withdrawn']) t.match(refusalsOf(phase, before, after, none, criteriaOf)[0], 'past planning')
  }
  t.match(refusalsOf('planning', before, { ...before, categories: ['security'] }, some, criteriaOf)[0], /^AV-02 serves A1\.2,/)
  t.strictSame(refusalsOf('archived', before, { ...before, categories: before.categories.toReversed() }, some, criteriaOf), [], 'the same in another order is no change')
})

t.test('of two writers the later one loses nothing and overwrites nothing', async (t) => {
  const content = (text: string) => ({ text, criteria: ['CC6.1'], on: null })
  const seen = fingerprint(content('as shown'))
  for (const mine of [null, 'as shown', 'mine']) {
    for (const theirs of [null, 'as shown', 'theirs', 'mine']) {
      const verdict = weigh(mine === null ? null : content(mine), seen, theirs === null ? null : content(theirs))
      const changed = theirs !== 'as shown'
      const expected = mine === theirs || mine === 'as shown' ? 'same' : changed ? 'conflict' : 'write'
      t.equal(verdict, expected, `${mine} over ${theirs}`)
    }
  }
})

t.test('a criterion is covered by a control, a monitored organization or a reason, and by nothing else', async (t) => {
  const mapping = [{ criterion: 'CC6.1', number: 'AC-01' }]
  const assumed = (monitor: string | null) => [{ criterion: 'CC6.1', organization: 'Northgrid', monitor }]
  for (const own of [true, false]) for (const other of [null, 'none', 'RA-02']) for (const excluded of [true, false]) {
    const [one] = coverageOf(['CC6.1'], own ? mapping : [], other === null ? [] : assumed(other === 'none' ? null : other), excluded ? [{ criterion: 'CC6.1', reason: 'r' }] : [])
    t.equal(one!.state, excluded ? 'excluded' : own ? 'control' : other === null ? 'uncovered' : other === 'none' ? 'unmonitored' : 'csoc')
    t.equal(isCovered(one!.state), excluded || own || other === 'RA-02')
  }
})

t.test('what is written about the system is saved whole, kept when wrong, and never overwrites what somebody else wrote', async (t) => {
  const page = await ours.staff.get(`${setup}/cuecs`)
  t.equal(page.status, 200)
  const first = { 'text-cuec-new1': 'Customers manage their own users.', 'criteria-cuec-new1': 'cc6.2', 'seen-cuec-new1': '' }
  const wrong = await ours.staff.post(`${setup}/cuecs`, { ...first, 'criteria-cuec-new1': 'P1.1', source: 'Draft of Sep 3' })
  t.equal(wrong.status, 422)
  t.match(wrong.body, 'not in the scope')
  t.match(wrong.body, 'Customers manage their own users.')
  t.equal((await ours.staff.post(`${setup}/cuecs`, first)).status, 422, 'the firm names its source')
  t.strictSame([(await ours.owner.post(`${setup}/cuecs`, first)).status, (await ours.reviewer.post(`${setup}/cuecs`, first)).status, (await outsiders.staff.post(`${setup}/cuecs`, first)).status], [403, 403, 404])
  t.equal((await ours.staff.post(`${setup}/cuecs`, { ...first, source: 'Draft of Sep 3' })).location, `${setup}/commitments`)
  t.equal((await ours.staff.post(`${setup}/cuecs`, { ...first, source: 'Draft of Sep 3' })).status, 303, 'sent again with the browser’s Back, it is still one')
  const [cuec] = await owner.selectFrom('cuec').selectAll().where('engagement_id', '=', ours.engagement.id).execute()
  t.match(cuec, { text: 'Customers manage their own users.', source: 'Draft of Sep 3', side: 'firm' })
  const two = await ours.lead.get(`${setup}/cuecs`)
  const key = `cuec-${cuec!.id}`
  const form = { [`text-${key}`]: 'Customers manage users and roles.', [`criteria-${key}`]: 'CC6.2', [`seen-${key}`]: hidden(two, `seen-${key}`) }
  t.equal((await ours.lead.post(`${setup}/cuecs`, form)).status, 303, 'the lead writes the client’s own words')
  const late = await ours.senior.post(`${setup}/cuecs`, { ...form, [`text-${key}`]: 'Something else.', source: 'Call of Sep 4' })
  t.equal(late.status, 409)
  t.match(late.body, 'Customers manage users and roles.')
  const again = await ours.senior.post(`${setup}/cuecs`, { ...form, [`text-${key}`]: 'Something else.', [`seen-${key}`]: fingerprint({ text: 'Customers manage users and roles.', criteria: ['CC6.2'], on: null }), source: 'Call of Sep 4' })
  t.equal(again.status, 409, 'what the client wrote itself stays the client’s')
  t.match(again.body, 'only the client changes it')
  t.match((await kinds()).filter((kind) => kind.startsWith('cuec')), ['cuec.written', 'cuec.written'])
})

t.test('facts are dated and either entered or said to be none, and the client writes all but restrictions', async (t) => {
  const said = await ours.lead.post(`${setup}/events`, { 'text-incident-new1': 'Failover of the ledger', 'on-incident-new1': '2026-03-14', 'none-change': 'on', 'text-restriction-new1': '' })
  t.equal(said.status, 303)
  t.equal((await ours.lead.post(`${setup}/events`, { 'text-restriction-new1': 'Customers only', 'none-change': 'on' })).status, 403, 'whom the report is meant for is the auditor’s matter')
  t.equal((await ours.lead.post(`${setup}/events`, { 'none-incident': 'on', 'none-change': 'on' })).status, 422, 'an incident is entered')
  t.equal((await ours.lead.post(`${setup}/events`, { 'text-incident-new1': 'Other', 'on-incident-new1': '2026-02-30', 'none-change': 'on' })).status, 422)
  t.equal((await ours.staff.post(`${setup}/events`, { 'text-restriction-new1': 'Customers and regulators', source: 'Terms', 'none-change': 'on' })).status, 303)
  const rows = await owner.selectFrom('system_fact').select(['kind', 'text', 'side']).where('engagement_id', '=', ours.engagement.id).orderBy('kind').execute()
  t.strictSame(rows.map(({ kind, side }) => [kind, side]), [['incident', 'client'], ['restriction', 'firm']])
  t.match((await ours.lead.get(setup)).body, 'Failover of the ledger')
  t.match((await ours.lead.get(setup)).body, 'No significant change in the period')
  t.equal((await ours.owner.get(setup)).status, 403)
})

t.test('a subservice organization is entered with what is expected of it, and covers a criterion once it is monitored', async (t) => {
  await ours.staff.post(`${ours.base}/controls`, { number: 'RA-02', text: 'Vendors are assessed yearly.', source: 'List', ownerTitle: 'Vendor Risk Manager', frequencies: 'annual', type: 'detective', nature: 'manual', risk: 'moderate', criteria: 'CC9.2' })
  const monitor = (await owner.selectFrom('control').select('id').where('number', '=', 'RA-02').executeTakeFirstOrThrow()).id
  const form = { name: 'Northgrid Cloud', service: 'Hosting', method: 'carve_out', criteria: 'CC6.4, A1.2', 'text-csoc-new1': 'Entry to data centers is limited.', 'criteria-csoc-new1': 'CC6.4', source: 'Draft of Sep 3' }
  t.equal((await ours.lead.post(`${setup}/subservices`, form)).status, 403)
  t.equal((await outsiders.staff.post(`${setup}/subservices`, form)).status, 404)
  t.equal((await ours.staff.post(`${setup}/subservices`, { ...form, criteria: 'CC77.1' })).status, 422)
  t.equal((await ours.staff.post(`${setup}/subservices/none`, { none: 'on' })).status, 303)
  t.equal((await ours.staff.post(`${setup}/subservices`, form)).status, 303)
  t.equal((await ours.staff.post(`${setup}/subservices`, { ...form, name: 'northgrid cloud' })).status, 422, 'each is entered once')
  t.strictSame(await owner.selectFrom('declared_none').select('subject').where('subject', '=', 'subservice').execute(), [], 'that there is none no longer stands')
  t.match((await ours.staff.get(`${ours.base}/coverage`)).body, 'Expected of a subservice organization that nobody monitors')
  const { id } = await owner.selectFrom('subservice').select('id').where('engagement_id', '=', ours.engagement.id).executeTakeFirstOrThrow()
  const page = await ours.staff.get(`${setup}/subservices/${id}`)
  const csoc = (await owner.selectFrom('csoc').select('id').where('engagement_id', '=', ours.engagement.id).executeTakeFirstOrThrow()).id
  const stands = { name: 'Northgrid Cloud', service: 'Hosting', method: 'carve_out', criteria: 'CC6.4, A1.2', source: '', seen: hidden(page, 'seen'), [`text-csoc-${csoc}`]: 'Entry to data centers is limited.', [`criteria-csoc-${csoc}`]: 'CC6.4', [`seen-csoc-${csoc}`]: hidden(page, `seen-csoc-${csoc}`) }
  t.equal((await ours.staff.post(`${setup}/subservices/${id}`, { ...stands, monitorId: monitor })).status, 303)
  t.equal((await ours.senior.post(`${setup}/subservices/${id}`, { ...stands, service: 'Hosting and power' })).status, 409, 'the later tab sees both')
  const covered = await owner.selectFrom('covered_criterion').select(['criterion', 'by']).where('engagement_id', '=', ours.engagement.id).where('by', '=', 'csoc').execute()
  t.strictSame(covered, [{ criterion: 'CC6.4', by: 'csoc' }])
  t.match((await ours.staff.get(ours.base)).body, '2 of 41 accounted for')
  t.equal((await ours.staff.post(`${setup}/subservices/${id}/removal`)).status, 303)
  t.equal((await ours.staff.post(`${setup}/subservices/${id}/removal`)).status, 404)
  t.strictSame((await kinds()).filter((kind) => kind.startsWith('subservice') || kind.startsWith('csoc')), ['subservice.added', 'csoc.written', 'subservice.changed', 'csoc.written', 'subservice.removed'])
})

t.test('the page of coverage, the checklist of the phases, the database and the gate of the matrix agree about every criterion, of engagements made by chance', async (t) => {
  const { id, categories } = outsiders.engagement
  const of = { engagement_id: id }
  const written = { ...of, position: 1, side: 'firm' as const, created_by: outsiders.staff.id, changed_by: outsiders.staff.id }
  const seen = new Set<string>()
  for (let seed = 1; seed <= 12; seed += 1) {
    const chance = (part: number, word: string) => createHash('sha256').update(`${seed} ${word}`).digest().readUInt16BE(0) / 65_536 < part
    const some = (part: number, word: string) => criteriaOf(categories).filter((criterion) => chance(part, `${word} ${criterion}`))
    await inScope(testApp.site.db, outsiders.manager.scope, async (trx) => {
      const control = await trx.insertInto('control').values({ ...of, number: `ZZ-${seed}`, frequencies: [], type: 'preventive', nature: 'manual' }).returning('id').executeTakeFirstOrThrow()
      await trx.insertInto('control_wording').values({ ...of, control_id: control.id, version: 1, text: 'Done.', source: 'List', entered_by: outsiders.staff.id }).execute()
      const served = some(0.3, 'control')
      if (served.length > 0) await trx.insertInto('control_criterion').values(served.map((criterion) => ({ ...of, control_id: control.id, criterion }))).execute()
      for (const name of ['Northgrid', 'Tailor']) {
        const organization = await trx.insertInto('subservice').values({
          ...written, name, service: 'Hosting', method: chance(0.7, `${name} method`) ? 'carve_out' : 'inclusive', monitor_id: chance(0.5, `${name} monitor`) ? control.id : null,
        }).returning('id').executeTakeFirstOrThrow()
        for (const criterion of some(0.2, name)) await trx.insertInto('subservice_criterion').values({ ...of, subservice_id: organization.id, criterion }).execute()
        const csoc = await trx.insertInto('csoc').values({ ...written, subservice_id: organization.id, text: 'Entry is limited.' }).returning('id').executeTakeFirstOrThrow()
        for (const criterion of some(0.3, `${name} csoc`)) await trx.insertInto('csoc_criterion').values({ ...of, csoc_id: csoc.id, criterion }).execute()
      }
      for (const criterion of some(0.1, 'excluded')) await trx.insertInto('criterion_exclusion').values({ ...of, criterion, reason: 'None here', excluded_by: outsiders.senior.id }).execute()

      const { scope } = outsiders.manager
      const { coverage } = await readCoverage(trx, scope)
      const open = coverage.filter(({ state }) => !isCovered(state)).map(({ criterion }) => criterion)
      for (const { state } of coverage) seen.add(state)
      const reading = assemble(inputOf(await readOutline(trx, scope), scope.engagement))
      t.strictSame(reading.uncovered, open, `the gate, seed ${seed}`)
      t.strictSame(gateOf(reading).conditions.find(({ key }) => key === 'covered')!.blockers.map((blocker) => blocker.id), open)
      const covered = await listCovered(trx, scope)
      t.strictSame(criteriaOf(categories).filter((criterion) => !covered.includes(criterion)), open, 'the view')
      const { also } = (await waitsFor(trx, { ...scope, engagement: { ...scope.engagement, phase: 'planning' } })).conditions[0]!
      t.match(also.map(({ text }) => text).join(), open.length === 0 ? '' : new RegExp(`^(.*,)?${open.length} criteri(on has|a have) no control`), 'the checklist')
      throw new Error('undone')
    }).catch((error: Error) => t.equal(error.message, 'undone'))
  }
  t.equal(seen.size, 5, [...seen].join())
})

t.test('a criterion is declared not applicable with its reason by seniors, and taken back', async (t) => {
  const path = `${ours.base}/coverage/exclusions`
  const form = { criterion: 'CC6.5', reason: 'It holds no media of its own.' }
  t.strictSame([(await ours.staff.post(path, form)).status, (await ours.lead.post(path, form)).status, (await outsiders.senior.post(path, form)).status], [403, 403, 404])
  t.strictSame([(await ours.senior.post(path, { criterion: 'CC6.5' })).status, (await ours.senior.post(path, { ...form, criterion: 'P1.1' })).status], [422, 422])
  t.equal((await ours.senior.post(path, form)).status, 303)
  t.equal((await ours.senior.post(path, form)).status, 409)
  t.match((await ours.lead.get(`${ours.base}/coverage`)).body, 'It holds no media of its own.')
  t.equal((await ours.senior.post(`${path}/CC6.5/removal`)).status, 303)
  t.equal((await ours.senior.post(`${path}/CC6.5/removal`)).status, 409)
  t.strictSame((await kinds()).filter((kind) => kind.startsWith('criterion')), ['criterion.excluded', 'criterion.included'])
})

t.test('an engagement begins with a name, is set up step by step, and its scope is fixed by what rests on it', async (t) => {
  const { location } = await ours.manager.post('/engagements', { client: ours.engagement.clientId, system: 'Ledger', type: '2' })
  t.match(location, /setup\/dates$/)
  const base = location!.replace(/\/setup.*/, '')
  for (const path of ['', '/setup', '/setup/client', '/setup/dates', '/setup/categories', '/setup/team', '/setup/subservices', '/setup/cuecs', '/setup/commitments', '/setup/components', '/setup/events', '/setup/controls', '/coverage', '/timeline', '/phase', '/controls', '/requests', '/populations', '/testing', '/exceptions', '/matrix', '/trail', '/team']) {
    t.equal((await ours.manager.get(`${base}${path}`)).status, 200, `${path} while the dates are open`)
  }
  for (const path of ['/', '/engagements']) t.equal((await ours.manager.get(path)).status, 200)
  const dates = { type: '2', periodStart: '2026-01-01', periodEnd: '2026-06-30', zone: 'UTC', seen: hidden(await ours.manager.get(location!), 'seen') }
  const typo = await ours.manager.post(location!, { ...dates, periodEnd: '2025-06-30' })
  t.equal(typo.status, 422)
  t.match(typo.body, 'value="2025-06-30"')
  t.equal((await ours.manager.post(location!, dates)).location, `${base}/setup/categories`)
  const late = await ours.manager.post(location!, { ...dates, periodEnd: '2026-12-31' })
  t.equal(late.status, 409)
  t.match(late.body, 'Somebody else changed this')
  const categories = await ours.manager.get(`${base}/setup/categories`)
  t.equal((await ours.manager.post(`${base}/setup/categories`, { categories: 'privacy', seen: hidden(categories, 'seen') })).status, 303)
  await ours.manager.post(`${base}/controls`, { number: 'PR-01', text: 'Notice is given.', source: 'List', ownerTitle: 'Counsel', frequencies: 'annual', type: 'preventive', nature: 'manual', risk: 'low', criteria: 'P1.1' })
  const refused = await ours.manager.post(`${base}/setup/categories`, { seen: hidden(await ours.manager.get(`${base}/setup/categories`), 'seen') })
  t.equal(refused.status, 409)
  t.match(refused.body, 'PR-01 serves P1.1')
  t.equal((await ours.manager.post(`${setup}/dates`, { ...dates, seen: hidden(await ours.manager.get(`${setup}/dates`), 'seen') })).status, 409, 'past planning')
  t.equal((await ours.senior.post(`${setup}/dates`, dates)).status, 403)
  t.equal((await outsiders.manager.post(`${setup}/dates`, dates)).status, 404)
  const { events } = { events: await owner.selectFrom('trail_entry').select('kind').where('log', '=', base.split('/').at(-1)!).orderBy('sequence').execute() }
  t.strictSame(events.map(({ kind }) => kind), ['engagement.created', 'member.added', 'engagement.changed', 'engagement.changed', 'control.added'])
})
