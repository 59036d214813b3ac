import { responses } from './appendices.ts'
import { headline, paragraph, type Block } from './blocks.ts'
import { toWrite, type PartFacts } from './part-words.ts'

/** Section V: what management adds and nobody examined; the responses to exceptions where the engagement places them here. */
export function otherInformation({ reading }: PartFacts): Block[] {
  const { client, firm } = reading.engagement
  return [
    paragraph(`${client} presents this section for the information of the report's readers. ${firm} did not examine it and expresses no opinion on it.`),
    ...reading.layout.responses === 'section_v'
      ? [headline(1, 'Management’s responses to exceptions'), ...responses(reading)]
      : [paragraph('Management’s responses to exceptions stand beside them in Section IV.')],
    headline(1, 'Further information'),
    paragraph(toWrite(`Plans, new services or other matters that ${client} wants to add, or nothing`)),
  ]
}
