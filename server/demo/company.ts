import { personScope } from '../access/session.ts'
import type { Site } from '../access/site.ts'
import { addPerson, sendInvitation } from '../accounts/actions.ts'
import { findIdByEmail, insertOrganization, insertPerson } from '../accounts/store.ts'
import { connect, inScope } from '../database/connect.ts'
import { createEngagement, type Plan } from '../engagements/actions.ts'
import { changePhase } from '../engagements/phase-actions.ts'
import type { Phase } from '../engagements/phases.ts'
import { enterRecord } from '../engagements/records-actions.ts'
import { listClients } from '../engagements/store.ts'
import { addClientMember, addFirmMember } from '../engagements/team-actions.ts'
import type { RecordKind } from '../database/schema/closing.ts'
import type { Scope } from '../scope.ts'
import { todayIn } from '../engagements/calendar.ts'
import { readDeeds } from './deeds.ts'
import { firmName, firmPeople, type ClientPerson } from './people.ts'
import { actorOf, as, outside, type Company, type Stage } from './stage.ts'

export const program: Scope = { actor: { kind: 'job', name: 'load_demo' }, side: 'program', organizationId: null, rank: null, role: null, engagement: null, address: 'job', at: null }

/** Makes the firm and its partner where they are missing. Only the database's owner may, so this is told its address. */
export async function foundFirm(ownerUrl: string, at: Date): Promise<void> {
  const partner = firmPeople[0]!
  const owner = connect(ownerUrl, 1)
  try {
    await inScope(owner, { ...program, at }, async (trx) => {
      if (await findIdByEmail(trx, partner.email) !== null) return
      const organizationId = await insertOrganization(trx, { kind: 'firm', name: firmName })
      await insertPerson(trx, { organizationId, email: partner.email, name: partner.name, title: partner.title, rank: partner.rank })
    })
  } finally {
    await owner.destroy()
  }
}

/** The firm's people; the partner invites those who are not there yet. */
export async function gatherFirm(site: Site, at: Date): Promise<Company> {
  const company: Company = new Map()
  const [partner, ...others] = firmPeople
  await enlist(site, company, partner!)
  for (const person of others) {
    const scope = outside(company, partner!.key, at)
    await inScope(site.db, scope, async (trx) => {
      if (await findIdByEmail(trx, person.email) !== null) return
      const id = await addPerson(trx, scope, { ...person, organizationId: scope.organizationId ?? '' })
      await sendInvitation(trx, scope, site.sealer, id)
    })
    await enlist(site, company, person)
  }
  return company
}

/** The engagement of that client for that time, which the manager makes when there is none. What counts from the day of loading may have begun on an earlier day. */
export async function openEngagement(site: Site, company: Company, client: string, plan: Plan, at: Date): Promise<Stage> {
  const manager = outside(company, 'natarajan', at)
  const { known, found } = await inScope(site.db, manager, async (trx) => {
    let query = trx.selectFrom('engagement').innerJoin('organization', 'organization.id', 'engagement.client_id').select('engagement.id')
      .where('organization.name', '=', client).where('engagement.system_name', '=', plan.system)
    if (plan.type === 2) query = query.where('period_start', '<=', plan.periodEnd).where('period_end', '>=', plan.periodStart)
    return { known: (await listClients(trx)).find(({ name }) => name === client), found: await query.executeTakeFirst() }
  })
  const place = { site, company, engagementId: found?.id ?? await createEngagement(site, manager, known ? { id: known.id } : { name: client }, plan) }
  return { ...place, deeds: await readDeeds(site.db, await as(place, 'natarajan', at)) }
}

/** Puts the firm's people and the client's on the team; leaders of the client get the way to an account by mail. */
export async function assemble(stage: Stage, firm: readonly string[], client: readonly ClientPerson[], at: Date): Promise<void> {
  const { site, company, deeds } = stage
  for (const { key, role } of firmPeople.filter((person) => firm.includes(person.key))) {
    const { id } = actorOf(company, key)
    await deeds.once('member.added', { personId: id }, async () => addFirmMember(site, await as(stage, 'natarajan', at), id, role))
  }
  for (const person of client) {
    const known = await idOf(site, person.email)
    await deeds.once('member.added', { personId: known }, async () => addClientMember(site, await as(stage, 'natarajan', at), { ...person, invite: person.role !== 'owner' }))
    await enlist(site, company, person)
  }
}

/** Puts on record what planning rests on and starts it: the partner accepts, everybody confirms their independence, the terms are signed. */
export async function startPlanning(stage: Stage, firm: readonly string[], at: Date): Promise<void> {
  await keep(stage, 'okafor', 'acceptance', at, 'Competence, resources and the integrity of management considered.')
  for (const key of ['natarajan', ...firm]) await keep(stage, key, 'independence', at, '')
  await keep(stage, 'natarajan', 'terms', at, 'Signed by both sides; the letter is in the firm’s correspondence file.')
  await advance(stage, 'natarajan', 'planning', at)
}

/** Has the manager approve the control matrix and starts fieldwork. */
export async function startFieldwork(stage: Stage, at: Date): Promise<void> {
  await keep(stage, 'natarajan', 'control_matrix', at, 'Controls and their criteria as the client confirmed them.')
  await advance(stage, 'natarajan', 'fieldwork', at)
}

/** Takes the engagement into its next phase, whose conditions are met by then. */
export async function advance(stage: Stage, key: string, to: Phase, at: Date): Promise<void> {
  await stage.deeds.once('phase.changed', { to }, async () => changePhase(stage.site, await as(stage, key, at), to))
}

/** Enters a record in that person's name, dated on the day. */
export async function keep(stage: Stage, key: string, kind: RecordKind, at: Date, note: string): Promise<void> {
  const scope = await as(stage, key, at)
  // What each says for themselves is found again by the person, who stands in the trail beside the facts.
  await stage.deeds.once('record.entered', { record: kind, ...kind === 'independence' ? { by: scope.actor.id } : {} }, async () => enterRecord(stage.site, scope, kind, { datedOn: todayIn(scope.engagement.zone, at), note }))
}

async function enlist(site: Site, company: Company, { key, email, name }: { key: string, email: string, name: string }): Promise<void> {
  const id = await idOf(site, email)
  if (id === null) throw new Error(`${name} is not in the database`)
  const found = await inScope(site.db, personScope({ id, name }, 'job'), async (trx) => trx.selectFrom('person')
    .select(['organization_id', 'rank']).where('id', '=', id).executeTakeFirstOrThrow())
  company.set(key, { id, key, name, organizationId: found.organization_id, rank: found.rank })
}

async function idOf(site: Site, email: string): Promise<string | null> {
  return await inScope(site.db, program, async (trx) => findIdByEmail(trx, email))
}
