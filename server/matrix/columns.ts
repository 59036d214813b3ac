import { labelOf } from '../web/states.ts'
import { byCriterion, remarksOf, standing, writeConclusion, writeSignature, type NotedException } from './layout.ts'
import type { ReadCell, ReadControl, ReadCriterion, ReadException, ReadLine, Reading } from './reading.ts'
import { criterionNoted } from './sentences.ts'
import { join } from './sentence.ts'

/** One column of a table: its heading, its width in characters, and what a row says there. */
export type Column<Row> = { header: string, width: number, read: (row: Row) => string | number | null }

export type MatrixRow = { criteria: ReadCriterion[], control: ReadControl | null, line: ReadLine | null, remark: { label: string, text: string } | null }

/**
 * One row per criterion, control and test line, or, where controls stand in their own order, one per test line and
 * afterwards the remarks of the criteria. Every row is complete, so that a filter never hides its meaning.
 */
export function matrixRows(reading: Reading): MatrixRow[] {
  if (reading.layout.arrangement === 'control') {
    return [
      ...reading.controls.flatMap((control) => lineRows(control, reading.criteria.filter(({ id }) => control.criteria.includes(id)))),
      ...reading.criteria.flatMap((criterion) => remarksOf(criterion).flatMap((entry): MatrixRow[] => (entry.kind === 'remark' ? [{ criteria: [criterion], control: null, line: null, remark: entry }] : []))),
    ]
  }
  return byCriterion(reading).flatMap(({ series }) => series).flatMap(({ criteria }) => criteria).flatMap((criterion) =>
    criterion.entries.flatMap((entry): MatrixRow[] => {
      if (entry.kind === 'remark') return [{ criteria: [criterion], control: null, line: null, remark: entry }]
      return lineRows(entry.control, [criterion])
    }))
}

function lineRows(control: ReadControl, criteria: ReadCriterion[]): MatrixRow[] {
  return (control.testLines.length > 0 ? control.testLines : [null]).map((line) => ({ criteria, control, line, remark: null }))
}

/** Columns of the matrix; a Type 1 has none for tests and results. */
export function matrixColumns({ engagement, layout }: Reading): Column<MatrixRow>[] {
  const criterion: Column<MatrixRow>[] = layout.arrangement === 'control'
    ? [{ header: 'Criteria', width: 14, read: ({ criteria }) => criteria.map(({ id }) => id).join(', ') }]
    : [{ header: 'Criterion', width: 9, read: ({ criteria }) => criteria[0]?.id ?? null }, { header: 'Criterion title', width: 20, read: ({ criteria }) => criteria[0]?.title ?? null }]
  const named: Column<MatrixRow>[] = [
    ...criterion,
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
    { header: 'Items selected', width: 9, read: ifTested(({ counts }) => counts.items) },
    { header: 'Items tested (n)', width: 8, read: ifTested(testedItems) },
    { header: 'Items deviating (d)', width: 10, read: ifTested(({ counts }) => counts.deviatingItems) },
    { header: 'Conclusion', width: 15, read: ifTested(writeConclusion) },
    { header: 'Prepared', width: 19, read: ifTested(({ prepared }) => writeSignature(prepared, engagement.zone)) },
    { header: 'Reviewed', width: 19, read: ifTested(({ reviewed }) => writeSignature(reviewed, engagement.zone)) },
  ]
}

/** Items with a result on each of their attributes; an item that is drawn and still pending is not tested. */
export function testedItems({ counts }: Pick<ReadLine, 'counts'>): number {
  return counts.items - counts.pendingItems
}

export const mappingColumns: Column<ReadCriterion>[] = [
  { header: 'Criterion', width: 11, read: ({ id }) => id },
  { header: 'Series', width: 30, read: ({ series, seriesTitle }) => `${series} ${seriesTitle}` },
  { header: 'Criterion title', width: 50, read: ({ title }) => title },
  { header: 'Controls', width: 40, read: describeCoverage },
]

/** The controls of a criterion, or why there is none. */
export function describeCoverage({ controls, carveOuts, notApplicable, exceptions }: ReadCriterion): string {
  if (notApplicable !== null) return `Not applicable: ${notApplicable}`
  const parts = [...controls, ...carveOuts.map((organization) => `CSOC: ${organization}`), ...standing(exceptions).map(({ number }) => number)]
  return parts.length > 0 ? parts.join(', ') : 'No control mapped'
}

export type CellRow = { control: ReadControl, line: ReadLine, cell: ReadCell }

export const cellColumns: Column<CellRow>[] = [
  { header: 'Test', width: 11, read: ({ line }) => line.reference },
  { header: 'Item', width: 24, read: ({ cell }) => cell.item },
  { header: 'Selected', width: 10, read: ({ cell }) => (cell.further ? 'Further' : 'First') },
  { header: 'Attribute', width: 10, read: ({ cell }) => cell.attribute },
  { header: 'Question', width: 42, read: ({ line, cell }) => line.attributes.find(({ letter }) => letter === cell.attribute)?.question ?? '' },
  { header: 'Result', width: 15, read: ({ cell }) => labelOf('cell', cell.result).word + (cell.stale ? ', stale' : '') },
  { header: 'Note', width: 34, read: ({ cell }) => cell.note },
  { header: 'Evidence', width: 44, read: ({ cell }) => cell.citations.map(({ text }) => text).join('\n') },
  { header: 'SHA-256 of the evidence', width: 66, read: ({ cell }) => cell.citations.map(({ sha256 }) => sha256).join('\n') },
]

