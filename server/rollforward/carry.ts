import { criteriaInScope } from '../controls/criteria.ts'
import type { Category } from '../controls/criteria.ts'
import { carryControls } from './controls.ts'
import { carryDescription } from './description.ts'
import type { Dates } from './period.ts'
import { carryRequests } from './requests.ts'
import type { CarriedTable, Source } from './source.ts'
import { carryTests } from './tests.ts'

export type Plan = Dates & { readonly zone: string, readonly categories: readonly string[] }

/** What the report says of one kind of thing. `names` are shown where there are few enough to read. */
export type Line = { readonly what: string, readonly count: number, readonly why?: string, readonly names?: readonly string[] }

/** What came along and what did not. */
export type Report = { readonly from: { readonly id: string, readonly label: string }, readonly came: readonly Line[], readonly left: readonly Line[] }

/** Rows to write by table, in the order in which they hold on to each other. */
export type NewRows = readonly (readonly [CarriedTable | 'counter', readonly object[]])[]

/** What a part of the rolling forward knows. */
export type Carriage = {
  readonly source: Source
  readonly plan: Plan
  readonly old: Dates
  /** Id of the new engagement, of whoever makes it, and where its words come from. */
  readonly id: string
  readonly by: string
  readonly origin: string
  /** People of the client who come along. */
  readonly people: ReadonlySet<string>
  readonly criteria: ReadonlySet<string>
  /** A new id. */
  readonly fresh: () => string
}

export type Part = { readonly rows: NewRows, readonly came: readonly Line[], readonly left: readonly Line[] }

/**
 * The rows of next year's engagement made of last year's, and what the report says. Only what describes and plans comes
 * along: never evidence, populations, samples, results, exceptions, sign-offs or what was said. Pure.
 */
export function carryOver(told: Omit<Carriage, 'criteria'>): Part {
  const carriage: Carriage = { ...told, criteria: new Set(criteriaInScope(told.plan.categories as Category[]).map(({ id }) => id)) }
  const members = carryPeople(carriage)
  const controls = carryControls(carriage)
  const description = carryDescription(carriage, controls.ids)
  const requests = carryRequests(carriage, controls.ids)
  const tests = carryTests(carriage, controls.ids)
  const parts = [members, controls, description, requests, tests]
  return {
    rows: parts.flatMap(({ rows }) => rows),
    came: parts.flatMap(({ came }) => came).filter(({ count }) => count > 0),
    left: parts.flatMap(({ left }) => left).filter(({ count }) => count > 0),
  }
}

function carryPeople({ source, id, people, by }: Carriage): Part {
  const staying = source.membership.filter((member) => people.has(member.person_id) && member.person_id !== by)
  const gone = source.membership.length - staying.length
  return {
    rows: [['membership', staying.map(({ person_id, role }) => ({ engagement_id: id, person_id, role }))]],
    came: [{ what: 'People of the client, in their roles', count: staying.length }],
    left: [{ what: 'Other people of the team', count: gone, why: 'the firm puts its team together anew, and who left stays away' }],
  }
}
