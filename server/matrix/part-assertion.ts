import { headline, paragraph, type Block } from './blocks.ts'
import { categoriesOf, inThePeriod, toWrite, type PartFacts } from './part-words.ts'

/** Section II: the frame of what management asserts. Each statement is management's to confirm, change or take out. */
export function assertion({ reading }: PartFacts): Block[] {
  const { client, system, type } = reading.engagement
  const carved = reading.subservices.filter(({ method }) => method === 'carve_out').map(({ name }) => name)
  const assumed = [...reading.csocs.length > 0 ? ['subservice organizations'] : [], ...reading.cuecs.length > 0 ? ['user entities'] : []]
  const given = assumed.length > 0 ? `, where ${assumed.join(' and ')} applied the complementary controls that the design assumes` : ''
  const statements = [
    `the description presents the system, ${system}, that was designed and implemented ${inThePeriod(reading)}, by the description criteria (DC section 200)`,
    `the controls stated in it were suitably designed ${inThePeriod(reading)}, so that the service commitments and system requirements would be achieved by the criteria in scope if the controls operated${given}`,
    ...type === 2 ? [`the controls stated in it operated effectively ${inThePeriod(reading)}, so that the service commitments and system requirements were achieved by the criteria in scope${given}`] : [],
  ]
  return [
    paragraph(`We prepared the description of the system of ${client}, ${system}, in Section III, for users who need it to judge the risks of their dealings with the system. It covers ${inThePeriod(reading)} and the trust services criteria for ${categoriesOf(reading)} (TSP section 100).`),
    ...carved.length > 0 ? [paragraph(`It leaves out the controls of ${carved.join(', ')} and names the types of controls that we assume there.`)] : [],
    headline(1, 'Statements'),
    paragraph(toWrite('Management confirms, changes or takes out each statement')),
    ...statements.map((statement, place) => paragraph(`${place + 1}. We assert that ${statement}.`)),
    headline(1, 'Basis'),
    paragraph(toWrite('How management came to its assertion: monitoring, internal assessments, other evidence')),
    ...reading.controls.some(({ testLines }) => testLines.some(({ exceptions }) => exceptions.length > 0)) ? [paragraph(toWrite('What management says in view of the exceptions in Section IV'))] : [],
    paragraph(toWrite(`Name, title and signature for ${client}`)), paragraph(toWrite('Date of the assertion')),
  ]
}
