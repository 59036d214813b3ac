import { criteriaInScope } from '../controls/criteria.ts'
import type { Carriage, Part } from './carriage.ts'
import { carryControls } from './controls.ts'
import { carryDescription } from './description.ts'
import { carryRequests } from './requests.ts'
import { carryTests } from './tests.ts'

/**
 * The rows of next year's engagement made of last year's, and what the report says. Only what describes and plans comes
 * along: never evidence, populations, samples, results, exceptions, sign-offs or what was said. Pure.
 */
export function carryOver(told: Omit<Carriage, 'criteria'>): Part {
  const carriage: Carriage = { ...told, criteria: new Set(criteriaInScope(told.plan.categories).map(({ id }) => id)) }
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
