import { type Block, headline, paragraph, table } from './blocks.ts'
import { writePeriod } from './layout.ts'
import type { Reading } from './reading.ts'

const procedures: readonly [string, string][] = [
  ['Inquired', 'Asked the people who run or oversee the control how it works and what happened in the period. Inquiry alone supports no result.'],
  ['Observed', 'Watched the control being carried out at one moment.'],
  ['Inspected', 'Read records, system settings or documents that show the control was carried out.'],
  ['Reperformed', 'Carried out the step again and compared the outcome with the recorded one.'],
]

/** What Section IV is called, and of what. */
export function titleOf({ engagement }: Reading): Block[] {
  const { client, system, type } = engagement
  return [
    paragraph(type === 1 ? 'Section IV: Criteria and controls' : 'Section IV: Criteria, controls, tests of controls and results', 'Title'),
    paragraph(`${client}, ${system}, ${writePeriod(engagement)}`, 'Subtitle'),
  ]
}

/** Scope and how to read the section; a Type 1 says nothing of tests. */
export function introduction({ engagement, layout }: Reading): Block[] {
  const { client, system, firm, type } = engagement
  const opening = [
    headline(1, 'About this section'),
    paragraph(`For each trust services criterion in scope this section lists the controls specified by ${client} for its system, ${system}. ${client} is responsible for the control activities. Criterion titles are short names; the criteria themselves are those of TSP section 100.`),
    paragraph(layout.arrangement === 'control'
      ? 'Each control is printed once, in the order of the control numbers. The mapping of criteria to controls follows the table.'
      : 'A control that serves several criteria is printed in full at the first of them and referred to afterwards. The mapping of criteria to controls follows the tables.'),
  ]
  if (type === 1) return opening
  return [
    ...opening,
    paragraph(`${firm} determined the nature, timing and extent of the tests. The tests covered ${writePeriod(engagement)}; dates are those of the time zone ${engagement.zone}.`),
    headline(2, 'Procedures'),
    table(['Procedure', 'Meaning'], [15, 85], procedures.map(([name, meaning]) => [{ paragraphs: [name] }, { paragraphs: [meaning] }])),
    headline(2, 'Information produced by the service organization'),
    paragraph(`Where a test relied on a list or report produced by ${client}, its completeness and accuracy were considered: its source, the query and its parameters, and the agreement of its row count to the source.`),
    headline(2, 'Selections and results'),
    paragraph('Items were selected from the occurrences that fall in the period. An item on which any attribute deviated counts as one deviation. The number of items selected and the number that deviated are stated wherever a deviation was found; both are counted from the recorded results.'),
  ]
}
