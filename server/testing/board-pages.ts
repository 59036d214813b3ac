import { isClosed, may } from '../access/policy.ts'
import { compareNumbers } from '../controls/rules.ts'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { PageModel } from '../web/view.ts'
import { columnOf, columns, type Column } from './board.ts'
import { listBare, listBoard, type BoardRow } from './board-store.ts'
import { testReference } from './rules.ts'

export type BoardFilter = { readonly control?: string | undefined, readonly criterion?: string | undefined, readonly person?: string | undefined, readonly mine?: 'testing' | 'reviews' | undefined }

type Card = { readonly reference: string, readonly href: string, readonly what: string, readonly who: string | null, readonly progress: string, readonly deviating: number, readonly notes: number, readonly significant: boolean, readonly plan: boolean }

export type BoardPage = PageModel & {
  readonly base: string
  readonly total: number
  readonly shown: number
  /** Controls without a test among what is shown. */
  readonly bare: number
  readonly columns: readonly { readonly word: string, readonly cards: readonly Card[] }[]
  readonly views: readonly { readonly word: string, readonly href: string, readonly on: boolean }[]
  readonly control: string
  readonly mine: string
  readonly criteria: readonly (Choice & { readonly checked: boolean })[]
  readonly people: readonly (Choice & { readonly checked: boolean })[]
  readonly empty: { readonly head: string, readonly text: string }
  readonly clear: { readonly href: string, readonly label: string }
}

declare module '../web/view.ts' {
  interface Pages {
    'testing/board': BoardPage
  }
}

/** Tests by where they stand, of everybody or of whoever looks. */
export async function boardPage(trx: Tx, scope: EngagementScope, filter: BoardFilter): Promise<BoardPage> {
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/testing/board`
  const rows = await listBoard(trx, scope)
  const lines = rows.map((row) => ({ row, column: columnOf(row) })).filter(({ row, column }) => fits(row, column, filter, scope))
    .toSorted((a, b) => compareNumbers(testReference(a.row.control, a.row.sequence), testReference(b.row.control, b.row.sequence)))
  const bare = await bareCards(trx, scope, filter, base)
  const by = Map.groupBy(lines, ({ column }) => column)
  const people = new Map(rows.flatMap(({ assigneeId, assignee, preparerId, preparer }) => [[assigneeId, assignee], [preparerId, preparer]] as const).filter(([id]) => id !== null) as [string, string][])
  return {
    title: 'Board of tests', tab: 'testing', base, total: rows.length, shown: lines.length, bare: bare.length,
    columns: [...bare.length === 0 ? [] : [{ word: 'Not planned', cards: bare }], ...(Object.keys(columns) as Column[]).flatMap((column) => {
      const cards = by.get(column) ?? []
      return cards.length === 0 && column === 'to_partner' ? [] : [{ word: columns[column], cards: cards.map(({ row }) => cardOf(row, base)) }]
    })],
    views: [
      { word: 'All', href: here, on: filter.mine === undefined }, { word: 'My testing', href: `${here}?mine=testing`, on: filter.mine === 'testing' },
      ...may(scope.role, 'test.review') ? [{ word: 'My reviews', href: `${here}?mine=reviews`, on: filter.mine === 'reviews' }] : [],
    ],
    control: filter.control ?? '', mine: filter.mine ?? '',
    criteria: choices([...new Set(rows.flatMap(({ criteria }) => criteria))].toSorted(compareNumbers).map((value) => [value, value]), filter.criterion, 'All criteria'),
    people: choices([...people].toSorted((a, b) => a[1].localeCompare(b[1])), filter.person, 'Everybody'),
    empty: emptyWords(filter, rows.length),
    clear: { href: here, label: 'Show all tests' },
  }
}

// Whoever looks for somebody's tests looks for none that nobody planned; a Type 1 tests none.
async function bareCards(trx: Tx, scope: EngagementScope, { control, criterion, person, mine }: BoardFilter, base: string): Promise<Card[]> {
  if (person || mine || scope.engagement.type === 1) return []
  const plan = may(scope.role, 'test.edit') && !isClosed(scope.engagement.phase)
  return (await listBare(trx, scope))
    .filter(({ number, criteria }) => (!control || number.toLowerCase().startsWith(control.toLowerCase())) && (!criterion || criteria.includes(criterion)))
    .toSorted((a, b) => compareNumbers(a.number, b.number))
    .map(({ number, wording }) => ({
      reference: number, href: plan ? `${base}/testing/new?control=${encodeURIComponent(number)}` : `${base}/controls/${encodeURIComponent(number)}`,
      what: wording, who: null, progress: '', deviating: 0, notes: 0, significant: false, plan,
    }))
}

function emptyWords({ control, criterion, person, mine }: BoardFilter, total: number): BoardPage['empty'] {
  if (total === 0) return { head: 'No test is planned yet', text: 'Tests stand here once they are planned, each where it is on its way to the second signature.' }
  if (control || criterion || person || !mine) return { head: 'No test is like that', text: 'Other tests may be there; this view leaves them out.' }
  return mine === 'testing' ? { head: 'Nothing is yours to test', text: 'A test comes here when it is given to you or once you sign it as preparer, and leaves when it is signed.' }
    : { head: 'Nothing waits for your review', text: 'A test comes here once somebody else has signed it as preparer, or when a note on it is open.' }
}

function fits(row: BoardRow, column: Column, { control, criterion, person, mine }: BoardFilter, scope: EngagementScope): boolean {
  const me = personOf(scope)
  return (!control || row.control.toLowerCase().startsWith(control.toLowerCase())) && (!criterion || row.criteria.includes(criterion))
    && (!person || row.assigneeId === person || row.preparerId === person)
    && (mine !== 'testing' || ((row.assigneeId === me || row.preparerId === me) && column !== 'signed'))
    && (mine !== 'reviews' || (column === 'to_review' && row.preparerId !== me) || (column === 'to_partner' && scope.role === 'partner') || column === 'notes')
}

function cardOf(row: BoardRow, base: string): Card {
  const reference = testReference(row.control, row.sequence)
  return {
    reference, href: `${base}/testing/${encodeURIComponent(reference)}`, what: row.title || row.wording, who: row.preparer ?? row.assignee,
    progress: row.cells > 0 ? `${row.done} of ${row.cells}` : row.noOccurrence ? 'Nothing occurred' : '', deviating: row.deviating, notes: row.notes, significant: row.significant, plan: false,
  }
}

function choices(found: readonly (readonly [string, string])[], wanted: string | undefined, all: string): (Choice & { checked: boolean })[] {
  return [{ value: '', label: all, checked: !wanted }, ...found.map(([value, label]) => ({ value, label, checked: value === wanted }))]
}