export const exceptionColumns: Column<NotedException>[] = [
  { header: 'Exception', width: 11, read: ({ exception }) => exception.number },
  { header: 'Control', width: 9, read: ({ control }) => control?.number ?? null },
  { header: 'Criteria', width: 16, read: ({ criteria }) => criteria.join(', ') },
  { header: 'Test', width: 11, read: ({ line }) => line?.reference ?? null },
  { header: 'State', width: 15, read: ({ exception }) => labelOf('exception', exception.state).word },
  { header: 'Items tested (n)', width: 9, read: ({ line }) => line && testedItems(line) },
  { header: 'Items deviating (d)', width: 10, read: ({ line }) => line && line.counts.deviatingItems },
  { header: 'Result', width: 44, read: describeResult },
  { header: 'Affected from', width: 12, read: ({ exception }) => exception.span?.from ?? null },
  { header: 'Affected to', width: 12, read: ({ exception }) => exception.span?.to ?? null },
  { header: 'Cause', width: 30, read: ({ exception }) => exception.cause },
  { header: 'Spread', width: 11, read: ({ exception }) => exception.spread },
  { header: "Management's response", width: 44, read: ({ exception }) => describeResponse(exception) },
  { header: 'Remediation', width: 34, read: ({ exception }) => exception.response?.remediation ?? null },
  { header: 'Remediation on', width: 13, read: ({ exception }) => exception.response?.remediationOn ?? null },
]

/** The result of the test that found an exception, or what a criterion's own says. */
export function describeResult({ line, exception }: NotedException): string {
  return line ? join(line.results).text : criterionNoted(exception)
}

export function describeResponse({ response }: ReadException): string {
  if (!response) return 'No response yet'
  return response.declined ? `Declined. ${response.text}`.trim() : response.text
}

export const expectedColumns: Column<{ organization: string, text: string, criteria: string[] }>[] = [
  { header: 'Expected of', width: 26, read: ({ organization }) => organization || 'User entities' },
  { header: 'Control', width: 90, read: ({ text }) => text },
  { header: 'Criteria', width: 24, read: ({ criteria }) => criteria.join(', ') },
]

export const populationColumns: Column<ReadLine>[] = [
  { header: 'Test', width: 11, read: ({ reference }) => reference },
  { header: 'Population', width: 12, read: ({ population }) => population?.number ?? null },
  { header: 'Name', width: 26, read: ({ population }) => population?.name ?? null },
  { header: 'Source', width: 20, read: ({ population }) => population?.source ?? null },
  { header: 'Query', width: 34, read: ({ population }) => population?.query ?? null },
  { header: 'Declared', width: 10, read: ({ population }) => population?.declared ?? null },
  { header: 'Rows', width: 9, read: ({ population }) => population?.rows ?? null },
  { header: 'In scope', width: 9, read: ({ population }) => population?.size ?? null },
  { header: 'SHA-256 of the list', width: 66, read: ({ population }) => population?.sha256 ?? null },
  { header: 'Draw', width: 7, read: ({ draw }) => draw?.number ?? null },
  { header: 'Selected from (N)', width: 13, read: ({ draw }) => draw?.populationSize ?? null },
  { header: 'Drawn', width: 9, read: ({ draw }) => draw?.size ?? null },
  { header: 'Further', width: 9, read: ({ draw, counts }) => draw && (counts.parts?.further.items ?? 0) },
  { header: 'Method', width: 24, read: ({ draw, noOccurrence }) => (noOccurrence ? 'No occurrence' : draw && describeMethod(draw)) },
  { header: 'Reason', width: 34, read: ({ draw, noOccurrence }) => noOccurrence?.procedure ?? draw?.reason ?? null },
  { header: 'Extended or replaced', width: 34, read: ({ draw }) => draw && draw.steps.map(describeStep).join('\n') },
  { header: 'Seed', width: 34, read: ({ draw }) => draw?.seed ?? null },
  { header: 'SHA-256 of the keys', width: 66, read: ({ draw }) => draw?.keysSha256 ?? null },
]

const methods = { random: 'Simple random', systematic: 'Systematic', stratified: 'Stratified', haphazard: 'Haphazard', targeted: 'Targeted', all: 'All items' } as const

function describeMethod({ method, algorithm, strata }: NonNullable<ReadLine['draw']>): string {
  if (method === 'all') return methods.all
  const parts = strata.map(({ name, size, drawn }) => `${name} ${drawn} of ${size}`)
  return [`${methods[method]}, ${algorithm}`, ...parts].join('; ')
}

function describeStep({ kind, size, ground, reason }: NonNullable<ReadLine['draw']>['steps'][number]): string {
  return `${kind === 'extension' ? `Extended by ${size}` : 'One item replaced'}, ${ground.replaceAll('_', ' ')}${reason === '' ? '' : `: ${reason}`}`
}
