import { labelOf } from '../web/states.ts'
import { byCriterion, writeConclusion, writeSignature } from './layout.ts'
import type { ReadCell, ReadControl, ReadCriterion, ReadException, ReadLine, Reading } from './reading.ts'
import { join } from './sentence.ts'

/** One column of a table: its heading, its width in characters, and what a row says there. */
export type Column<Row> = { header: string, width: number, read: (row: Row) => string | number | null }

export type MatrixRow = { criterion: ReadCriterion, control: ReadControl | null, line: ReadLine | null, remark: { label: string, text: string } | null }

/** One row per criterion, control and test line; every row is complete, so that a filter never hides its meaning. */
export function matrixRows(reading: Reading): MatrixRow[] {
  return byCriterion(reading).flatMap(({ series }) => series).flatMap(({ criteria }) => criteria).flatMap((criterion) =>
    criterion.entries.flatMap((entry): MatrixRow[] => {
      if (entry.kind === 'remark') return [{ criterion, control: null, line: null, remark: entry }]
      const { control } = entry
      const lines = control.testLines.length > 0 ? control.testLines : [null]
      return lines.map((line) => ({ criterion, control, line, remark: null }))
    }))
}

/** Columns of the matrix; a Type 1 has none for tests and results. */
export function matrixColumns({ engagement }: Reading): Column<MatrixRow>[] {
  const named: Column<MatrixRow>[] = [
    { header: 'Criterion', width: 9, read: ({ criterion }) => criterion.id },
    { header: 'Criterion title', width: 20, read: ({ criterion }) => criterion.title },
    { header: 'Control', width: 9, read: ({ control, remark }) => control?.number ?? remark?.label ?? null },
    { header: 'Control activity', width: 38, read: ({ control, remark }) => control?.wording ?? remark?.text ?? null },
  ]
  if (engagement.type === 1) return named
  const ifTested = (read: (line: ReadLine) => string | number | null) => ({ line }: MatrixRow) => (line ? read(line) : null)
  return [
    ...named,
    { header: 'Test', width: 10, read: ifTested(({ reference }) => reference) },
    { header: 'Tests performed', width: 34, read: ifTested(({ performed }) => performed.map(({ text }) => text).join('\n')) },
    { header: 'Results of tests', width: 44, read: ({ control, line }) => (line ? join(line.results).text : control ? 'Not tested yet.' : null) },
    { header: 'Exceptions', width: 11, read: ifTested(({ exceptions }) => standing(exceptions).map(({ number }) => number).join(', ')) },
    { header: 'Items tested (n)', width: 8, read: ifTested(({ counts }) => counts.items) },
    { header: 'Items deviating (d)', width: 10, read: ifTested(({ counts }) => counts.deviatingItems) },
    { header: 'Conclusion', width: 15, read: ifTested(writeConclusion) },
    { header: 'Prepared', width: 19, read: ifTested(({ prepared }) => writeSignature(prepared, engagement.zone)) },
    { header: 'Reviewed', width: 19, read: ifTested(({ reviewed }) => writeSignature(reviewed, engagement.zone)) },
  ]
}

export const mappingColumns: Column<ReadCriterion>[] = [
  { header: 'Criterion', width: 11, read: ({ id }) => id },
  { header: 'Series', width: 30, read: ({ series, seriesTitle }) => `${series} ${seriesTitle}` },
  { header: 'Criterion title', width: 50, read: ({ title }) => title },
  { header: 'Controls', width: 40, read: describeCoverage },
]

/** The controls of a criterion, or why there is none. */
export function describeCoverage({ controls, carveOuts, notApplicable }: ReadCriterion): string {
  if (notApplicable !== null) return `Not applicable: ${notApplicable}`
  const parts = [...controls, ...carveOuts.map((organization) => `CSOC: ${organization}`)]
  return parts.length > 0 ? parts.join(', ') : 'No control mapped'
}

