import { columnLetters } from './grid.ts'

/** 'A', 'B', … 'AA': the columns of a sheet that is read as it is. */
export function columnNames(count: number): string[] {
  return Array.from({ length: count }, (_, column) => columnLetters(column))
}

/** The cells of a row, with empty ones up to the last column. */
export function fillRow(cells: readonly string[], columns: number): string[] {
  return Array.from({ length: columns }, (_, column) => cells[column] ?? '')
}
