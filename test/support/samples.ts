import { Invalid } from '../../server/errors.ts'
import { formState } from '../../server/web/form.ts'

/** Texts that have broken out of pages before. */
export const naughty = [
  '"><script>alert(1)</script>', "' onmouseover='alert(1)", '</title></textarea></select><img src=x onerror=alert(1)>', '<!-- ', ']]>', '{{title}}{{{body}}}',
  'javascript:alert(1)', '&quot;&#34;&lt;', '` onfocus=alert(1) autofocus', 'a\u0000b\u2028c\u202Ed', '=1+1', '\\"', '<svg/onload=alert(1)>', 'x'.repeat(5000),
]

const calm = 'calm'

/** A model for each partial and layout, with `text` wherever somebody's words go. */
export function samplesWith(text: string): Readonly<Record<string, object>> {
  const form = formState({ one: text, several: [text, 'b'] }, new Invalid({ one: text || calm, form: text || calm }))
  const options = [{ value: text, label: text, hint: text }, { value: 'b', label: 'B' }]
  const field = { form, name: 'one', label: text, hint: text, placeholder: text }
  const page = {
    title: text, frame: 'page', scripts: [], client: text, viewing: { name: text, role: text, end: '/engagements/1/client-view/end' }, base: '/engagements/1', organization: text, waiting: { count: 200, more: true }, body: '<p>fixed</p>',
    person: { name: text, role: text }, engagement: { id: '1', client: text, firm: text, label: text },
    tabs: [{ word: 'Requests', href: '/engagements/1/requests', count: 60, current: true }],
  }
  return {
    'partials/beside': { zone: 'UTC', side: { name: text, from: text, at: new Date(0), picture: '/a', href: '/b' } },
    'partials/brand': {},
    'partials/carried': { report: { came: [{ what: text, count: 1, why: text || null }], left: [{ what: text, count: 2, names: [text] }] } },
    'partials/cell': { value: '1.A', tone: 'dev', stale: false, icon: 'deviation', fact: text, small: text, label: text, at: true, noted: true, item: text, stored: text },
    'partials/choice': { ...field, options, required: true },
    'partials/constraints': { described: text, placeholder: text, autocomplete: text, required: true },
    'partials/empty': { head: text, text, action: { href: '/a', label: text }, other: { href: '/b', label: text } },
    'partials/engagements': { mayCreate: true, firm: true, engagements: [{ href: '/a', client: text, system: text, span: text, steps: [{ mark: 'now' }], stepWords: text, phase: 'fieldwork', requests: 3, accepted: 1, withFirm: 1, words: text, overdue: 1, exceptions: 1, nextOn: '2026-10-21' }] },
    'partials/evaluation': { evaluation: { deviations: 1, n: 40, notApplicable: text, rate: text, limit: text, limitWord: text, confidence: text, tolerable: text, policy: text, tone: 'red', sentence: text, explanation: text } },
    'partials/evidence': { viewer: null, row: [{ name: text, value: text }], listed: text },
    'partials/field': { ...field },
    'partials/field textarea': { ...field, type: 'textarea' },
    'partials/field select': { ...field, type: 'select', options, blank: text },
    'partials/finding': { finding: { head: text, text, field: 'why-dates', words: text, error: text || calm } },
    'partials/head': { title: text, place: text },
    'partials/mail-ask': { text },
    'partials/mail-button': { link: 'https://portal.example/answer/a', label: text },
    'partials/mail-close': { number: text, controls: [text], firm: text, sentAt: new Date(0), zone: 'UTC', checklist: [text] },
    'partials/mail-open': { subject: text, firm: text, client: text || calm, preview: text },
    'partials/mail-way': { number: text, days: 14, withCode: true },
    'partials/mail-request': { withCode: false, heading: text, name: text, from: text, verb: text, ask: text, dueOn: '2026-10-21', zone: 'UTC', number: text, days: 14, link: 'https://portal.example/answer/a', reason: text || calm, words: text },
    'partials/notice': { tone: 'amber', symbol: 'warn', head: text, text, link: { href: '/a', label: text } },
    'partials/pages': { label: text, first: 1, last: 50, total: 100, previous: null, next: '?page=2' },
    'partials/design-card': { zone: 'UTC', card: { conclusion: 'deficient', wordingVersion: 2, deficiency: text, lookedAt: text, request: { number: 'R-059', title: text, href: '/a' }, seen: text, prepared: { name: text, at: new Date(0) }, reviewed: { name: text, at: new Date(0) }, voided: { by: text, at: new Date(0), reason: text } } },
    'partials/notes': { form, here: '/a', zone: 'UTC', notes: { waiting: 1, mayOpen: true, abouts: [{ value: text, label: text }], notes: [{ no: 1, status: 'answered', text, by: text, at: new Date(0), about: { label: text, href: '/a' }, cleared: { by: text, at: new Date(0) }, answers: [{ refused: true, text, by: text, at: new Date(0) }], field: 'said-1', mayAnswer: true, mayClear: true }] } },
    'partials/line-panel': { panel: {
      kind: text, frequency: text, span: text, interim: text, rollforward: { words: text, result: text, on: text, request: 'R-040' }, due: true, retestOf: { reference: text, href: '/a' }, retests: [{ reference: text, href: '/b' }],
      entries: '/c', retestHref: '/d', rollforwardHref: '/e', design: text, controlHref: '/f',
    } },
    'partials/pane': {
      item: text, key: text, rank: 1, whole: false, action: '/a', otherHref: '/b', source: { label: text, href: '/c' }, files: [{ short: 'f1', name: text, href: '/d', current: true }],
      viewer: null, marked: [{ fileId: text, places: [text] }], row: [], listed: text, claim: { word: text, words: text }, mayEdit: true, attributes: [{
        letter: 'A', suffix: '', question: text, expected: text, result: 'pass', stale: false, by: text, at: new Date(0), note: text, version: 1, error: text || null, mine: text,
        theirs: { result: 'pass', note: text, by: text, at: new Date(0) }, cites: [{ fileId: text, short: 'f1', name: text, version: 1, place: text, ticked: true, spot: '/e' }], others: ['B'],
      }],
    },
    'partials/people': { caption: text, mayManage: true, people: [{ name: text, roleName: text, title: text, rankName: text, email: text, account: 'none', side: 'client', access: text, href: '/a' }] },
    'partials/request-facts': { pairs: [{ name: text, value: text }], firstDue: text, moves: [{ from: text, to: text, at: new Date(0), by: text, reason: text }], zone: 'UTC' },
    'partials/said': { beside: { proposed: { head: text, words: text }, address: text, preparedBy: text, warned: [{ finding: text, words: text, by: text }], matches: { href: '/a', count: 2 } } },
    'partials/sent-files': { files: [{ id: '1', name: text, icon: 'file', size: 1, at: new Date(0), zone: 'UTC', submitted: false, href: '/a', removal: '/b', findings: [{ head: text, text, field: 'why-narrow', words: text, error: text || calm }], looking: true }] },
    'partials/calendar': { here: '/a', zone: 'UTC', calendar: {
      every: text, omissions: [{ key: text, reason: text, agreer: text, at: new Date(0) }], list: { number: text, href: '/b', name: text }, met: 1, missing: [text],
      unexpected: [{ day: text, rows: 1, href: '/c' }], undated: 1, mayEdit: true, lists: options, matchForm: formState({ list: text }), form: formState({ keys: text, reason: text }, new Invalid({ keys: text || calm })) } },
    'partials/checks': { findings: 1, mayMark: true, zone: 'UTC', kinds: [{ name: text, href: '/a' }], checks: [
      { check: 'count', mark: 'finding', name: text, sentence: text, notes: [text], more: 1, count: 2, rowsHref: '/b', href: '/c', tick: { tick: 'explained', word: text, note: text, maker: text, at: new Date(0), stale: true } },
      { check: 'date', mark: 'blocks', name: text, sentence: text, notes: [], more: 0, count: 0, rowsHref: null, href: '/c', tick: null }],
    procedures: [{ conclusion: 'differs', name: text, words: text, figure: text, href: '/d', performer: text, performedOn: '2026-10-21' }] },
    'partials/outcome': { outcome: { items: [{ item: text, row: 2, inScope: false, href: '/a' }], both: 1, sides: [{ head: text, count: 2, keys: [text], more: 1 }] } },
    'partials/strip': { strip: { label: text, edges: [1.5], empties: [{ x: 1, width: 1 }], bars: [{ x: 1, y: 2, width: 1, height: 70, words: text }], marks: [{ x: 1, y: 77 }], before: 1, after: 1, months: [{ x: 1, word: text }] } },
    'partials/import-word': { place: 1, key: text, field: text, cell: text, rows: 2, understood: false, options: [{ value: text, label: text, selected: true }, { value: 'open', label: text, selected: false }] },
    'partials/setup-rail': { rail: [{ key: 'client', word: text, href: '/a', missing: 1, current: true }, { key: 'review', word: text, href: '/b', missing: 0, current: false }], lacks: [text] },
    'partials/setup-sections': { form, zone: 'UTC', fixed: null, sections: [{ kind: 'cuec', title: text, hint: text, none: { name: 'one', label: text }, rows: [
      { label: text, labels: { criteria: text, on: text, remove: text }, isNew: false, text: 'one', criteria: 'one', on: 'one', remove: 'one', seen: { name: 'seen-1', value: text }, locked: null, theirs: text },
      { label: text, labels: { criteria: text, on: text, remove: text }, isNew: false, text: 'one', criteria: null, on: null, remove: 'one', seen: { name: 'seen-2', value: text }, locked: { text, criteria: [text], on: '2026-03-14', by: text, at: new Date(0) }, theirs: null }] }] },
    'partials/size-answer': { of: 'limit', answer: { ask: 'limit', figures: [{ name: text, value: text }], source: text } },
    'partials/steps': { previous: '/a', next: '/b', from: 1, to: 2, total: 3 },
    'partials/summary': { form, kept: text },
    'partials/tally': { label: text, entries: [{ count: 1, word: text, icon: 'open', href: '?a=b', current: true }], total: { count: 1, word: text, href: '?' } },
    'partials/timeline': { timeline: { label: text, period: { x: 1, width: 2 }, today: 3, bars: [{ x: 1, y: 2, height: 3, late: true, words: text }], marks: [{ x: 1, y: 2, place: 1, over: true, words: text }], months: [{ x: 1, word: text }] } },
    'partials/tick': { form, name: 'one', label: text, hint: text, value: 'on' },
    'partials/marked': { noun: text, groups: [{ id: 'wrong', word: text, tone: 'red', icon: 'exception', more: 1, lines: [{ row: 2, name: text, title: text, told: text, differences: [{ field: text, from: text, to: text }], why: [text] }] }] },
    'partials/meeting': { meeting: { status: 'proposed', startsAt: new Date(0), minutes: 60, place: text || calm, by: text, zone: 'UTC', proposal: '/a', confirmation: '/b', cancellation: '/c', origin: 'request', form: formState({ starts: text, minutes: text, place: text }, new Invalid({ starts: text || calm, minutes: text || calm })) } },
    'partials/thread': { thread: { comments: [{ id: '1', author: text || calm, byline: text || calm, at: new Date(0), text, internal: true, question: true, fresh: true }], unread: 1, zone: 'UTC', action: '/a', noteAction: '/b', firm: true, origin: 'request', list: text, names: [text], longest: 5000, form: formState({ text }, new Invalid({ text: text || calm })), noteForm: formState({ text }) } },
    'partials/unlabelled': { form, name: 'one', label: text, placeholder: text },
    'partials/uses': { head: text, noun: text, of: text, rows: [{ key: text, title: text, about: text, controls: text, made: { href: '/a', reference: text }, picked: false }, { key: text, title: text, about: text, controls: text, made: null, picked: true }] },
    'layouts/desk': page,
    'layouts/owner': page,
    'layouts/plain': page,
  }
}
