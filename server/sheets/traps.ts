import { columnLetters, type GridRow, type Surroundings } from './grid.ts'
import { counted, figure, type Trap, type TrapName } from './table.ts'

type Rows = { count: number, cells: number, readonly rows: number[] }

/** Where the list lies on its sheet. */
export type Place = { readonly headerRow: number, readonly firstColumn: number, readonly header: readonly string[] }

const kept = 100
const numeric = /^[-+]?\d[\d., ]*$/

/** Watches the rows of a list for what its reader would not see in the workbook. */
export function beginTraps(): { readonly add: (row: GridRow, place: Place) => void, readonly finish: (place: Place, around: Surroundings, hiddenSheets: readonly string[]) => Trap[] } {
  const [hidden, formulas, errors, times, long] = [rowsOf(), rowsOf(), rowsOf(), rowsOf(), rowsOf()]
  const asNumbers: number[] = []
  const asTexts: Rows[] = []

  const add = ({ row, hidden: isHidden, cells, numbers, marks }: GridRow, { firstColumn, header }: Place): void => {
    if (isHidden) note(hidden, row, 1)
    for (const [list, kind] of [[formulas, 'formula'], [errors, 'error'], [times, 'time'], [long, 'long']] as const) {
      const count = marks.length === 0 ? 0 : marks.filter((mark) => mark.kind === kind).length
      if (count > 0) note(list, row, count)
    }
    for (const column of numbers) asNumbers[column] = (asNumbers[column] ?? 0) + 1
    for (let column = firstColumn; column < firstColumn + header.length; column++) {
      const cell = cells[column]
      if (cell === undefined || cell.charCodeAt(0) > 57 || numbers.includes(column) || !numeric.test(cell)) continue
      note(asTexts[column] ??= rowsOf(), row, 1)
    }
  }

  const finish = (place: Place, around: Surroundings, hiddenSheets: readonly string[]): Trap[] => {
    const merges = around.merges.filter(({ to }) => to >= place.headerRow)
    const mergeCount = merges.length === around.merges.length ? around.mergeCount : merges.length
    const columns = hiddenColumns(place, around)
    return [
      ...trap('hidden_rows', hidden, `${counted(hidden.count, 'row')} of the list ${hidden.count === 1 ? 'is' : 'are'} hidden in the workbook. ${hidden.count === 1 ? 'It was read like any other; ask why it is hidden.' : 'They were read like any other; ask why they are hidden.'}`),
      ...(around.filter === null ? [] : [bare('filtered_rows', 'A filter is set on the sheet: who looks at the workbook sees part of the list. All of its rows were read.')]),
      ...(columns.length === 0 ? [] : [bare('hidden_columns', `${counted(columns.length, 'column')} hidden in the workbook: ${columns.slice(0, 10).map((name) => `“${name}”`).join(', ')}. ${columns.length === 1 ? 'It was' : 'They were'} read like any other.`)]),
      ...(hiddenSheets.length === 0 ? [] : [bare('hidden_sheets', `${counted(hiddenSheets.length, 'sheet')} of the workbook ${hiddenSheets.length === 1 ? 'is' : 'are'} hidden: ${hiddenSheets.slice(0, 10).map((name) => `“${name}”`).join(', ')}. Ask whether more of the list stands there.`)]),
      ...trap('merged_cells', { count: mergeCount, cells: 0, rows: [...new Set(merges.map(({ from }) => from))].slice(0, kept) },
        `${counted(mergeCount, 'range')} of merged cells (${merges.slice(0, 5).map(({ text }) => text).join(', ')}). Only the first cell of a range has the value; the others were read as blank.`),
      ...trap('formula_cells', formulas, `${counted(formulas.cells, 'cell')} ${formulas.cells === 1 ? 'is' : 'are'} worked out by a formula. The result saved in the workbook was read; formulas are not run here. A list exported from a system has none: ask who put them there.`),
      ...trap('error_cells', errors, `${counted(errors.cells, 'cell')} ${errors.cells === 1 ? 'shows' : 'show'} an error such as #N/A instead of a value.`),
      ...trap('hidden_times', times, `${counted(times.cells, 'date')} ${times.cells === 1 ? 'has' : 'have'} a time underneath that the workbook does not show. They were read as shown, without it.`),
      ...trap('long_numbers', long, `${counted(long.cells, 'number')} of sixteen digits or more: a workbook keeps fifteen, so the last ones may not be what they were. Ask for these as text.`),
      ...mixed(place, asNumbers, asTexts),
    ]
  }
  return { add, finish }
}

function mixed({ firstColumn, header }: Place, asNumbers: readonly number[], asTexts: readonly (Rows | undefined)[]): Trap[] {
  const columns = header.map((name, index) => ({ name, numbers: asNumbers[firstColumn + index] ?? 0, texts: asTexts[firstColumn + index] }))
    .filter(({ numbers, texts }) => numbers > 0 && texts !== undefined)
  if (columns.length === 0) return []
  const words = columns.slice(0, 5).map(({ name, numbers, texts }) => `“${name}” ${figure(numbers)} as numbers and ${figure(texts!.count)} as text`)
  const rows = [...new Set(columns.flatMap(({ texts }) => texts!.rows))].toSorted((one, other) => one - other).slice(0, kept)
  return [{ name: 'mixed_numbers', sentence: `Figures are kept in two ways: ${words.join('; ')}. Each was read as it is shown, so leading zeros of the texts stand; numbers have lost theirs, if they had any.`, rows, count: columns.reduce((sum, { texts }) => sum + texts!.count, 0) }]
}

function hiddenColumns({ firstColumn, header }: Place, { hiddenColumns: ranges }: Surroundings): string[] {
  return header.map((name, index) => ({ name, column: firstColumn + index })).filter(({ column }) => ranges.some(([from, to]) => column >= from && column <= to))
    .map(({ name, column }) => name || columnLetters(column))
}

function rowsOf(): Rows {
  return { count: 0, cells: 0, rows: [] }
}

function note(list: Rows, row: number, cells: number): void {
  list.count++
  list.cells += cells
  if (list.rows.length < kept) list.rows.push(row)
}

function trap(name: TrapName, { rows, count }: Rows, sentence: string): Trap[] {
  return count === 0 ? [] : [{ name, sentence, rows, count }]
}

function bare(name: TrapName, sentence: string): Trap {
  return { name, sentence, rows: [], count: 0 }
}
