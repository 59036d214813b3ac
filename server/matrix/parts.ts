import type { Block } from './blocks.ts'
import { auditorsReport } from './part-auditor.ts'
import { assertion } from './part-assertion.ts'
import { description } from './part-description.ts'
import { otherInformation } from './part-other.ts'
import type { PartFacts } from './part-words.ts'

/** The sections that are drafted for somebody to write: whose each is, and of what. */
export const parts = {
  'section-1': { number: 'I', title: 'Independent service auditor’s report', author: 'firm', write: auditorsReport },
  'section-2': { number: 'II', title: 'Management’s assertion', author: 'client', write: assertion },
  'section-3': { number: 'III', title: 'Description of the system', author: 'client', write: description },
  'section-5': { number: 'V', title: 'Other information, not examined', author: 'client', write: otherInformation },
} as const satisfies Record<string, { number: string, title: string, author: 'firm' | 'client', write: (facts: PartFacts) => Block[] }>

export type PartName = keyof typeof parts
export const partNames = Object.keys(parts) as PartName[]

