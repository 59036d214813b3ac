import { type Category, categoryNames } from '../controls/criteria.ts'
import { labelOf } from '../web/states.ts'
import { writeDateTime } from '../web/times.ts'
import type { ReadControl, ReadCriterion, ReadEngagement, ReadLine, Reading, Signature } from './reading.ts'
import { carvedOut } from './sentences.ts'
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

function entriesOf({ id, notApplicable, carveOuts, controls: numbers }: ReadCriterion, controls: ReadonlyMap<string, ReadControl>): Entry[] {
  const entries: Entry[] = []
  if (notApplicable !== null) entries.push({ kind: 'remark', label: 'N/A', text: `Not applicable: ${notApplicable}` })
  for (const number of numbers) {
    const control = controls.get(number)
    const first = control?.criteria[0]
    if (control) entries.push({ kind: 'control', control, inFullAt: first === undefined || first === id ? null : first })
  }
  if (carveOuts.length > 0) entries.push({ kind: 'remark', label: 'CSOC', text: carvedOut(carveOuts) })
  return entries.length > 0 ? entries : [{ kind: 'remark', label: '–', text: 'No control is mapped to this criterion.' }]
}
