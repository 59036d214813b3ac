import { type Block, headline, lead, paragraph, table } from './blocks.ts'
import { describeCoverage, describeResponse, describeResult } from './columns.ts'
import { listExceptions, type NotedException, standing } from './layout.ts'
import type { ReadException, ReadExpected, Reading } from './reading.ts'
import { writeDay } from './sentence.ts'

/** What follows the tables: exceptions with responses where they stand beside, the mapping, controls of others, the legend. */
export function appendices(reading: Reading): Block[] {
  const tested = reading.engagement.type === 2
  return [...exceptions(reading), ...mapping(reading), ...uncovered(reading), ...others(reading), ...(tested ? legend(reading) : [])]
}

/** Management's responses to the exceptions as a table of their own, for Section V; what the client wrote, not examined. */
export function responses(reading: Reading): Block[] {
  const found = disclosed(reading)
  if (found.length === 0) return [paragraph('No exceptions noted.')]
  return [
    lead(`${reading.engagement.client} wrote the responses; they were not examined.`),
    table(['Exception', 'Control or criterion', "Management's response"], [10, 16, 74], found.map(({ exception, control, criteria }) => [
      { paragraphs: [{ bold: exception.number, after: '' }] }, { paragraphs: [control?.number ?? criteria.join(', ')] }, responseCell(exception),
    ])),
  ]
}

function exceptions(reading: Reading): Block[] {
  const { engagement, layout } = reading
  const found = disclosed(reading)
  const beside = layout.responses === 'beside'
  if (engagement.type === 1 && found.length === 0) return []
  const opening = headline(1, beside ? "Exceptions and management's responses" : 'Exceptions')
  if (found.length === 0) return [opening, paragraph('No exceptions noted.')]
  return [
    opening,
    lead(beside ? `${engagement.client} wrote the responses; they were not examined.` : "Management's responses stand in Section V."),
    table(['Exception', 'Control', 'Criteria', engagement.type === 1 ? 'Exception noted' : 'Result of the test', ...(beside ? ["Management's response"] : [])], beside ? [9, 9, 13, 34, 35] : [9, 9, 13, 69], found.map((one) => [
      { paragraphs: [{ bold: one.exception.number, after: '' }] },
      { paragraphs: [one.control?.number ?? '–'] },
      { paragraphs: [one.criteria.join(', ')] },
      { paragraphs: [describeResult(one)] },
      ...(beside ? [responseCell(one.exception)] : []),
    ])),
  ]
}

function disclosed(reading: Reading): NotedException[] {
  return listExceptions(reading).filter(({ exception }) => standing([exception]).length > 0)
}

function responseCell(exception: ReadException) {
  const { response } = exception
  const remediation = [response?.remediation.trim().replace(/\.$/, ''), response?.remediationOn && writeDay(response.remediationOn)].filter(Boolean).join(', ')
  return {
    paragraphs: [describeResponse(exception), ...(remediation === '' ? [] : [`Remediation: ${remediation}.`])],
    quiet: response === null,
  }
}

function mapping({ criteria }: Reading): Block[] {
  return [
    headline(1, 'Criteria mapped to controls'),
    table(['Criterion', 'Title', 'Controls'], [11, 49, 40], criteria.map((criterion) => [
      { paragraphs: [{ bold: criterion.id, after: '' }] }, { paragraphs: [criterion.title] }, { paragraphs: [describeCoverage(criterion)] },
    ])),
  ]
}

function uncovered({ uncovered: ids }: Reading): Block[] {
  if (ids.length === 0) return []
  return [headline(1, 'Criteria without a control'), paragraph(`No control is mapped to ${ids.join(', ')}.`)]
}

function others({ csocs, cuecs, engagement }: Reading): Block[] {
  return [
    ...expected('Complementary subservice organization controls', `The controls of ${engagement.client} were designed on the assumption that these controls operate at the subservice organizations. They were not tested here.`, csocs, true),
    ...expected('Complementary user entity controls', `The controls of ${engagement.client} were designed on the assumption that user entities run these controls. They were not tested here.`, cuecs, false),
  ]
}

function expected(title: string, words: string, rows: readonly ReadExpected[], named: boolean): Block[] {
  if (rows.length === 0) return []
  return [
    headline(1, title), lead(words),
    table([...(named ? ['Organization'] : []), 'Control expected', 'Criteria'], [...(named ? [18] : []), 62, 20], rows.map(({ organization, text, criteria }) => [
      ...(named ? [{ paragraphs: [organization] }] : []), { paragraphs: [text] }, { paragraphs: [criteria.join(', ')] },
    ])),
  ]
}

function legend({ legend: marks }: Reading): Block[] {
  if (marks.length === 0) return []
  return [
    headline(1, 'Legend of tickmarks'),
    table(['Mark', 'Meaning'], [12, 88], marks.map(({ symbol, meaning }) => [{ paragraphs: [symbol] }, { paragraphs: [meaning] }])),
  ]
}
