import { recipientScope } from '../access/links.ts'
import { personScope } from '../access/session.ts'
import type { Site } from '../access/site.ts'
import { findMembership } from '../access/store.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { EngagementScope, FirmRank, LinkScope, PersonScope } from '../scope.ts'
import type { Deeds } from './deeds.ts'

/** Somebody of the story who is in the database by now. */
export type Actor = { readonly id: string, readonly key: string, readonly name: string, readonly organizationId: string, readonly rank: FirmRank | null }

/** The people of the story by their keys. */
export type Company = Map<string, Actor>

/** One engagement on which the story's people act, each in the scope they would have and at a moment the story names. */
export type Stage = Place & { readonly deeds: Deeds }

type Place = { readonly site: Site, readonly engagementId: string, readonly company: Company }

// Networks kept for documentation: nobody's address stands in the demo's trail.
const addresses = { firm: '192.0.2.24', client: '198.51.100.61' }

/** That person outside any engagement, as a signed-in browser would be. */
export function outside(company: Company, key: string, at: Date): PersonScope {
  const { id, name, organizationId, rank } = actorOf(company, key)
  const side = rank === null ? 'client' : 'firm'
  return { ...personScope({ id, name }, addresses[side]), side, organizationId, rank, at }
}

/** That person on the engagement, in the role the team gives them. */
export async function as(stage: Place, key: string, at: Date): Promise<EngagementScope & PersonScope> {
  const scope = outside(stage.company, key, at)
  const found = await inScope(stage.site.db, scope, async (trx) => findMembership(trx, scope, stage.engagementId))
  if (!found) throw new Error(`${scope.actor.name} is not on the team`)
  return { ...scope, ...found }
}

/** The owner of a request with the newest link they were sent. */
export async function byLink(stage: Stage, requestNumber: number, at: Date): Promise<LinkScope> {
  const reader = await as(stage, 'natarajan', at)
  const link = await inScope(stage.site.db, reader, async (trx) => trx.selectFrom('answer_link')
    .innerJoin('request', (join) => join.onRef('request.engagement_id', '=', 'answer_link.engagement_id').onRef('request.id', '=', 'answer_link.request_id'))
    .select(['answer_link.id', 'answer_link.request_id', 'answer_link.person_id'])
    .where('answer_link.engagement_id', '=', stage.engagementId).where('request.number', '=', requestNumber).where('answer_link.ended_at', 'is', null)
    .orderBy('answer_link.created_at', 'desc').limit(1).executeTakeFirstOrThrow())
  const scope = await recipientScope(stage.site.db, { engagementId: stage.engagementId, linkId: link.id, requestId: link.request_id, personId: link.person_id, state: 'open' }, addresses.client)
  if (!scope) throw new Error('The recipient of the link has left')
  return { ...scope, at }
}

// Who reads does not change, and reading asks nothing of the phase; it happens thousands of times.
const readers = new WeakMap<Stage, EngagementScope>()

/** Reads within the engagement as its manager. */
export async function look<T>(stage: Stage, question: (trx: Tx, scope: EngagementScope) => Promise<T>): Promise<T> {
  const scope = readers.get(stage) ?? await as(stage, 'natarajan', new Date())
  readers.set(stage, scope)
  return await inScope(stage.site.db, scope, async (trx) => question(trx, scope))
}

export function actorOf(company: Company, key: string): Actor {
  const actor = company.get(key)
  if (!actor) throw new Error(`Nobody called ${key} has come on yet`)
  return actor
}
