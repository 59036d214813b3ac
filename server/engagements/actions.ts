import { createHash } from 'node:crypto'
import type { Site } from '../access/site.ts'
import { addClient } from '../accounts/actions.ts'
import { enterEngagement, inScope, type Tx } from '../database/connect.ts'
import { findEngagementFacts, findMembership } from '../access/store.ts'
import { Forbidden, Invalid } from '../errors.ts'
import type { PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { listFirmPolicies } from './firm-policy-store.ts'
import { insertEngagement, listClients, lockCreation, type NewEngagement } from './store.ts'

export type Plan = Omit<NewEngagement, 'id' | 'clientId'>
type Client = { id: string } | { name: string }

/**
 * Makes a draft of an engagement under the firm’s newest policy and returns its id; whoever makes it is its partner or manager by their rank. `client`
 * is one the firm has, by id, or the name of a new one. Asked twice by the same person, it makes one: while the first is
 * a draft that nobody changed, the second time it returns the first id.
 */
export async function createEngagement(site: Site, scope: PersonScope, client: Client, plan: Plan): Promise<string> {
  if (scope.rank !== 'partner' && scope.rank !== 'manager') throw new Forbidden()
  const role = scope.rank
  return await inScope(site.db, scope, async (trx) => {
    await lockCreation(trx)
    const { id, standing } = await findPlace(trx, scope, client, plan)
    if (standing) return id
    const clients = await listClients(trx)
    if ('id' in client && !clients.some((one) => one.id === client.id)) throw new Invalid({ client: 'Choose a client from the list, or name a new one.' })
    if ('name' in client && clients.some(({ name }) => name.toLowerCase() === client.name.toLowerCase())) {
      throw new Invalid({ clientName: `${client.name} is a client of the firm already. Choose it in the list above.` })
    }
    const clientId = 'id' in client ? client.id : await addClient(trx, scope, client.name)
    await enterEngagement(trx, id)
    await insertEngagement(trx, scope, { ...plan, id, clientId }, role, (await listFirmPolicies(trx))[0]!)
    const engagement = await findEngagementFacts(trx, id)
    await record(trx, { ...scope, role, engagement },
      { kind: 'engagement.created', facts: { type: plan.type, categories: plan.categories, zone: plan.zone, from: plan.periodStart ?? plan.asOf ?? '', to: plan.periodEnd ?? plan.asOf ?? '' }, detail: { client: engagement?.client ?? '', system: plan.system } },
      { kind: 'member.added', facts: { personId: scope.actor.id, role } })
    return id
  })
}

/** The id that always comes of the same parts, in the shape of a UUID. */
export function idMadeFrom(parts: readonly unknown[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The id for what the person asks for: of the draft that came of the same form already, or the first that is free. */
async function findPlace(trx: Tx, scope: PersonScope, client: Client, plan: Plan): Promise<{ id: string, standing: boolean }> {
  const asked = 'id' in client ? client.id : client.name.toLowerCase()
  for (let turn = 0; ; turn++) {
    const id = idMadeFrom(['new', scope.actor.id, asked, factsOf(plan), turn])
    await enterEngagement(trx, id)
    const found = await findEngagementFacts(trx, id)
    const isMember = found !== null && await findMembership(trx, scope, id) !== null
    await enterEngagement(trx, '')
    if (!found) return { id, standing: false }
    if (isMember && found.phase === 'draft' && factsOf(found) === factsOf(plan)) return { id, standing: true }
  }
}

function factsOf({ system, type, asOf, periodStart, periodEnd, zone, categories, purpose = 'examination' }: Plan): string {
  return JSON.stringify([system, type, asOf, periodStart, periodEnd, zone, categories.toSorted(), purpose])
}
