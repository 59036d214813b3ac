import { guessFields } from '../sheets/headings.ts'
import type { Mapping } from '../sheets/import-store.ts'
import { orderCriteria } from './criteria.ts'
import { readCriteria } from './criteria-cell.ts'
import { headingCriterion, importFields } from './import-fields.ts'
import { closedWords, type ClosedField } from './words.ts'

type Columns = (string | null)[]
type Rows = readonly (readonly string[])[]

/** What the columns of a list most likely feed, from their headings and from what stands under them, and the choices for the whole file. */
export function guessMapping(header: readonly string[], rows: Rows, remembered: ReadonlyMap<string, string | null>): Mapping {
  const columns = guessFields(header, importFields, remembered)
  const free = (place: number) => columns[place] === null && !remembered.has(header[place]!.toLowerCase())
  const under = header.map((_, place) => rows.map((row) => row[place] ?? '').filter(Boolean))
  const ticks = header.map((heading, place) => free(place) ? headingCriterion(heading) : null)
  if (ticks.filter(Boolean).length > 1) for (const [place, id] of ticks.entries()) if (id) columns[place] = `tick:${id}`
  correctText(columns, under)
  correctClosed(columns, under)
  for (const [place, cells] of under.entries()) {
    if (!free(place)) continue
    if (share(cells, (cell) => readCriteria(cell).ids.length > 0 && readCriteria(cell).unknown.length === 0) > 0.6 && !columns.some((field) => field?.startsWith('tick:'))) columns[place] = 'criteria'
    else if (!columns.includes('frequency') && isClosed('frequency', cells)) columns[place] = 'frequency'
    else if (!columns.includes('number') && new Set(cells).size === cells.length && cells.length >= 0.9 * rows.length && share(cells, (cell) => /^[A-Za-z]{1,6}[-. _]?\d[\w.-]{0,14}$/.test(cell)) > 0.9) columns[place] = 'number'
  }
  if (!columns.includes('wording')) {
    const longest = under.map((cells, place) => ({ place, length: free(place) && share(cells, (cell) => cell.includes(' ')) > 0.5 ? averageLength(cells) : 0 })).toSorted((a, b) => b.length - a.length)[0]
    if (longest && longest.length > 10) columns[longest.place] = 'wording'
  }
  return { columns, defaults: { prefix: columns.includes('number') ? '' : 'C-', fill: leavesCellsEmpty(columns, rows) ? 'yes' : '', leave: '', type: '', nature: '' } }
}

/** The same ids by the order of the criteria, however often each comes. */
function inOrder(ids: readonly string[]): string[] {
  return orderCriteria(ids).flatMap((id) => ids.filter((one) => one === id))
}

/** A column headed "Control" may hold the number or the wording; its cells tell. */
function correctText(columns: Columns, under: readonly (readonly string[])[]): void {
  const place = columns.indexOf('number')
  if (place < 0 || under[place]!.length === 0) return
  // Names of several words are not numbers either, however short; what they name is numbered here.
  const named = share(under[place]!, (cell) => /\S\s+\S/.test(cell) && !/\d/.test(cell)) > 0.5
  if (averageLength(under[place]!) <= 25 && !named) return
  const wording = columns.indexOf('wording')
  columns[place] = wording < 0 || averageLength(under[wording]!) < averageLength(under[place]!) ? 'wording' : null
  if (columns[place] === 'wording' && wording >= 0) columns[wording] = null
}

/** "Control type" may say preventive or manual; whatever its cells are understood as, it is. */
function correctClosed(columns: Columns, under: readonly (readonly string[])[]): void {
  const fields: readonly ClosedField[] = ['type', 'nature', 'frequency', 'risk']
  for (const field of fields) {
    const place = columns.indexOf(field)
    if (place < 0 || under[place]!.length === 0 || share(under[place]!, (cell) => closedWords[field].read(cell) !== null) >= 0.5) continue
    columns[place] = fields.find((other) => other !== field && !columns.includes(other) && isClosed(other, under[place]!)) ?? null
  }
}

function isClosed(field: ClosedField, cells: readonly string[]): boolean {
  return cells.length > 0 && new Set(cells).size <= 25 && averageLength(cells) < 40 && share(cells, (cell) => (closedWords[field].read(cell)?.length ?? 0) > 0) > 0.7
}

/** Whether cells of the criteria stand empty under the first of several controls, as merged cells leave them in a list by criterion. */
function leavesCellsEmpty(columns: readonly (string | null)[], rows: Rows): boolean {
  const criteria = columns.indexOf('criteria')
  const wording = columns.indexOf('wording')
  if (criteria < 0 || wording < 0) return false
  const listed = rows.filter((row) => row[wording])
  const firsts = listed.flatMap((row) => readCriteria(row[criteria] ?? '').ids.slice(0, 1))
  return Boolean(listed[0]?.[criteria]) && listed.some((row) => !row[criteria]) && firsts.join() === inOrder(firsts).join()
}

function share(cells: readonly string[], holds: (cell: string) => boolean): number {
  return cells.length === 0 ? 0 : cells.filter(holds).length / cells.length
}

function averageLength(cells: readonly string[]): number {
  return cells.length === 0 ? 0 : cells.reduce((sum, cell) => sum + cell.length, 0) / cells.length
}
