import { type Paragraph, type Table } from 'docx'
import { headline, lead, paragraph, table } from './blocks.ts'
import { describeCoverage, describeResponse, standing } from './columns.ts'
import type { Reading } from './reading.ts'
import { join, writeDay } from './sentence.ts'

/** What follows the tables: exceptions with responses, the mapping, uncovered criteria, the legend. */
export function appendices(reading: Reading): (Paragraph | Table)[] {
  const tested = reading.engagement.type === 2
  return [...(tested ? exceptions(reading) : []), ...mapping(reading), ...uncovered(reading), ...(tested ? legend(reading) : [])]
}

function exceptions({ controls, engagement }: Reading): (Paragraph | Table)[] {
  const found = controls.flatMap((control) => control.testLines.flatMap((line) => standing(line.exceptions).map((exception) => ({ control, line, exception }))))
    .sort((a, b) => a.exception.number.localeCompare(b.exception.number, 'en', { numeric: true }))
  const opening = headline(1, "Exceptions and management's responses")
  if (found.length === 0) return [opening, paragraph('No exceptions noted.')]
  return [
    opening,
    lead(`${engagement.client} wrote the responses; they were not examined.`),
    table(['Exception', 'Control', 'Criteria', 'Result of the test', "Management's response"], [9, 9, 13, 34, 35], found.map(({ control, line, exception }) => [
      { paragraphs: [{ bold: exception.number, after: '' }] },
      { paragraphs: [control.number] },
      { paragraphs: [control.criteria.join(', ')] },
      { paragraphs: [join(line.results).text] },
      {
        paragraphs: [
          describeResponse(exception),
          ...(exception.response?.remediationOn ? [`Remediation: ${writeDay(exception.response.remediationOn)}.`] : []),
        ],
        quiet: exception.response === null,
      },
    ])),
  ]
}

function mapping({ criteria }: Reading): (Paragraph | Table)[] {
  return [
    headline(1, 'Criteria mapped to controls'),
    table(['Criterion', 'Title', 'Controls'], [11, 49, 40], criteria.map((criterion) => [
      { paragraphs: [{ bold: criterion.id, after: '' }] }, { paragraphs: [criterion.title] }, { paragraphs: [describeCoverage(criterion)] },
    ])),
  ]
}

function uncovered({ uncovered: ids }: Reading): Paragraph[] {
  if (ids.length === 0) return []
  return [headline(1, 'Criteria without a control'), paragraph(`No control is mapped to ${ids.join(', ')}.`)]
}

function legend({ legend: marks }: Reading): (Paragraph | Table)[] {
  if (marks.length === 0) return []
  return [
    headline(1, 'Legend of tickmarks'),
    table(['Mark', 'Meaning'], [12, 88], marks.map(({ symbol, meaning }) => [{ paragraphs: [symbol] }, { paragraphs: [meaning] }])),
  ]
}
