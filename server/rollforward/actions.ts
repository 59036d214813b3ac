import { randomUUID } from 'node:crypto'
import type { Site } from '../access/site.ts'
import { findEngagementFacts, findMembership } from '../access/store.ts'
import { enterEngagement, inScope, type Tx } from '../database/connect.ts'
import { idMadeFrom } from '../engagements/actions.ts'
import { engagementLabel } from '../engagements/shell.ts'
import { Refused } from '../errors.ts'
import type { EngagementScope, PersonScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import type { Part, Plan, Report } from './carriage.ts'
import { carryOver } from './carry.ts'
import { countLeft, findSettings, insertDraft, insertReport, insertRows, listClientPeople, lockNext, readSource } from './store.ts'

type Caller = EngagementScope & PersonScope

/** What rolling forward with this plan would bring along and what not; writes nothing. */
export async function previewRolling(trx: Tx, scope: Caller, plan: Plan): Promise<Report> {
  return reportOf(scope, (await prepare(trx, scope, plan, randomUUID())).part, await countLeft(trx, scope))
}

/**
 * Makes the draft of the next engagement of the same client and system and returns its id: everything in one
 * transaction, with the report of what came along. Asked twice, it makes one: the second time it returns the first id.
 * Throws Refused for a draft or one that was withdrawn, and where another draft of these dates stands already.
 */
export async function rollForward(site: Site, scope: Caller, plan: Plan): Promise<string> {
  return await inScope(site.db, scope, async (trx) => {
    await lockNext(trx, scope)
    const { id, standing } = await findPlace(trx, scope, plan)
    if (standing) return id
    const { part, settings } = await prepare(trx, scope, plan, id)
    const report = reportOf(scope, part, await countLeft(trx, scope))
    await enterEngagement(trx, id)
    await insertDraft(trx, scope, id, plan, settings)
    const rows = new Map(part.rows)
    const role = scope.role === 'partner' ? 'partner' as const : 'manager' as const
    await trx.insertInto('membership').values({ engagement_id: id, person_id: scope.actor.id, role }).execute()
    await insertRows(trx, part.rows)
    const inside: Caller = { ...scope, role, engagement: (await findEngagementFacts(trx, id))! }
    await insertReport(trx, inside, report)
    const members = (rows.get('membership') ?? []) as { person_id: string, role: 'sponsor' | 'lead' | 'owner' }[]
    await record(trx, inside,
      { kind: 'engagement.created', facts: { type: plan.type, categories: plan.categories, zone: plan.zone, from: plan.periodStart ?? plan.asOf ?? '', to: plan.periodEnd ?? plan.asOf ?? '' }, detail: { client: scope.engagement.client, system: scope.engagement.system } },
      { kind: 'engagement.rolled_forward', facts: { fromEngagementId: scope.engagement.id, controls: rows.get('control')?.length ?? 0, requests: rows.get('request')?.length ?? 0, lines: rows.get('test_line')?.length ?? 0 }, detail: { from: engagementLabel(scope.engagement) } },
      { kind: 'member.added', facts: { personId: scope.actor.id, role } },
      ...members.map(({ person_id: personId, role: theirs }) => ({ kind: 'member.added' as const, facts: { personId, role: theirs } })))
    return id
  })
}

/**
 * The id of the engagement with these dates that follows this one: made of both, so that the database keeps a second out
 * even where row security hides the first. One that was withdrawn, or moved to other dates, leaves its place to the next.
 */
async function findPlace(trx: Tx, scope: Caller, plan: Plan): Promise<{ id: string, standing: boolean }> {
  for (let turn = 0; ; turn++) {
    const id = idOf(scope.engagement.id, plan, turn)
    await enterEngagement(trx, id)
    const found = await findEngagementFacts(trx, id)
    const isMember = found !== undefined && await findMembership(trx, scope, id) !== null
    await enterEngagement(trx, scope.engagement.id)
    if (!found) return { id, standing: false }
    if (found.phase === 'withdrawn' || found.type !== plan.type || found.asOf !== plan.asOf || found.periodStart !== plan.periodStart || found.periodEnd !== plan.periodEnd) continue
    if (!isMember || found.zone !== plan.zone || found.categories.join() !== plan.categories.join()) throw new Refused('The next engagement with these dates has been started already. Change that one, or choose other dates.')
    return { id, standing: true }
  }
}

function idOf(from: string, { type, asOf, periodStart, periodEnd }: Plan, turn: number): string {
  return idMadeFrom(['next', from, type, asOf, periodStart, periodEnd, turn])
}

async function prepare(trx: Tx, scope: Caller, plan: Plan, id: string) {
  const { engagement } = scope
  if (engagement.phase === 'draft' || engagement.phase === 'withdrawn') throw new Refused('Only an engagement that is under way or finished is rolled forward.')
  const part = carryOver({
    source: await readSource(trx, scope), plan, old: engagement, id, by: scope.actor.id, origin: `carried over from ${engagementLabel(engagement)}`,
    people: new Set(await listClientPeople(trx, scope)), fresh: randomUUID,
  })
  return { part, settings: await findSettings(trx, scope) }
}

function reportOf(scope: Caller, part: Part, counted: readonly { what: string, count: number }[]): Report {
  return {
    from: { id: scope.engagement.id, label: engagementLabel(scope.engagement) },
    came: part.came, left: [...part.left, ...counted.filter(({ count }) => count > 0)],
  }
}
