import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { hasMatter, may, type EngagementPermit } from '../access/policy.ts'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import type { EngagementFacts, EngagementScope, PersonScope, Role } from '../scope.ts'
import { emptyShell, type Shell, type TabName } from '../web/view.ts'
import { rankName, roleName } from './roles.ts'
import { countWaiting } from './waiting-store.ts'

const tabPermits: readonly (readonly [TabName, EngagementPermit])[] = [
  ['overview', 'engagement.view'], ['timeline', 'milestone.view'], ['setup', 'setup.view'], ['readiness', 'readiness.view'], ['controls', 'control.view'], ['requests', 'request.view'],
  ['populations', 'population.view'], ['testing', 'test.view'], ['exceptions', 'exception.view'],
  ['matrix', 'matrix.view'], ['trail', 'trail.view'], ['team', 'engagement.view'],
]

/** What stands around the page for whoever asked for it. */
export async function readShell(db: Db, request: FastifyRequest): Promise<Shell> {
  const { signedIn, scope } = request
  if (scope?.actor.kind === 'link' && scope.engagement) return { ...emptyShell, engagement: { ...scope.engagement, label: engagementLabel(scope.engagement) } }
  if (!signedIn?.complete || scope?.actor.kind !== 'person') return emptyShell
  const inside = scope.engagement ? scope as EngagementScope : null
  const outside = { ...scope as PersonScope, engagement: null }
  const { waiting, counts } = await inScope(db, outside, async (trx) => ({
    // Whoever looks as somebody of the client learns nothing of that person's other engagements.
    waiting: scope.viewer ? emptyShell.waiting : await countWaiting(trx, outside), counts: inside ? await countTabs(trx, inside) : null,
  }))
  return {
    person: { name: signedIn.name, role: inside?.role && !inside.viewer ? roleName(inside.role) : signedIn.rank ? rankName(signedIn.rank) : 'client' },
    organization: signedIn.organizationName,
    engagement: inside ? { id: inside.engagement.id, client: inside.engagement.client, firm: inside.engagement.firm, label: engagementLabel(inside.engagement) } : null,
    tabs: inside ? tabPermits.filter(([, permit]) => may(inside.role, permit) && hasMatter(inside.engagement.purpose ?? 'examination', permit)).map(([name]) => ({ name, count: counts?.[name] ?? null })) : [],
    waiting,
    ...inside?.viewer && inside.role ? { viewing: { name: scope.actor.name, role: roleName(inside.role), end: `/engagements/${inside.engagement.id}/client-view/end` } } : {},
  }
}

/** 'SOC 2 Type 2 · FY26' from the year the examination looks at. */
export function engagementLabel({ type, asOf, periodEnd, purpose }: Pick<EngagementFacts, 'type' | 'asOf' | 'periodEnd' | 'purpose'>): string {
  if (purpose === 'readiness') return `Readiness · ${(asOf ?? '').slice(0, 4)}`
  const year = (periodEnd ?? asOf ?? '').slice(2, 4)
  return `SOC 2 Type ${type}${year === '' ? '' : ` · FY${year}`}`
}

async function countTabs(trx: Tx, scope: EngagementScope): Promise<Partial<Record<TabName, number>>> {
  const engagement = scope.engagement.id
  const person = scope.actor.kind === 'person' ? scope.actor.id : null
  const mine = seesOwnRequestsOnly(scope.role) ? sql`and owner_id = ${person}` : sql``
  // The client sees neither what is not yet asked nor what is not yet put to them.
  const firm = scope.side === 'firm'
  const result = await sql<Record<'controls' | 'requests' | 'populations' | 'testing' | 'exceptions', number>>`select
    (select count(*) from control where engagement_id = ${engagement}) as controls,
    (select count(*) from request where engagement_id = ${engagement} and (${firm} or status <> 'draft') ${mine}) as requests,
    (select count(*) from population where engagement_id = ${engagement}) as populations,
    (select count(*) from test_line where engagement_id = ${engagement}) as testing,
    (select count(*) from exception where engagement_id = ${engagement} and (${firm} or released_at is not null)) as exceptions`.execute(trx)
  return result.rows[0] ?? {}
}

/** Control owners see what is asked of them and nothing else. */
export function seesOwnRequestsOnly(role: Role | null): boolean {
  return role === 'owner'
}
