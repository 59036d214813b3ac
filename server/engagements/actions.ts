import { randomUUID } from 'node:crypto'
import type { Site } from '../access/site.ts'
import { addClient } from '../accounts/actions.ts'
import { enterEngagement, inScope } from '../database/connect.ts'
import { findEngagementFacts } from '../access/store.ts'
import { Forbidden, Invalid } from '../errors.ts'
import type { PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { listFirmPolicies } from './firm-policy-store.ts'
import { insertEngagement, listClients, type NewEngagement } from './store.ts'

export type Plan = Omit<NewEngagement, 'id' | 'clientId'>

/**
 * Makes a draft of an engagement under the firm’s newest policy and returns its id; whoever makes it is its partner or manager by their rank. `client`
 * is one the firm has, by id, or the name of a new one.
 */
export async function createEngagement(site: Site, scope: PersonScope, client: { id: string } | { name: string }, plan: Plan): Promise<string> {
  if (scope.rank !== 'partner' && scope.rank !== 'manager') throw new Forbidden()
  const role = scope.rank
  const id = randomUUID()
  await inScope(site.db, scope, async (trx) => {
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
  })
  return id
}
