import type { FactKind } from '../database/schema/description.ts'
import { factWords, noneWords } from '../engagements/description.ts'
import { headline, lead, paragraph, table, type Block } from './blocks.ts'
import { categoriesOf, factsOf, inThePeriod, toWrite, type PartFacts } from './part-words.ts'
import type { ReadExpected } from './reading.ts'

const components: readonly FactKind[] = ['infrastructure', 'software', 'people', 'procedures', 'data']

/** Section III: the client's description as far as its setup tells it, with a place for all that it still writes. */
export function description(known: PartFacts): Block[] {
  const { reading } = known
  const { client, system, type } = reading.engagement
  const section = (kind: FactKind): Block[] => [headline(2, factWords[kind].title), ...factsOf(known, kind, `${factWords[kind].title}: ${factWords[kind].hint}`)]
  return [
    headline(1, 'Overview of operations'),
    headline(2, 'The company and its services'), paragraph(toWrite(`What ${client} does, for whom, and from where`)),
    headline(2, 'Scope and boundaries'),
    paragraph(`This description is of ${system} ${inThePeriod(reading)}, for the trust services categories ${categoriesOf(reading)}. ${toWrite('What is inside the boundary of the system and what is not')}`),
    headline(1, 'Service commitments and system requirements'), ...section('commitment'), ...section('requirement'),
    headline(1, 'Components of the system'), ...components.flatMap(section),
    headline(1, 'System incidents'), ...factsOf(known, 'incident', factWords.incident.hint),
    ...type === 2 ? [headline(1, 'Changes in the period'), ...factsOf(known, 'change', factWords.change.hint)] : [],
    headline(1, 'Control environment, risk assessment, communication and monitoring'),
    paragraph(toWrite('Governance and integrity; how risks are assessed; how people inside and outside are told; how controls are monitored')),
    headline(1, 'Criteria and controls'),
    paragraph('The controls, beside the criteria that they serve, are listed in Section IV and are part of this description.'),
    ...notApplicable(known), ...subservices(known), ...expectedOfUsers(known),
  ]
}

function notApplicable({ reading }: PartFacts): Block[] {
  const excluded = reading.criteria.filter((criterion) => criterion.notApplicable !== null)
  if (excluded.length === 0) return []
  return [headline(2, 'Criteria that do not apply'), table(['Criterion', 'Title', 'Reason'], [12, 38, 50], excluded.map(({ id, title, notApplicable: reason }) => [cell(id), cell(title), cell(reason ?? '')]))]
}

function subservices({ reading, none }: PartFacts): Block[] {
  const opening = headline(1, 'Subservice organizations')
  if (reading.subservices.length === 0) return [opening, paragraph(none.includes('subservice') ? `${noneWords.subservice}.` : toWrite('The organizations whose controls are needed, or that there are none'))]
  return [
    opening,
    table(['Organization', 'Service', 'Method', 'Criteria'], [26, 34, 16, 24], reading.subservices.map(({ name, service, method, criteria }) => [cell(name), cell(service), cell(method === 'carve_out' ? 'Carved out' : 'Included'), cell(criteria.join(', '))])),
    ...reading.subservices.filter(({ method }) => method === 'inclusive').map(({ name }) => paragraph(toWrite(`Description of the relevant parts of the system of ${name}`))),
    ...expected('Complementary subservice organization controls', reading.csocs, true),
  ]
}

function expectedOfUsers({ reading, none }: PartFacts): Block[] {
  if (reading.cuecs.length === 0) return [headline(1, 'Complementary user entity controls'), paragraph(none.includes('cuec') ? `${noneWords.cuec}.` : toWrite('The controls that user entities are assumed to run, or that there are none'))]
  return expected('Complementary user entity controls', reading.cuecs, false)
}

function expected(title: string, rows: readonly ReadExpected[], named: boolean): Block[] {
  if (rows.length === 0) return []
  return [
    headline(1, title), lead('The controls were designed on the assumption that these are in place there.'),
    table([...(named ? ['Organization'] : []), 'Control expected', 'Criteria'], [...(named ? [24] : []), 54, 22], rows.map(({ organization, text, criteria }) => [...(named ? [cell(organization)] : []), cell(text), cell(criteria.join(', '))])),
  ]
}

function cell(text: string) {
  return { paragraphs: [text] }
}
