import { headline, paragraph, type Block } from './blocks.ts'
import { categoriesOf, factsOf, inThePeriod, inWords, toWrite, type PartFacts } from './part-words.ts'
import { writeDay } from './sentence.ts'

/** Section I: what the engagement knows, around what the auditor writes. The opinion is the partner's to write. */
export function auditorsReport(known: PartFacts): Block[] {
  const { reading, reportDate } = known
  const { client, system, firm, type } = reading.engagement
  const operated = type === 2 ? ' and operating effectiveness' : ''
  return [
    paragraph(`To the management of ${client}`),
    headline(1, 'Scope'),
    paragraph(`We examined the description of ${client} of its system, ${system}, ${inThePeriod(reading)}, and the suitability of the design${operated} of the controls stated in it, by the trust services criteria for ${categoriesOf(reading)} (TSP section 100) and the description criteria (DC section 200).`),
    ...others(known),
    ...reading.criteria.some(({ notApplicable }) => notApplicable !== null)
      ? [paragraph(`The following criteria do not apply to the system, for the reasons given in Section III: ${inWords(reading.criteria.filter(({ notApplicable }) => notApplicable !== null).map(({ id }) => id))}.`)] : [],
    ...reading.layout.responses === 'section_v' ? [paragraph('The information in Section V is presented by management and is no part of the description. We did not examine it and express no opinion on it.')] : [],
    headline(1, 'Responsibilities of the service organization'),
    paragraph(`${client} is responsible for its service commitments and system requirements, for the controls that give reasonable assurance that they are achieved, for the assertion in Section II, and for the completeness, accuracy and method of presentation of the description in Section III.`),
    headline(1, 'Responsibilities of the service auditor'),
    paragraph(`Our responsibility is to express an opinion on the description and on the suitability of the design${operated} of the controls stated in it, based on our examination. ${toWrite(`Wording of ${firm} on the attestation standards, reasonable assurance, the evidence obtained, independence and quality management`)}`),
    headline(1, 'Inherent limitations'),
    paragraph(`The description is prepared for the common needs of many users and may not hold every aspect that one of them finds important. Controls may fail to prevent, or to detect and correct, errors and omissions. ${toWrite('Wording of the firm on inherent limitations and on projecting to other periods')}`),
    ...type === 2 ? [headline(1, 'Tests of controls'), paragraph('The controls that were tested, and the nature, timing, extent and results of the tests, are listed in Section IV.')] : [],
    ...opinion(known),
    headline(1, 'Restricted use'),
    paragraph(`This report${type === 2 ? ', with the tests and results in Section IV,' : ''} is meant for the information and use of ${client} and of user entities, business partners, practitioners and regulators with enough knowledge of the system to use it. ${toWrite('Wording of the firm on specified parties')}`),
    ...factsOf(known, 'restriction', 'Any further restriction of use'),
    paragraph(toWrite(`Signature of ${firm}`)), paragraph(toWrite('City and state')), paragraph(reportDate ? writeDay(reportDate) : toWrite('Date of the report')),
  ]
}

function others({ reading }: PartFacts): Block[] {
  const { client } = reading.engagement
  return [
    ...reading.subservices.map(({ name, service, method }) => paragraph(method === 'carve_out'
      ? `${client} uses ${name}${service === '' ? '' : ` for ${service}`}. The description leaves out the controls of ${name} and names the types of controls that are assumed there. Our examination did not extend to them.`
      : `${client} uses ${name}${service === '' ? '' : ` for ${service}`}. The description includes the controls of ${name}, and our examination extended to them. ${toWrite(`Assertion of ${name} to be attached`)}`)),
    ...reading.cuecs.length > 0 ? [paragraph(`The description names complementary user entity controls that were assumed when the controls of ${client} were designed. Our examination did not extend to them.`)] : [],
  ]
}

// Only its kind is told, in the words in which it was recorded; nothing here follows from the results.
function opinion({ opinion: recorded, reading }: PartFacts): Block[] {
  const about = `the description, the suitability of the design${reading.engagement.type === 2 ? ' and the operating effectiveness' : ''} of the controls, ${inThePeriod(reading)}`
  return [
    ...recorded && recorded.kind !== 'unqualified'
      ? [headline(1, `Basis for the ${recorded.kind === 'disclaimer' ? 'disclaimer of opinion' : `${recorded.kind} opinion`}`), paragraph(toWrite('The partner writes the basis here'))] : [],
    headline(1, recorded?.kind === 'disclaimer' ? 'Disclaimer of opinion' : 'Opinion'),
    paragraph(toWrite(recorded
      ? `The partner recorded the kind of opinion as ${recorded.kind} (version ${recorded.version}). The partner writes the opinion here, on ${about}`
      : `The partner writes the opinion here, on ${about}`)),
  ]
}
