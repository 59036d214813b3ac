/** Where a page of rows ends: the row, and the key or ISO day it is sorted by; null beside a day that is blank. */
export type Cursor = { readonly row: number, readonly value: string | null }

export type Sort = 'row' | 'key' | 'date'
export type How = 'contains' | 'equals' | 'blank'

/** What somebody wants to see of a list. `column` is counted from 0; -1 is any of them. */
export type Browse = {
  readonly filter: { readonly column: number, readonly how: How, readonly value: string } | null
  readonly scope: 'all' | 'in' | 'out'
  readonly sort: Sort
  readonly descending: boolean
  readonly after: Cursor | null
}

/** The same as it stands in an address. */
export type BrowseWords = {
  readonly column?: string | undefined
  readonly how?: string | undefined
  readonly value?: string | undefined
  readonly scope?: string | undefined
  readonly sort?: string | undefined
  readonly after?: string | undefined
  readonly outside?: string | undefined
}

/** What the words of an address ask for; whatever they get wrong is left out. */
export function readBrowse(words: BrowseWords, header: readonly string[]): Browse {
  const column = header.indexOf(words.column ?? '')
  const how = words.how === 'equals' || words.how === 'blank' ? words.how : 'contains'
  const value = words.value ?? ''
  const [sort = '', direction] = (words.sort ?? '').split('-')
  return {
    filter: how === 'blank' ? (column < 0 ? null : { column, how, value: '' }) : value === '' ? null : { column, how, value },
    scope: words.scope === 'in' ? 'in' : words.scope === 'out' || words.outside !== undefined ? 'out' : 'all',
    sort: sort === 'key' || sort === 'date' ? sort : 'row',
    descending: direction === 'down',
    after: readCursor(words.after),
  }
}

/** The query of an address that asks for this, without its question mark; '' for everything from the start. */
export function writeBrowse({ filter, scope, sort, descending, after }: Browse, header: readonly string[]): string {
  const words = new URLSearchParams()
  if (filter) {
    if (filter.column >= 0) words.set('column', header[filter.column] ?? '')
    words.set('how', filter.how)
    if (filter.how !== 'blank') words.set('value', filter.value)
  }
  if (scope !== 'all') words.set('scope', scope)
  if (sort !== 'row' || descending) words.set('sort', descending ? `${sort}-down` : sort)
  if (after) words.set('after', after.value === null ? `${after.row}` : `${after.row}~${after.value}`)
  return words.toString()
}

function readCursor(text: string | undefined): Cursor | null {
  const match = /^(\d{1,9})(?:~(.*))?$/s.exec(text ?? '')
  return match ? { row: Number(match[1]), value: match[2] ?? null } : null
}
