import { isClosed, may, mayStill } from '../access/policy.ts'
import { categoryNames } from '../controls/criteria.ts'
import { writeSpan } from '../engagements/calendar.ts'
import type { EngagementScope } from '../scope.ts'
import type { IconName } from '../web/icons.ts'
import { hrefOf } from './addresses.ts'
import { tallyOf, type MatrixQuery, type Show } from './filter.ts'
import type { Blocker, Condition, ConditionKey } from './conditions.ts'
import { gateOf } from './gate.ts'
import type { Reading } from './reading.ts'
import { groupsOf, type GroupView } from './rows.ts'
import type { listExports } from './exports-store.ts'

type Pick = { readonly word: string, readonly href: string, readonly on: boolean }
type Link = { readonly label: string, readonly href: string }
type ExportView = { readonly number: number, readonly href: string, readonly draft: boolean, readonly at: Date, readonly exporter: string, readonly hash: string }
type BlockerView = { readonly id: string, readonly href: string, readonly why: string }
type ConditionView = { readonly name: string, readonly href: string, readonly figure: string, readonly done: boolean, readonly first: readonly BlockerView[], readonly others: readonly BlockerView[] }

declare module '../web/view.ts' {
  interface Pages {
    'matrix/show': MatrixPage
  }
}

type MatrixPage = {
  base: string
  here: string
  zone: string
  type: 1 | 2
  span: string
  controls: number
  criteria: number
  /** A Type 1 has no conclusions to count. */
  tally: { entries: readonly { count: number, word: string, icon: IconName, href: string, current: boolean }[], total: { count: number, word: string, href: string, current: boolean } } | null
  noTests: boolean
  mayPlan: boolean
  picks: readonly Pick[]
  /** The filters that the form of words keeps as they are. */
  kept: readonly { readonly name: string, readonly value: string }[]
  words: string
  categories: readonly Pick[]
  series: readonly Pick[]
  orders: readonly Pick[]
  /** Where nothing is filtered; null while nothing is. */
  clear: string | null
  groups: readonly GroupView[]
  layout: { arrangement: string, responses: string } | null
  mayEdit: boolean
  /** The newest export, with which the present is compared. */
  since: { label: string, href: string } | null
  gate: { open: boolean, met: number, conditions: readonly ConditionView[], left: number }
  mayExport: boolean
  final: 'ready' | 'closed' | 'not_yours'
  exports: readonly ExportView[]
  older: readonly ExportView[]
  start: Link | null
}

const settled: Readonly<Record<ConditionKey, string>> = {
  wording: '/controls?wording=unconfirmed', covered: '/controls', mapped: '/controls', design: '/testing', concluded: '/matrix?conclusion=not_concluded', signed: '/matrix?show=unsigned',
  notes: '/testing', cells: '/matrix?show=untested', exceptions: '/exceptions', sentences: '/testing',
}
const showWords: Readonly<Record<Show, string>> = { exceptions: 'Exceptions only', unsigned: 'Unsigned', untested: 'Not tested' }
const RECENT = 8

