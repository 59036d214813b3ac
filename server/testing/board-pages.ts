import { may } from '../access/policy.ts'
import { compareNumbers } from '../controls/rules.ts'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { PageModel } from '../web/view.ts'
import { columnOf, columns, type Column } from './board.ts'
import { listBoard, type BoardRow } from './board-store.ts'
import { testReference } from './rules.ts'

export type BoardFilter = { readonly control?: string | undefined, readonly criterion?: string | undefined, readonly person?: string | undefined, readonly mine?: 'testing' | 'reviews' | undefined }

type Card = { readonly reference: string, readonly href: string, readonly what: string, readonly who: string | null, readonly progress: string, readonly deviating: number, readonly notes: number, readonly significant: boolean }

export type BoardPage = PageModel & {
  readonly base: string
  readonly total: number
  readonly shown: number
  readonly columns: readonly { readonly word: string, readonly cards: readonly Card[] }[]
  readonly views: readonly { readonly word: string, readonly href: string, readonly on: boolean }[]
  readonly control: string
  readonly mine: string
  readonly criteria: readonly (Choice & { readonly checked: boolean })[]
  readonly people: readonly (Choice & { readonly checked: boolean })[]
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
  const by = Map.groupBy(lines, ({ column }) => column)
  const people = new Map(rows.flatMap(({ assigneeId, assignee, preparerId, preparer }) => [[assigneeId, assignee], [preparerId, preparer]] as const).filter(([id]) => id !== null) as [string, string][])
  return {
    title: 'Board of tests', tab: 'testing', base, total: rows.length, shown: lines.length,
    columns: (Object.keys(columns) as Column[]).flatMap((column) => {
      const cards = by.get(column) ?? []
      return cards.length === 0 && column === 'to_partner' ? [] : [{ word: columns[column], cards: cards.map(({ row }) => cardOf(row, base)) }]
    }),
    views: [
      { word: 'All', href: here, on: filter.mine === undefined }, { word: 'My testing', href: `${here}?mine=testing`, on: filter.mine === 'testing' },
      ...may(scope.role, 'test.review') ? [{ word: 'My reviews', href: `${here}?mine=reviews`, on: filter.mine === 'reviews' }] : [],
    ],
    control: filter.control ?? '', mine: filter.mine ?? '',
    criteria: choices([...new Set(rows.flatMap(({ criteria }) => criteria))].toSorted(compareNumbers).map((value) => [value, value]), filter.criterion, 'All criteria'),
    people: choices([...people].toSorted((a, b) => a[1].localeCompare(b[1])), filter.person, 'Everybody'),
    clear: { href: here, label: 'Show all tests' },
  }
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
    progress: row.cells > 0 ? `${row.done} of ${row.cells}` : row.noOccurrence ? 'Nothing occurred' : '', deviating: row.deviating, notes: row.notes, significant: row.significant,
  }
}

function choices(found: readonly (readonly [string, string])[], wanted: string | undefined, all: string): (Choice & { checked: boolean })[] {
  return [{ value: '', label: all, checked: !wanted }, ...found.map(([value, label]) => ({ value, label, checked: value === wanted }))]
}
