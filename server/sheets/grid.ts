import { attribute, beginMarkup, resolved, type Markup } from './markup.ts'
import { hidesTime, showNumber, type Shown } from './numbers.ts'
import { unescaped } from './strings.ts'
import { ReadRefused, figure } from './table.ts'
import type { Workbook } from './workbook.ts'

/** One row of a sheet with at least one cell that is not empty. `cells` may have holes; `numbers` are the columns that hold a plain number. */
export type GridRow = { readonly row: number, readonly hidden: boolean, readonly cells: string[], readonly numbers: readonly number[], readonly marks: readonly CellMark[] }

/** What a cell's text does not say of it. */
type CellMark = { readonly column: number, readonly kind: 'formula' | 'error' | 'long' | 'time' }

export type Merge = { readonly from: number, readonly to: number, readonly text: string }

/** What stands beside the rows of a sheet. */
export type Surroundings = { readonly hiddenColumns: readonly (readonly [from: number, to: number])[], readonly merges: Merge[], mergeCount: number, filter: string | null }

const mostColumns = 16_384
const mostRows = 1_048_576
const plain: Shown = { kind: 'number' }

/** Takes a sheet's XML as it comes and gives its rows in order to `take`. Throws ReadRefused. */
export function beginGrid({ styles, strings, since1904 }: Workbook, take: (row: GridRow) => void): { readonly markup: Markup, readonly around: Surroundings } {
  const around: Surroundings & { hiddenColumns: [number, number][] } = { hiddenColumns: [], merges: [], mergeCount: 0, filter: null }
  let inRow = false
  let row = 0
  let hidden = false
  let cells: string[] = []
  let marks: CellMark[] = []
  let numbers: number[] = []
  let filled = false
  let column = -1
  let type = ''
  let style = ''
  let formula = false
  let holds = false
  let value = ''
  let sounding = false

  const open = (name: string, attributes: string): void => {
    switch (name) {
      case 'row': return openRow(attributes)
      case 'c': return openCell(attributes)
      case 'f':
        formula = true
        return
      case 'v': case 't':
        holds = inRow && !sounding
        return
      case 'rPh':
        sounding = true
        return
      case 'col':
        if (/^(1|true)$/.test(attribute(attributes, 'hidden'))) around.hiddenColumns.push([Number(attribute(attributes, 'min')) - 1, Number(attribute(attributes, 'max')) - 1])
        return
      case 'mergeCell': return noteMerge(attribute(attributes, 'ref'))
      case 'filterColumn':
        around.filter ??= 'set'
    }
  }
  const openRow = (attributes: string): void => {
    const number = Number(attribute(attributes, 'r') || row + 1)
    if (!Number.isInteger(number) || number <= row || number > mostRows) throw new ReadRefused(`The workbook is damaged: after row ${figure(row)} of the sheet comes row ${attribute(attributes, 'r').slice(0, 20)}. A sheet has ${figure(mostRows)} rows at most, one below the other.`)
    row = number
    inRow = true
    hidden = /^(1|true)$/.test(attribute(attributes, 'hidden'))
    cells = []
    marks = []
    numbers = []
    filled = false
    column = -1
  }
  const openCell = (attributes: string): void => {
    const place = attribute(attributes, 'r')
    column = place === '' ? column + 1 : columnOf(place)
    if (column >= mostColumns || column < 0) throw new ReadRefused(`Row ${figure(row)} has a cell beyond the last column a sheet can have. Export the list as CSV with the columns it needs.`)
    type = attribute(attributes, 't')
    style = attribute(attributes, 's')
    value = ''
    formula = false
  }
  const noteMerge = (ref: string): void => {
    const [from, to] = ref.split(':').map((place) => Number(/\d+$/.exec(place)?.[0] ?? 0))
    around.mergeCount++
    if (around.merges.length < 1000) around.merges.push({ from: from ?? 0, to: to ?? from ?? 0, text: ref })
  }
  const close = (name: string): void => {
    switch (name) {
      case 'v': case 't':
        holds = false
        return
      case 'rPh':
        sounding = false
        return
      case 'c': return closeCell()
      case 'row':
        inRow = false
        if (filled) take({ row, hidden, cells, numbers, marks })
    }
  }
  const closeCell = (): void => {
    if (formula) marks.push({ column, kind: 'formula' })
    if (value === '') return
    const text = shown()
    if (text === '') return
    cells[column] = text
    filled = true
  }
  const shown = (): string => {
    switch (type) {
      case 's': return strings.at(Number(value))
      case 'str': case 'inlineStr': return unescaped(resolved(value))
      case 'b': return value === '1' ? 'TRUE' : 'FALSE'
      case 'd': return value
      case 'e':
        marks.push({ column, kind: 'error' })
        return resolved(value)
      default: {
        const look = styles[Number(style || -1)] ?? plain
        if (look.kind === 'number') numbers.push(column)
        if (look.kind === 'number' && Math.abs(Number(value)) >= 1e15) marks.push({ column, kind: 'long' })
        else if (hidesTime(value, look)) marks.push({ column, kind: 'time' })
        return showNumber(value, look, since1904)
      }
    }
  }
  const markup = beginMarkup({ open, close, text: (text) => {
    if (holds) value += text
  } })
  return { markup, around }
}

function columnOf(place: string): number {
  let column = 0
  for (let index = 0; index < place.length; index++) {
    const code = place.charCodeAt(index) & 0xdf
    if (code < 65 || code > 90) return index === 0 ? -1 : column - 1
    column = column * 26 + code - 64
  }
  return column - 1
}

/** A column as spreadsheets call it: 0 is A, 26 is AA. */
export function columnLetters(column: number): string {
  let letters = ''
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26)) letters = String.fromCharCode(65 + (left - 1) % 26) + letters
  return letters
}
