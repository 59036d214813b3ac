import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { number as written } from '../web/helpers.ts'
import type { PageModel } from '../web/view.ts'
import type { BrowsedPage, BrowsedRow } from './browse-store.ts'
import { writeBrowse, type Browse, type Sort } from './browse.ts'
import type { CheckName } from './findings.ts'
import { checkNames } from './pages.ts'
import { populationNumber } from './rules.ts'
import { findingsOf, type PopulationRow } from './store.ts'

type Heading = { readonly word: string, readonly href: string, readonly order: 'ascending' | 'descending' | null }

export type RowsPage = PageModel & {
  readonly here: string
  readonly number: string
  readonly name: string
  readonly facts: string
  readonly form: FormState
  readonly columns: readonly Choice[]
  readonly hows: readonly Choice[]
  readonly scopes: readonly Choice[]
  readonly sorts: readonly Choice[]
  readonly headings: { readonly row: Heading, readonly key: Heading, readonly date: Heading }
  readonly header: readonly { readonly name: string, readonly heading: Heading | null }[]
  readonly rows: readonly { readonly row: number, readonly inScope: boolean, readonly cells: readonly string[], readonly at: boolean }[]
  readonly which: string
  readonly filtered: boolean
  readonly start: string | null
  readonly next: string | null
  /** How far the search has come when it was broken off. */
  readonly searched: string | null
  readonly missing: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/rows': RowsPage
  }
}

type Shown = { readonly browse: Browse, readonly page: BrowsedPage, readonly check: CheckName | null, readonly at: number | null, readonly missing: string | null }

/** One page of the list's rows with what they were chosen by. */
export function rowsPage(scope: EngagementScope, population: PopulationRow, { browse, page, check, at, missing }: Shown): RowsPage {
  const number = populationNumber(population.number)
  const here = `/engagements/${scope.engagement.id}/populations/${number}`
  const address = (wanted: Partial<Browse>): string => {
    const query = writeBrowse({ ...browse, after: null, ...wanted }, population.header)
    return `${here}/rows${query === '' ? '' : `?${query}`}`
  }
  const heading = (word: string, sort: Sort): Heading => ({
    word, href: address({ sort, descending: browse.sort === sort && !browse.descending }),
    order: browse.sort !== sort ? null : browse.descending ? 'descending' : 'ascending',
  })
  const headings = { row: heading('Row', 'row'), key: heading('Key', 'key'), date: heading('Date', 'date') }
  const { filter } = browse
  return {
    title: `Rows of ${number}`,
    tab: 'populations',
    here, number, name: population.name,
    facts: `${written(population.row_count ?? 0)} in all, ${written(population.in_scope_count ?? 0)} in scope`,
    form: formState({
      column: filter ? population.header[filter.column] ?? '' : '', how: filter?.how ?? 'contains', value: filter?.value ?? '', scope: browse.scope,
      sort: browse.descending ? `${browse.sort}-down` : browse.sort, jump: missing ?? '',
    }),
    columns: population.header.map((name) => ({ value: name, label: name })),
    hows: [{ value: 'contains', label: 'contains' }, { value: 'equals', label: 'is exactly' }, { value: 'blank', label: 'is blank' }],
    scopes: [{ value: 'all', label: 'All rows' }, { value: 'in', label: 'In scope' }, { value: 'out', label: 'Out of scope' }],
    sorts: [
      { value: 'row', label: 'Order of the file' }, { value: 'row-down', label: 'File, last first' }, { value: 'key', label: 'Key' }, { value: 'key-down', label: 'Key, last first' },
      { value: 'date', label: 'Date, oldest first' }, { value: 'date-down', label: 'Date, newest first' },
    ],
    headings,
    header: population.header.map((name) => ({ name, heading: name === population.key_column ? { ...headings.key, word: name } : name === population.date_column ? { ...headings.date, word: name } : null })),
    rows: page.rows.map((row) => ({ row: row.row_number, inScope: row.in_period, cells: row.cells, at: row.row_number === at })),
    which: check === null ? '' : whichOf(population, check),
    filtered: filter !== null || browse.scope !== 'all' || check !== null,
    start: browse.after === null ? null : address({}),
    next: page.next === null ? null : address({ after: page.next }),
    searched: page.next === null || page.full ? null : searchedTo(page.rows, browse, page.next.row),
    missing,
  }
}

function whichOf(population: PopulationRow, check: CheckName): string {
  const found = findingsOf(population).find((one) => one.check === check)
  if (!found) return checkNames[check]
  return `${checkNames[check]}: ${found.sentence}${found.count > found.rows.length ? ` The first ${found.rows.length} are shown.` : ''}`
}

function searchedTo(rows: readonly BrowsedRow[], browse: Browse, row: number): string {
  const found = rows.length === 0 ? 'Nothing found so far' : `${written(rows.length)} found so far`
  return browse.sort === 'row' ? `${found}, up to row ${written(row)}.` : `${found}; the search is not through yet.`
}
