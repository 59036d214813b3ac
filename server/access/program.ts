import { inScope, type Db } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import type { EngagementFacts, EngagementScope, Scope } from '../scope.ts'
import { findEngagementFacts } from './store.ts'

/** Just enough of an engagement to open its rows by id. */
const unknown: Omit<EngagementFacts, 'id'> = {
  clientId: '', client: '', firm: '', system: '', type: 2, asOf: null, periodStart: null, periodEnd: null, zone: 'UTC', categories: [], phase: '',
}

/** The program itself at work inside one engagement: `name` is the job's. Throws NotFound when there is no such engagement. */
export async function programScope(db: Db, engagementId: string, name: string): Promise<EngagementScope> {
  const doorway = doorwayScope(engagementId, name, 'job')
  const engagement = await inScope(db, doorway, async (trx) => findEngagementFacts(trx, engagementId))
  if (!engagement) throw new NotFound()
  return { ...doorway, engagement }
}

/** A scope that may open the engagement's rows before anything else is known of it. */
export function doorwayScope(engagementId: string, name: string, address: string): EngagementScope {
  return {
    actor: { kind: 'job', name }, side: 'program', organizationId: null, rank: null, role: null,
    engagement: { id: engagementId, ...unknown }, address, at: null,
  }
}

/** The program at work outside any engagement: it sees no rows, and asks only what narrow questions answer. */
export function outsideScope(name: string): Scope {
  return { actor: { kind: 'job', name }, side: 'program', organizationId: null, rank: null, role: null, engagement: null, address: 'job', at: null }
}
