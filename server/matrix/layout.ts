import { type Category, categoryNames } from '../controls/criteria.ts'
import { labelOf } from '../web/states.ts'
import { writeDateTime } from '../web/times.ts'
import type { ReadControl, ReadCriterion, ReadEngagement, ReadException, ReadLine, Reading, Signature } from './reading.ts'
import { carvedOut, criterionNoted } from './sentences.ts'
import { writeDay } from './sentence.ts'

/** What stands under a criterion: a control (`inFullAt` names the earlier criterion that printed it), or a remark. */
export type Entry = { kind: 'control', control: ReadControl, inFullAt: string | null } | { kind: 'remark', label: string, text: string }
export type CriterionGroup = ReadCriterion & { entries: Entry[] }
export type SeriesGroup = { id: string, title: string, criteria: CriterionGroup[] }
export type CategoryGroup = { category: Category, name: string, series: SeriesGroup[] }

/** Section IV order: category, series, criterion, and under each criterion its controls. */
export function byCriterion(reading: Reading): CategoryGroup[] {
  const controls = new Map(reading.controls.map((control) => [control.number, control]))
  const groups: CategoryGroup[] = []
  for (const criterion of reading.criteria) {
    const { category, series: id, seriesTitle: title } = criterion
    let group = groups.find((one) => one.category === category)
    if (!group) groups.push(group = { category, name: categoryNames[category], series: [] })
    let series = group.series.find((one) => one.id === id)
    if (!series) group.series.push(series = { id, title, criteria: [] })
    series.criteria.push({ ...criterion, entries: entriesOf(criterion, controls) })
  }
  return groups
}

/** What stands at a criterion besides its controls: that it does not apply, that others meet it, or that nothing does. */
export function remarksOf({ controls, notApplicable, carveOuts, exceptions }: ReadCriterion): Entry[] {
  const remarks: Entry[] = []
  const remark = (label: string, text: string) => remarks.push({ kind: 'remark', label, text })
  if (notApplicable !== null) remark('N/A', `Not applicable: ${notApplicable}`)
  if (carveOuts.length > 0) remark('CSOC', carvedOut(carveOuts, controls.length === 0))
  for (const exception of exceptions.filter(({ state }) => state !== 'cleared')) remark(exception.number, criterionNoted(exception))
  if (controls.length + remarks.length === 0) remark('–', 'No control is mapped to this criterion.')
  return remarks
}

/** 'October 1, 2025 to September 30, 2026', or 'as of September 30, 2026'. */
export function writePeriod({ type, from, to, asOf }: ReadEngagement): string {
  if (type === 1) return asOf ? `as of ${writeDay(asOf)}` : 'as of a date not set'
  return from && to ? `${writeDay(from)} to ${writeDay(to)}` : 'period not set'
}

/** 'Lena Fischer, Nov 4, 2026, 14:31 EST', or '' while nobody signed. */
export function writeSignature(signature: Signature | null, zone: string): string {
  return signature ? `${signature.name}, ${writeDateTime(signature.at, zone)}` : ''
}

export function writeConclusion({ conclusion }: ReadLine): string {
  return labelOf('conclusion', conclusion ?? 'not_concluded').word
}

/** 'Version 3, Nov 20, 2026, 14:31 EST, Priya Natarajan'. */
export function writeStamp({ stamp, engagement }: Reading): string {
  return `Version ${stamp.version}, ${writeDateTime(stamp.generatedAt, engagement.zone)}, ${stamp.exporter}`
}

/** Exceptions that a report discloses: all but the cleared ones. */
export function standing(exceptions: readonly ReadException[]): ReadException[] {
  return exceptions.filter(({ state }) => state !== 'cleared')
}

/** An exception with what it is about: a control and its test, or a criterion that no control meets. */
export type NotedException = { exception: ReadException, criteria: string[] } & ({ control: ReadControl, line: ReadLine } | { control: null, line: null })

/** Every exception by its number, the cleared ones too. */
export function listExceptions({ controls, criteria }: Reading): NotedException[] {
  return [
    ...controls.flatMap((control) => control.testLines.flatMap((line) => line.exceptions.map((exception) => ({ exception, criteria: control.criteria, control, line })))),
    ...criteria.flatMap(({ id, exceptions }) => exceptions.map((exception) => ({ exception, criteria: [id], control: null, line: null }))),
  ].sort((a, b) => a.exception.number.localeCompare(b.exception.number, 'en', { numeric: true }))
}

function entriesOf(criterion: ReadCriterion, controls: ReadonlyMap<string, ReadControl>): Entry[] {
  const [applies, others] = [criterion.notApplicable === null, remarksOf(criterion)]
  const own = criterion.controls.flatMap((number): Entry[] => {
    const control = controls.get(number)
    const first = control?.criteria[0]
    return control ? [{ kind: 'control', control, inFullAt: first === undefined || first === criterion.id ? null : first }] : []
  })
  // That it does not apply is said before anything else, what others do after the controls.
  return applies ? [...own, ...others] : [...others.slice(0, 1), ...own, ...others.slice(1)]
}
