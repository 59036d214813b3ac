import t from 'tap'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { burnDown, byKind, daysBetween, healthOf, waitingOwners, type Asked } from '../../server/engagements/progress.ts'

const today = '2026-10-20'

const asked = (change: Partial<Asked> = {}): Asked => ({
  number: 1, title: 'Access reviews', kind: 'document', status: 'open', issuedOn: '2026-10-05', dueOn: '2026-10-30', originalDueOn: '2026-10-30',
  sinceOn: '2026-10-05', owner: 'Noor Haddad', returns: 0, ...change,
})

t.test('nothing issued has no health and nothing to burn down', async (t) => {
  t.equal(healthOf([], today), null)
  t.strictSame(burnDown([], today), [])
})

t.test('health says the worst that is true, with its reason', async (t) => {
  const cases: readonly (readonly [readonly Asked[], string, RegExp])[] = [
    [[asked()], 'on_track', /Nothing is late; 1 request still open/],
    [[asked({ status: 'accepted' })], 'on_track', /Every request is closed/],
    [[asked({ dueOn: '2026-10-19' })], 'late', /1 request past the due date, the longest by 1 day$/],
    [[asked({ dueOn: today })], 'on_track', /Nothing is late/],
    [[asked({ status: 'submitted', dueOn: '2026-10-01', sinceOn: '2026-10-15' })], 'on_track', /Nothing is late/],
    [[asked({ status: 'submitted', sinceOn: '2026-10-14' })], 'at_risk', /1 answer has waited for review for more than 5 days/],
    [[asked({ status: 'returned', returns: 2 })], 'at_risk', /1 request came back twice or more and is still open/],
    [[asked({ status: 'accepted', returns: 2 })], 'on_track', /Every request is closed/],
    [[asked({ dueOn: '2026-10-22' }), asked({ dueOn: '2026-10-21' })], 'at_risk', /2 requests due within 3 days/],
    [[asked({ status: 'client_review', dueOn: '2026-10-01' })], 'on_track', /Nothing is late/],
  ]
  for (const [list, state, reason] of cases) {
    const health = healthOf(list, today)
    t.equal(health?.state, state, reason.source)
    t.match(health?.reason, reason)
  }
})

t.test('the burn-down ties to the list on every day, and the plan never counts what is not asked yet', async (t) => {
  const statuses: readonly RequestStatus[] = ['open', 'submitted', 'accepted', 'returned', 'cancelled']
  const list = Array.from({ length: 60 }, (_, index) => {
    const day = (offset: number) => `2026-10-${String(1 + (index * 7 + offset) % 28).padStart(2, '0')}`
    const [issuedOn, sinceOn] = [day(0), day(11)].toSorted() as [string, string]
    return asked({ status: statuses[index % 5]!, issuedOn, sinceOn, originalDueOn: day(5) })
  })
  const days = burnDown(list, today)
  t.equal(days[0]?.on, list.map(({ issuedOn }) => issuedOn).toSorted()[0], 'it starts with the first issue')
  t.strictSame(days.map(({ on }) => on), days.map(({ on }) => on).toSorted())
  for (const { on, left, planned } of days) {
    const seen = on > today ? today : on
    const issued = list.filter(({ issuedOn }) => issuedOn <= seen)
    const shut = issued.filter(({ status, sinceOn }) => ['accepted', 'cancelled'].includes(status) && sinceOn <= seen)
    t.equal(left, issued.length - shut.length, `left on ${on}`)
    t.ok(planned <= list.filter(({ issuedOn }) => issuedOn <= on).length)
  }
  t.equal(days.find(({ on }) => on === today)?.left, days.at(-1)?.left, 'what is to come changes only the plan')
})

t.test('owners are counted once, the longest wait first, and kinds add up', async (t) => {
  const list = [
    asked({ sinceOn: '2026-10-08' }), asked({ sinceOn: '2026-10-06', dueOn: '2026-10-10' }), asked({ owner: 'Ada Moreau', sinceOn: '2026-10-01', status: 'returned' }),
    asked({ owner: 'Joel Castellanos', status: 'submitted' }), asked({ kind: 'sample', status: 'accepted' }),
  ]
  t.strictSame(waitingOwners(list, today), [
    { owner: 'Ada Moreau', count: 1, late: 0, sinceOn: '2026-10-01' }, { owner: 'Noor Haddad', count: 2, late: 1, sinceOn: '2026-10-06' },
  ])
  t.strictSame(byKind(list), [
    { kind: 'document', client: 3, firm: 1, closed: 0, all: 4 }, { kind: 'sample', client: 0, firm: 0, closed: 1, all: 1 },
  ])
  t.equal(daysBetween('2026-10-31', '2026-11-02'), 2)
})
