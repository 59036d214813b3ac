import { midnightOf, takeApart, type DateFormat, type DateParts } from './dates.ts'
import { counted, figure } from '../sheets/table.ts'

/** What a whole date column turned out to be. `rows` are the first hundred concerned; blanks are allowed and counted. */
export type Recognition =
  | { readonly kind: 'format', readonly format: DateFormat, readonly read: number, readonly blank: number }
  | Ambiguous
  | Unreadable
  | { readonly kind: 'empty', readonly sentence: string, readonly blank: number }

/** Every value can be read day first and month first: somebody who knows has to say which. */
export type Ambiguous = { readonly kind: 'ambiguous', readonly choices: readonly [DateFormat, DateFormat], readonly sentence: string, readonly rows: readonly number[], readonly read: number, readonly blank: number }

export type Unreadable = { readonly kind: 'unreadable', readonly sentence: string, readonly rows: readonly number[], readonly count: number }

type Place = { readonly row: number, readonly text: string }

/** Recognises the format over all values, which are the rows `firstRow`, `firstRow + 1` and so on. */
export function recogniseDates(values: Iterable<string>, firstRow = 2): Recognition {
  const column = beginDates()
  let row = firstRow
  for (const value of values) column.add(value, row++)
  return column.finish()
}

/** The same in one pass over rows that come in pieces. */
export function beginDates(): { readonly add: (text: string, row: number) => void, readonly finish: () => Recognition } {
  let read = 0
  let blank = 0
  let first: { readonly parts: DateParts, readonly place: Place } | null = null
  let other: Place | null = null
  let unequal = false
  const broken = list()
  const fails = { dmy: list(), mdy: list() }
  const all = list()

  const add = (text: string, row: number): void => {
    if (text.trim() === '') {
      blank++
      return
    }
    const parts = takeApart(text)
    const place = { row, text: text.trim() }
    if (parts === null || isNoDay(parts)) {
      broken.add(place)
      return
    }
    read++
    all.add(place)
    first ??= { parts, place }
    if (other === null && manner(parts) !== manner(first.parts)) other = place
    if (parts.yearFirst) return
    const dayFirst = midnightOf(parts, 'dmy')
    const monthFirst = midnightOf(parts, 'mdy')
    if (dayFirst === null) fails.dmy.add(place)
    if (monthFirst === null) fails.mdy.add(place)
    if (dayFirst !== monthFirst) unequal = true
  }

  const finish = (): Recognition => {
    if (broken.count > 0) return unreadable(broken)
    if (first === null) return { kind: 'empty', blank, sentence: blank > 0 ? 'Every cell of this column is blank. Choose the column that says when the control was due or the event happened.' : 'The list has no rows, so there is no date to read.' }
    if (other !== null) return mixed(first.place, other)
    const base = { separator: first.parts.separator, time: first.parts.time }
    if (first.parts.yearFirst) return { kind: 'format', format: { order: 'ymd', ...base }, read, blank }
    const dmy: DateFormat = { order: 'dmy', ...base }
    const mdy: DateFormat = { order: 'mdy', ...base }
    if (fails.dmy.count > 0 && fails.mdy.count > 0) return neither(fails.dmy, fails.mdy)
    if (fails.dmy.count > 0) return { kind: 'format', format: mdy, read, blank }
    if (fails.mdy.count > 0 || !unequal) return { kind: 'format', format: dmy, read, blank }
    return { kind: 'ambiguous', choices: [dmy, mdy], rows: all.rows(), read, blank, sentence: `Nothing in the column tells day from month: “${first.place.text}” in row ${figure(first.place.row)} can be read both ways, and so can all ${counted(read, 'date')}. Ask the owner which comes first, or for a list with ISO dates (2026-03-11).` }
  }
  return { add, finish }
}

function isNoDay(parts: DateParts): boolean {
  if (parts.yearFirst) return midnightOf(parts, 'ymd') === null
  return midnightOf(parts, 'dmy') === null && midnightOf(parts, 'mdy') === null
}

function manner(parts: DateParts): string {
  return `${parts.yearFirst} ${parts.separator} ${parts.time}`
}

type List = { readonly add: (place: Place) => void, readonly rows: () => number[], readonly first: () => Place, readonly count: number }

function list(): List {
  const places: Place[] = []
  let count = 0
  return {
    add: (place) => {
      count++
      if (places.length < 100) places.push(place)
    },
    rows: () => places.map(({ row }) => row),
    first: () => places[0] ?? { row: 0, text: '' },
    get count() {
      return count
    },
  }
}

function unreadable(places: List): Unreadable {
  const { row, text } = places.first()
  const more = places.count > 1 ? `, and ${counted(places.count - 1, 'other cell')} cannot either` : ''
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return { kind: 'unreadable', rows: places.rows(), count: places.count, sentence: `“${shown}” in row ${figure(row)} cannot be read as a date${reasonOf(text)}${more}. Ask for a list with ISO dates, such as 2026-03-11 or 2026-03-11T14:05:00Z.` }
}

function reasonOf(text: string): string {
  if (/^\d{1,2}[-/.]\d{1,2}[-/.]\d{1,2}(\D|$)/.test(text)) return ' because its year has two digits'
  if (/^\d{5}([.,]\d+)?$/.test(text)) return ' because it is a bare number, as workbooks keep dates inside'
  if (takeApart(text) !== null) return ' because there is no such day'
  return ''
}

function mixed(one: Place, two: Place): Unreadable {
  return { kind: 'unreadable', rows: [one.row, two.row], count: 2, sentence: `The column mixes ways of writing dates: “${one.text}” in row ${figure(one.row)} and “${two.text}” in row ${figure(two.row)}. Ask for a list that writes all of them in one way, best in ISO form.` }
}

function neither(dayFirst: List, monthFirst: List): Unreadable {
  const one = dayFirst.first()
  const two = monthFirst.first()
  return { kind: 'unreadable', rows: [one.row, two.row], count: 2, sentence: `The column mixes day-first and month-first dates: “${one.text}” in row ${figure(one.row)} can only be month first, “${two.text}” in row ${figure(two.row)} only day first. Ask for a list with ISO dates (2026-03-11).` }
}
