import type { Site } from '../access/site.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { RemediationStatus } from '../database/schema/carried.ts'
import { createEngagement, type Plan } from '../engagements/actions.ts'
import { lockPhase } from '../engagements/store.ts'
import { listTeam } from '../engagements/team-store.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import type { EngagementScope, PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { next, statusAfter } from './rules.ts'
import { findAssessment, lockAssessment, moveRemediation, saveAssessment, type Judgement } from './store.ts'

/** Makes a readiness assessment as of a day and returns its id; no report with an opinion comes of it. */
export async function beginReadiness(site: Site, scope: PersonScope, client: { id: string } | { name: string }, plan: Pick<Plan, 'system' | 'asOf' | 'zone' | 'categories'>): Promise<string> {
  return await createEngagement(site, scope, client, { ...plan, type: 1, periodStart: null, periodEnd: null, purpose: 'readiness' })
}

/** Says what there is for a criterion and what is missing. `version` is the one the assessor saw, 0 for none: nothing is lost to a colleague's. */
export async function assess(site: Site, scope: EngagementScope, criterion: string, judgement: Omit<Judgement, 'status'>, version: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockRunning(trx, scope, criterion)
    const before = await lockAssessment(trx, scope, criterion)
    if ((before?.version ?? 0) !== version) throw new Invalid({ state: `${before?.by ?? 'Somebody'} has assessed ${criterion} meanwhile, and the page shows how. Save again if yours is to stand.` })
    if (judgement.ownerId !== null) {
      const owner = (await listTeam(trx, scope)).find(({ personId, side }) => personId === judgement.ownerId && side === 'client')
      if (!owner) throw new Invalid({ owner: 'Choose one of the client’s people on the team.' })
    }
    const kept = judgement.state === 'in_place' ? { ...judgement, ownerId: null, dueOn: null } : judgement
    await saveAssessment(trx, scope, criterion, { ...kept, status: statusAfter(judgement.state, before?.status ?? null) })
    await record(trx, scope, { kind: 'readiness.assessed', facts: { criterion, from: before?.state ?? null, to: kept.state, ownerId: kept.ownerId, dueOn: kept.dueOn }, detail: { gap: kept.gap } })
  })
}

/** The client's side, or the firm's, moves a gap on: the firm never does the client's work, the client never closes a gap. */
export async function remediate(site: Site, scope: EngagementScope, criterion: string, side: 'client' | 'firm', to: RemediationStatus, words: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockRunning(trx, scope, criterion)
    const gap = await lockAssessment(trx, scope, criterion)
    if (!gap) throw new NotFound()
    const status = next(side, gap.status, to)
    await moveRemediation(trx, scope, criterion, gap.status!, status, words)
    await record(trx, scope, { kind: 'readiness.remediated', facts: { criterion, from: gap.status!, to: status }, detail: { words } })
  })
}

/** Whether the scope may see the criterion's page at all. */
export async function isSeen(trx: Tx, scope: EngagementScope, criterion: string): Promise<boolean> {
  return isInScope(scope, criterion) && (scope.role !== 'owner' || await findAssessment(trx, scope, criterion) !== null)
}

async function lockRunning(trx: Tx, scope: EngagementScope, criterion: string): Promise<void> {
  if (!isInScope(scope, criterion)) throw new NotFound()
  const phase = await lockPhase(trx, scope)
  if (['issued', 'archived', 'withdrawn'].includes(phase)) throw new Refused('This assessment is over, so what it says stands.')
}

function isInScope({ engagement }: EngagementScope, criterion: string): boolean {
  return criteriaInScope(engagement.categories).some(({ id }) => id === criterion)
}
