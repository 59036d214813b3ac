import type { Site } from '../access/site.ts'
import { addPerson, sendInvitation } from '../accounts/actions.ts'
import { findIdByEmail } from '../accounts/store.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { personOf, type ClientRole, type EngagementScope, type FirmRole, type Role } from '../scope.ts'
import { record } from '../trail/record.ts'
import { changeProblem, roleProblem } from './membership.ts'
import { lockPhase } from './store.ts'
import { findPerson, listTeam, saveMembership, type FoundPerson, type TeamMember } from './team-store.ts'

/** Puts one of the firm's people on the team. */
export async function addFirmMember(site: Site, scope: EngagementScope, personId: string, role: FirmRole): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const team = await lockTeam(trx, scope)
    const person = await findPerson(trx, scope, personId)
    if (!person || person.side !== 'firm') throw new Invalid({ personId: 'Choose one of the firm’s people from the list.' })
    await join(trx, scope, team, person, role, { person: 'personId', role: 'firmRole' })
  })
}

export type NewClientMember = { readonly name: string, readonly email: string, readonly title: string, readonly role: ClientRole, readonly invite: boolean }

/** Puts one of the client's people on the team, whom the portal may know already; with `invite` they get the way to an account by mail. */
export async function addClientMember(site: Site, scope: EngagementScope, newcomer: NewClientMember): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const team = await lockTeam(trx, scope)
    const knownId = await findIdByEmail(trx, newcomer.email)
    const personId = knownId ?? await addPerson(trx, scope, { ...newcomer, organizationId: scope.engagement.clientId, rank: null })
    const person = await findPerson(trx, scope, personId)
    if (person?.organizationId !== scope.engagement.clientId) {
      throw new Invalid({ email: `This address belongs to somebody outside ${scope.engagement.client}. Use an address the client gave this person.` })
    }
    if (newcomer.invite && !team.some((member) => member.personId === personId)) await sendInvitation(trx, scope, site.sealer, personId)
    await join(trx, scope, team, person, newcomer.role, { person: 'email', role: 'role' })
  })
}

/** Gives somebody on the team another role. */
export async function changeRole(site: Site, scope: EngagementScope, personId: string, role: Role): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const team = await lockTeam(trx, scope)
    const member = memberOf(team, personId)
    const problem = changeProblem({ personId: personOf(scope) ?? '', role: scope.role ?? 'staff' }, member, role, team)
    if (problem !== null) throw new Refused(problem)
    const unfit = roleProblem(member, role)
    if (unfit !== null) throw new Invalid({ role: unfit })
    if (member.role === role) return
    await saveMembership(trx, scope, personId, role)
    await record(trx, scope, { kind: 'member.role_changed', facts: { personId, from: member.role, to: role }, detail: { name: member.name } })
  })
}

/** Sends somebody on the team the way to an account of their own. */
export async function inviteMember(site: Site, scope: EngagementScope, personId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    memberOf(await listTeam(trx, scope), personId)
    await sendInvitation(trx, scope, site.sealer, personId)
  })
}

async function lockTeam(trx: Tx, scope: EngagementScope): Promise<TeamMember[]> {
  await lockPhase(trx, scope)
  return await listTeam(trx, scope)
}

function memberOf(team: readonly TeamMember[], personId: string): TeamMember {
  const member = team.find((one) => one.personId === personId)
  if (!member) throw new NotFound('This person is not, or no longer, on the team.')
  return member
}

async function join(trx: Tx, scope: EngagementScope, team: readonly TeamMember[], person: FoundPerson, role: FirmRole | ClientRole, field: { person: string, role: string }): Promise<void> {
  if (team.some(({ personId }) => personId === person.id)) throw new Invalid({ [field.person]: `${person.name} is on the team already.` })
  const unfit = roleProblem(person, role)
  if (unfit !== null) throw new Invalid({ [field.role]: unfit })
  await saveMembership(trx, scope, person.id, role)
  await record(trx, scope, { kind: 'member.added', facts: { personId: person.id, role }, detail: { name: person.name } })
}
