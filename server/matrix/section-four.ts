import { type Paragraph, type Table } from 'docx'
import { type Cell, headline, paragraph, table } from './blocks.ts'
import { standing } from './columns.ts'
import { byCriterion, type Entry, writePeriod } from './layout.ts'
import type { ReadControl, ReadLine, Reading } from './reading.ts'
import { join } from './sentence.ts'

const procedures: readonly [string, string][] = [
  ['Inquired', 'Asked the people who run or oversee the control how it works and what happened in the period. Inquiry alone supports no result.'],
  ['Observed', 'Watched the control being carried out at one moment.'],
  ['Inspected', 'Read records, system settings or documents that show the control was carried out.'],
  ['Reperformed', 'Carried out the step again and compared the outcome with the recorded one.'],
]

/** Title, scope and how to read the section; a Type 1 says nothing of tests. */
export function introduction({ engagement }: Reading): (Paragraph | Table)[] {
  const { client, system, firm, type } = engagement
  const period = writePeriod(engagement)
  const opening = [
    paragraph(type === 1 ? 'Section IV: Criteria and controls' : 'Section IV: Criteria, controls, tests of controls and results', 'Title'),
    paragraph(`${client}, ${system}, ${period}`, 'Subtitle'),
    headline(1, 'About this section'),
    paragraph(`For each trust services criterion in scope this section lists the controls specified by ${client} for its system, ${system}. ${client} is responsible for the control activities. Criterion titles are short names; the criteria themselves are those of TSP section 100.`),
    paragraph('A control that serves several criteria is printed in full at the first of them and referred to afterwards. The mapping of criteria to controls follows the tables.'),
  ]
  if (type === 1) return opening
  return [
    ...opening,
    paragraph(`${firm} determined the nature, timing and extent of the tests. The tests covered ${period}; dates are those of the time zone ${engagement.zone}.`),
    headline(2, 'Procedures'),
    table(['Procedure', 'Meaning'], [15, 85], procedures.map(([name, meaning]) => [{ paragraphs: [name] }, { paragraphs: [meaning] }])),
    headline(2, 'Information produced by the service organization'),
    paragraph(`Where a test relied on a list or report produced by ${client}, its completeness and accuracy were considered: its source, the query and its parameters, and the agreement of its row count to the source.`),
    headline(2, 'Selections and results'),
    paragraph('Items were selected from the occurrences that fall in the period. An item on which any attribute deviated counts as one deviation. The number of items selected and the number that deviated are stated wherever a deviation was found; both are counted from the recorded results.'),
  ]
}

/** The tables: category, series, criterion, and under each criterion its controls. */
export function sectionFour(reading: Reading): (Paragraph | Table)[] {
  return [
    headline(1, reading.engagement.type === 1 ? 'Criteria and controls' : 'Criteria, controls, tests and results'),
    ...byCriterion(reading).flatMap(({ name, series }) => [
      headline(2, name),
      ...series.flatMap((one) => [
        headline(3, `${one.id} ${one.title}`),
        ...one.criteria.flatMap(({ id, title, entries }) => [headline(4, `${id} ${title}`), criterionTable(reading, entries)]),
      ]),
    ]),
  ]
}

function criterionTable({ engagement }: Reading, entries: readonly Entry[]): Table {
  if (engagement.type === 1) {
    return table(['Control #', 'Control activity specified by the service organization'], [10, 90], entries.map((entry) => {
      if (entry.kind === 'remark') return [{ paragraphs: [entry.label] }, { paragraphs: [entry.text], quiet: true }]
      return [number(entry.control), { paragraphs: [entry.inFullAt ? `Printed in full under ${entry.inFullAt}.` : entry.control.wording], quiet: entry.inFullAt !== null }]
    }))
  }
  return table(
    ['Control #', 'Control activity specified by the service organization', 'Tests performed by the service auditor', 'Results of tests'],
    [9, 30, 29, 32], entries.map(describeEntry),
  )
}

function describeEntry(entry: Entry): Cell[] {
  if (entry.kind === 'remark') return [{ paragraphs: [entry.label] }, { paragraphs: [entry.text], span: 3, quiet: true }]
  const { control, inFullAt } = entry
  if (inFullAt) return [number(control), { paragraphs: [`Tested under ${inFullAt}.`], span: 3, quiet: true }]
  const several = control.testLines.length > 1
  return [
    number(control),
    { paragraphs: [control.wording] },
    { paragraphs: control.testLines.flatMap((line) => testsOf(line, several)) },
    { paragraphs: control.testLines.length > 0 ? control.testLines.flatMap((line) => resultsOf(line, several)) : ['Not tested yet.'] },
  ]
}

function number({ number: text }: ReadControl): Cell {
  return { paragraphs: [{ bold: text, after: '' }] }
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