/** The matrix of one reading under the filters of its address, the gate, and what was exported before. */
export function matrixPage(scope: EngagementScope, reading: Reading, kept: Awaited<ReturnType<typeof listExports>>, query: MatrixQuery) {
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/matrix`
  const at = (change: Partial<MatrixQuery>) => addressOf(here, { ...query, ...change })
  const { type } = reading.engagement
  const gate = gateOf(reading)
  const exported = kept.map((one) => exportView(one, here))
  const series = [...new Set(reading.criteria.map((one) => one.series))]
  return {
    title: 'Control test matrix', tab: 'matrix' as const, base, here, type, zone: scope.engagement.zone, span: writeSpan(scope.engagement),
    controls: reading.controls.length, criteria: reading.criteria.length,
    tally: type === 1 ? null : {
      entries: tallyOf(reading).map(({ conclusion, ...entry }) => ({ ...entry, href: at({ conclusion }), current: query.conclusion === conclusion })),
      total: { count: reading.controls.length, word: reading.controls.length === 1 ? 'control' : 'controls', href: at({ conclusion: null }), current: query.conclusion === null },
    },
    noTests: type === 2 && reading.controls.every(({ testLines }) => testLines.length === 0),
    mayPlan: mayStill(scope, 'test.edit'),
    picks: type === 1 ? [] : (Object.keys(showWords) as Show[]).map((show) => ({ word: showWords[show], href: at({ show: query.show === show ? null : show }), on: query.show === show })),
    categories: reading.engagement.categories.length < 2 ? [] : reading.engagement.categories.map((one) => ({ word: categoryNames[one], href: at({ category: query.category === one ? null : one }), on: query.category === one })),
    words: query.words, kept: [...new URLSearchParams(addressOf('', { ...query, words: '' }).slice(1))].map(([name, value]) => ({ name, value })),
    series: series.map((id) => ({ word: id, href: at({ series: toggled(query.series, id, series) }), on: query.series.includes(id) })),
    orders: (['criterion', 'control'] as const).map((by) => ({ word: `By ${by}`, href: at({ by }), on: (query.by ?? reading.layout.arrangement) === by })),
    clear: addressOf(here, { ...query, by: null }) === here ? null : addressOf(here, { by: query.by, show: null, conclusion: null, category: null, series: [], words: '' }),
    groups: groupsOf(reading, query, base), mayEdit: mayStill(scope, 'matrix.edit') && type === 2, layout: mayStill(scope, 'matrix.lay_out') ? reading.layout : null,
    since: exported[0] ? { label: `${exported[0].draft ? 'draft' : 'final'} ${exported[0].number}`, href: `${here}/changes?since=${exported[0].number}` } : null,
    gate: { open: gate.open, met: gate.met, left: gate.conditions.length - gate.met, conditions: gate.conditions.map((one) => conditionView(one, base)) },
    mayExport: !isClosed(scope.engagement.phase),
    final: !may(scope.role, 'matrix.export_final') ? 'not_yours' as const : gate.open ? 'ready' as const : 'closed' as const,
    exports: exported.slice(0, RECENT), older: exported.slice(RECENT),
    start: mayStill(scope, 'control.edit') ? { label: 'New control', href: `${base}/controls/new` } : null,
  }
}

function addressOf(here: string, { by, show, conclusion, category, series, words }: MatrixQuery): string {
  const query = new URLSearchParams()
  if (by !== null) query.set('by', by)
  if (category !== null) query.set('category', category)
  if (words !== '') query.set('q', words)
  if (show !== null) query.set('show', show)
  if (conclusion !== null) query.set('conclusion', conclusion)
  for (const one of series) query.append('series', one)
  const text = query.toString()
  return text === '' ? here : `${here}?${text}`
}

function toggled(chosen: readonly string[], id: string, order: readonly string[]): string[] {
  return order.filter((one) => (one === id ? !chosen.includes(one) : chosen.includes(one)))
}

function conditionView({ key, name, figure, blockers }: Condition, base: string): ConditionView {
  const views = blockers.map((one) => blockerView(one, base))
  // Notes stand on their tests, and the first of them is where the next one is settled.
  const href = key === 'notes' && views[0] ? views[0].href : `${base}${settled[key]}`
  return { name, figure, href, done: blockers.length === 0, first: views.slice(0, 3), others: views.slice(3) }
}

function blockerView({ kind, id, why }: Blocker, base: string): BlockerView {
  const folders = { control: 'controls', design: 'testing/controls', test: 'testing', note: 'testing', exception: 'exceptions', sentence: 'matrix/sentences' } as const
  return { id, why, href: kind === 'criterion' ? `${base}/matrix#${id}` : hrefOf(base, folders[kind], id) + (kind === 'note' ? '#notes' : '') }
}

function exportView(one: Awaited<ReturnType<typeof listExports>>[number], here: string): ExportView {
  return { number: one.number, href: `${here}/exports/${one.number}`, draft: one.draft, at: one.exported_at, exporter: one.exporter, hash: one.content_sha256 }
}
