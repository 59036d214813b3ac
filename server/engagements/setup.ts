import type { FactKind, NoneSubject } from '../database/schema/description.ts'
import type { EngagementFacts, Role } from '../scope.ts'
import { factGroups, factWords, noneWords } from './description.ts'

/** The steps of the setup in their order: the word of each, and below `setup/` where it is. */
export const steps = {
  client: 'Client and system',
  dates: 'Type and dates',
  categories: 'Categories',
  team: 'Team',
  subservices: 'Subservice organizations',
  cuecs: 'Controls of user entities',
  commitments: 'Commitments',
  components: 'Components',
  events: 'Incidents and changes',
  controls: 'Controls',
} as const

export type StepKey = keyof typeof steps
export const stepKeys = Object.keys(steps) as readonly StepKey[]

/** What an engagement's setup holds by now. */
export type Setup = Pick<EngagementFacts, 'type' | 'asOf' | 'periodStart' | 'periodEnd' | 'purpose'> & {
  readonly roles: readonly Role[]
  readonly subservices: readonly { readonly name: string, readonly method: 'carve_out' | 'inclusive', readonly csocs: number, readonly monitor: string | null }[]
  readonly cuecs: number
  readonly facts: Readonly<Partial<Record<FactKind, number>>>
  readonly none: readonly NoneSubject[]
  readonly controls: number
  readonly unconfirmed: number
  readonly withoutFrequency: number
  readonly uncovered: number
  readonly unmapped: number
}

/** What a step still lacks, a sentence each; empty when it is done. A step may always be left and taken up again. */
export function missingOf(step: StepKey, setup: Setup): string[] {
  return checks[step](setup)
}

/** The step that follows, or null after the last one. */
export function stepAfter(step: StepKey): StepKey | null {
  return stepKeys[stepKeys.indexOf(step) + 1] ?? null
}

/** Whether client, system, type, dates and categories may still change at all. */
export function isScopeOpen(phase: string): boolean {
  return phase === 'draft' || phase === 'planning'
}

const checks: Readonly<Record<StepKey, (setup: Setup) => string[]>> = {
  client: () => [],
  categories: () => [],
  dates: ({ type, asOf, periodStart, periodEnd }) => type === 1
    ? said(asOf === null, 'The date the examination looks at is open.')
    : [...said(periodStart === null, 'The first day of the period is open.'), ...said(periodEnd === null, 'The last day of the period is open.')],
  team: ({ roles }) => [
    ...said(!roles.includes('partner'), 'No engagement partner is on the team.'),
    ...said(!roles.includes('manager'), 'No manager is on the team.'),
    ...said(!roles.includes('senior') && !roles.includes('staff'), 'Nobody who tests is on the team: a senior or staff.'),
    ...said(!roles.includes('lead'), 'The client’s compliance lead is not named.'),
    ...said(!roles.includes('sponsor'), 'The client’s executive sponsor, who signs the assertion, is not named.'),
  ],
  subservices: ({ subservices, none }) => [
    ...said(subservices.length === 0 && !none.includes('subservice'), 'Name the subservice organizations, or say that there is none.'),
    ...subservices.filter(({ method }) => method === 'carve_out').flatMap(({ name, csocs, monitor }) => [
      ...said(csocs === 0, `No control is expected of ${name} yet.`),
      ...said(monitor === null, `No control of the client monitors ${name}.`),
    ]),
  ],
  cuecs: ({ cuecs, none }) => said(cuecs === 0 && !none.includes('cuec'), 'Enter what user entities must do, or say that nothing is expected of them.'),
  commitments: (setup) => lacking(setup, 'commitments'),
  components: (setup) => lacking(setup, 'components'),
  // A readiness assessment ends in no report whose use could be restricted.
  events: (setup) => lacking(setup, 'events', setup.purpose === 'readiness' ? ['restriction'] : []),
  controls: ({ controls, unconfirmed, withoutFrequency, uncovered, unmapped }) => [
    ...said(controls === 0, 'No control is entered.'),
    ...counted(withoutFrequency, 'control has no frequency.', 'controls have no frequency.'),
    ...controls === 0 ? [] : counted(uncovered, 'criterion is not accounted for.', 'criteria are not accounted for.'),
    ...counted(unmapped, 'control serves no criterion in scope.', 'controls serve no criterion in scope.'),
    ...counted(unconfirmed, 'wording is not confirmed by the compliance lead.', 'wordings are not confirmed by the compliance lead.'),
  ],
}

function lacking({ facts, none }: Setup, group: keyof typeof factGroups, spared: readonly FactKind[] = []): string[] {
  return factGroups[group].filter((kind) => (facts[kind] ?? 0) === 0 && !(none as readonly string[]).includes(kind) && !spared.includes(kind))
    .map((kind) => `${factWords[kind].title}: nothing is entered${Object.hasOwn(noneWords, kind) ? ', and it is not said that there is none' : ''}.`)
}

function said(lacks: boolean, sentence: string): string[] {
  return lacks ? [sentence] : []
}

function counted(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
}