export type CellRow = { line: ReadLine, cell: ReadCell }

export const cellColumns: Column<CellRow>[] = [
  { header: 'Test', width: 11, read: ({ line }) => line.reference },
  { header: 'Item', width: 24, read: ({ cell }) => cell.item },
  { header: 'Selected', width: 10, read: ({ cell }) => (cell.further ? 'Further' : 'First') },
  { header: 'Attribute', width: 10, read: ({ cell }) => cell.attribute },
  { header: 'Question', width: 42, read: ({ line, cell }) => line.attributes.find(({ letter }) => letter === cell.attribute)?.question ?? '' },
  { header: 'Result', width: 15, read: ({ cell }) => labelOf('cell', cell.result).word + (cell.stale ? ', stale' : '') },
  { header: 'Note', width: 34, read: ({ cell }) => cell.note },
  { header: 'Evidence', width: 44, read: ({ cell }) => cell.citations.join('\n') },
]

export type ExceptionRow = { control: ReadControl, line: ReadLine, exception: ReadException }

export const exceptionColumns: Column<ExceptionRow>[] = [
  { header: 'Exception', width: 11, read: ({ exception }) => exception.number },
  { header: 'Control', width: 9, read: ({ control }) => control.number },
  { header: 'Criteria', width: 16, read: ({ control }) => control.criteria.join(', ') },
  { header: 'Test', width: 11, read: ({ line }) => line.reference },
  { header: 'State', width: 15, read: ({ exception }) => labelOf('exception', exception.state).word },
  { header: 'Items tested (n)', width: 9, read: ({ line }) => line.counts.items },
  { header: 'Items deviating (d)', width: 10, read: ({ line }) => line.counts.deviatingItems },
  { header: 'Result', width: 44, read: ({ line }) => join(line.results).text },
  { header: 'Cause', width: 30, read: ({ exception }) => exception.cause },
  { header: 'Spread', width: 11, read: ({ exception }) => exception.spread },
  { header: "Management's response", width: 44, read: ({ exception }) => describeResponse(exception) },
  { header: 'Remediation', width: 13, read: ({ exception }) => exception.response?.remediationOn ?? null },
]

export function describeResponse({ response }: ReadException): string {
  if (!response) return 'No response yet'
  return response.declined ? `Declined. ${response.text}`.trim() : response.text
}

export const populationColumns: Column<ReadLine>[] = [
  { header: 'Test', width: 11, read: ({ reference }) => reference },
  { header: 'Population', width: 12, read: ({ population }) => population?.number ?? null },
  { header: 'Name', width: 28, read: ({ population }) => population?.name ?? null },
  { header: 'In period', width: 10, read: ({ population }) => population?.size ?? null },
  { header: 'Draw', width: 7, read: ({ draw }) => draw?.number ?? null },
  { header: 'Selected from (N)', width: 13, read: ({ draw }) => draw?.populationSize ?? null },
  { header: 'Selected (n)', width: 12, read: ({ draw }) => draw?.size ?? null },
  { header: 'Method', width: 24, read: ({ draw, noOccurrence }) => (noOccurrence ? 'No occurrence' : draw && describeMethod(draw)) },
  { header: 'Reason', width: 34, read: ({ draw, noOccurrence }) => noOccurrence?.procedure ?? draw?.reason ?? null },
  { header: 'Seed', width: 34, read: ({ draw }) => draw?.seed ?? null },
  { header: 'SHA-256 of the keys', width: 66, read: ({ draw }) => draw?.keysSha256 ?? null },
]

/** Exceptions that a report discloses: all but the cleared ones. */
export function standing(exceptions: readonly ReadException[]): ReadException[] {
  return exceptions.filter(({ state }) => state !== 'cleared')
}

function describeMethod({ method, algorithm }: NonNullable<ReadLine['draw']>): string {
  return method === 'all' ? 'All items' : `Random, ${algorithm}`
}
