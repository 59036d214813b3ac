import { stringify } from 'csv-stringify/sync'
import { type Column, matrixColumns, matrixRows, type MatrixRow } from './columns.ts'
import { contentHash } from './hash.ts'
import { guardFormula } from '../sheets/cells.ts'
import type { Reading } from './reading.ts'

/** The matrix as CSV: one row per criterion, control and test line; UTF-8 with a byte order mark so that Excel reads it. */
export function writeCsv(reading: Reading): string {
  const hash = contentHash(reading)
  const columns: Column<MatrixRow>[] = [
    ...matrixColumns(reading),
    { header: 'Export', width: 0, read: () => `${reading.draft ? 'DRAFT' : 'Final'}, version ${reading.stamp.version}, ${reading.stamp.generatedAt}, ${reading.stamp.exporter}` },
    { header: 'Content SHA-256', width: 0, read: () => hash },
  ]
  const rows = matrixRows(reading).map((row) => columns.map(({ read }) => {
    const value = read(row)
    return typeof value === 'string' ? guardFormula(value) : value
  }))
  return stringify([columns.map(({ header }) => header), ...rows], { bom: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/ })
}
