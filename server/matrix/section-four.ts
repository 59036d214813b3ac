import { type Block, type Cell, headline, paragraph, table } from './blocks.ts'
import { byCriterion, type Entry, remarksOf, standing } from './layout.ts'
import type { ReadControl, ReadLine, Reading } from './reading.ts'
import { join } from './sentence.ts'

/** The tables: category, series, criterion, and under each criterion its controls; or all controls in their own order. */
export function sectionFour(reading: Reading): Block[] {
  const opening = headline(1, reading.engagement.type === 1 ? 'Criteria and controls' : 'Criteria, controls, tests and results')
  if (reading.layout.arrangement === 'control') return [opening, ...inControlOrder(reading)]
  return [
    opening,
    ...byCriterion(reading).flatMap(({ name, series }) => [
      headline(2, name),
      ...series.flatMap((one) => [
        headline(3, `${one.id} ${one.title}`),
        ...one.criteria.flatMap(({ id, title, entries }) => [headline(4, `${id} ${title}`), controlTable(reading, entries)]),
      ]),
    ]),
  ]
}

function inControlOrder(reading: Reading): Block[] {
  const controls = reading.controls.map((control): Entry => ({ kind: 'control', control, inFullAt: null }))
  const remarks = reading.criteria.flatMap((criterion) => remarksOf(criterion).flatMap((entry) => (entry.kind === 'remark' ? [[criterion, entry] as const] : [])))
  return [
    ...(controls.length > 0 ? [controlTable(reading, controls)] : [paragraph('There is no control yet.')]),
    ...(remarks.length === 0 ? [] : [
      headline(2, 'Criteria with a remark'),
      table(['Criterion', 'Title', 'Remark'], [9, 35, 56], remarks.map(([{ id, title }, { text }]) => [{ paragraphs: [{ bold: id, after: '' }] }, { paragraphs: [title] }, { paragraphs: [text] }])),
    ]),
  ]
}

function controlTable(reading: Reading, entries: readonly Entry[]): Block {
  const [named, width] = reading.layout.arrangement === 'control' ? ['Control #, criteria', 12] as const : ['Control #', 9] as const
  const describe = numberCell(reading)
  if (reading.engagement.type === 1) {
    return table([named, 'Control activity specified by the service organization'], [width, 100 - width], entries.map((entry) => {
      if (entry.kind === 'remark') return [{ paragraphs: [entry.label] }, { paragraphs: [entry.text], quiet: true }]
      return [describe(entry.control), { paragraphs: [entry.inFullAt ? `Printed in full under ${entry.inFullAt}.` : entry.control.wording], quiet: entry.inFullAt !== null }]
    }))
  }
  return table(
    [named, 'Control activity specified by the service organization', 'Tests performed by the service auditor', 'Results of tests'],
    [width, 30, 29, 41 - width], entries.map((entry) => describeEntry(entry, describe)),
  )
}

function describeEntry(entry: Entry, describe: (control: ReadControl) => Cell): Cell[] {
  if (entry.kind === 'remark') return [{ paragraphs: [entry.label] }, { paragraphs: [entry.text], span: 3, quiet: true }]
  const { control, inFullAt } = entry
  if (inFullAt) return [describe(control), { paragraphs: [`Tested under ${inFullAt}.`], span: 3, quiet: true }]
  const several = control.testLines.length > 1
  return [
    describe(control),
    { paragraphs: [control.wording] },
    { paragraphs: control.testLines.flatMap((line) => testsOf(line, several)) },
    { paragraphs: control.testLines.length > 0 ? control.testLines.flatMap((line) => resultsOf(line, several)) : ['Not tested yet.'] },
  ]
}

function numberCell({ layout }: Reading) {
  return ({ number, criteria }: ReadControl): Cell => ({
    paragraphs: [{ bold: number, after: '' }, ...(layout.arrangement === 'control' ? [criteria.join(', ')] : [])],
  })
}

function testsOf(line: ReadLine, several: boolean): Cell['paragraphs'] {
  return line.performed.map(({ text }, place) => (several && place === 0 ? { bold: nameOf(line), after: text } : text))
}

function resultsOf(line: ReadLine, several: boolean): Cell['paragraphs'] {
  const exceptions = line.counts.deviatingItems > 0 ? standing(line.exceptions).map(({ number: one }) => one).join(', ') : ''
  const label = [several ? nameOf(line).trim() : '', exceptions].filter(Boolean).join(' ')
  return [label === '' ? join(line.results).text : { bold: `${label} `, after: join(line.results).text }]
}

function nameOf({ reference, title }: ReadLine): string {
  return `${title || reference}: `
}
