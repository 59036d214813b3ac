import type { Cells, ImportField } from './import-fields.ts'
import { labelOfField } from './import-fields.ts'
import { readCriteria } from './criteria-cell.ts'

/** A row of the sheet and what it says; `row` counts as the sheet does. */
export type SheetRow = { readonly row: number, readonly cells: Cells }

/** One control as the list speaks of it, gathered from one row or several. `clashes` are rows that contradict the first. */
export type Gathered = SheetRow & { readonly repeated: readonly number[], readonly clashes: readonly { readonly row: number, readonly why: string }[] }

export type Gathering = {
  readonly controls: readonly Gathered[]
  /** Rows with one cell only, such as titles between parts of a list. */
  readonly titles: readonly number[]
}

/**
 * Puts together what a list says of each control: a list with one row for each control and criterion repeats the control, or
 * leaves its cells empty below the first. With `fill`, an empty cell of criteria means those of the row above.
 */
export function gatherRows(rows: readonly SheetRow[], fill: boolean): Gathering {
  const controls: (Gathered & { cells: Cells, repeated: number[], clashes: { row: number, why: string }[] })[] = []
  const byKey = new Map<string, typeof controls[number]>()
  const titles: number[] = []
  let above = ''
  for (const { row, cells: given } of rows) {
    const filled = Object.values(given).filter(Boolean).length
    if (filled === 0) continue
    if (filled === 1 && Object.keys(given).length > 2 && isTitle(given)) {
      titles.push(row)
      continue
    }
    const last = controls.at(-1)
    if (!given.number && !given.wording && given.criteria && last) {
      extend(last, row, given)
      continue
    }
    const cells = fill && given.criteria === '' && above !== '' ? { ...given, criteria: above } : given
    above = cells.criteria || above
    const key = keyOf(cells)
    const before = key === null ? undefined : byKey.get(key)
    if (before) meet(before, row, cells)
    else {
      const control = { row, cells, repeated: [], clashes: [] }
      controls.push(control)
      if (key !== null) byKey.set(key, control)
    }
  }
  return { controls, titles }
}

/** A number is compared without regard to case, a wording without regard to its spaces. */
export function numberKey(number: string): string {
  return readNumber(number).toLowerCase()
}

/** The number as this portal writes it: 'AC 04' is AC-04. */
export function readNumber(cell: string): string {
  return cell.normalize('NFKC').trim().replaceAll(/[\s\\]+/g, '-')
}

export function wordingKey(wording: string): string {
  return wording.normalize('NFKC').replaceAll(/\s+/g, ' ').trim()
}

function keyOf({ number, wording }: Cells): string | null {
  if (number) return `number ${numberKey(number)}`
  return wording ? `wording ${wordingKey(wording)}` : null
}

function isTitle(cells: Cells): boolean {
  return !cells.criteria || readCriteria(cells.criteria).ids.length === 0
}

type Open = { cells: Cells, repeated: number[], clashes: { row: number, why: string }[], row: number }

function extend(control: Open, row: number, { criteria = '' }: Cells): void {
  control.repeated.push(row)
  control.cells = { ...control.cells, criteria: [control.cells.criteria ?? '', criteria].filter(Boolean).join('\n') }
}

function meet(control: Open, row: number, cells: Cells): void {
  const other = (Object.keys(cells) as ImportField[]).find((field) => {
    const [first = '', again = ''] = [control.cells[field], cells[field]]
    return field !== 'criteria' && field !== 'number' && again !== '' && wordingKey(first) !== wordingKey(again)
  })
  if (other) control.clashes.push({ row, why: `Row ${control.row} already speaks of ${cells.number ? readNumber(cells.number) : 'this control'}, with another ${labelOfField(other).toLowerCase()}. A number belongs to one control.` })
  else extend(control, row, cells)
}
