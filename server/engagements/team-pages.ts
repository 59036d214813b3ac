import { isClosed, may, mayStill } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { categoryNames, criteriaInScope, seriesOf } from '../controls/criteria.ts'
import { requestNumber } from '../requests/rules.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { capital } from '../web/helpers.ts'
import type { StateOf } from '../web/states.ts'
import { changeProblem, rolesFor } from './membership.ts'
import { clientRoles, firmRoles, rankName, roleName } from './roles.ts'
import { listCovered } from './store.ts'
import { listFirmCandidates, listOrphans, listTeam, type TeamMember } from './team-store.ts'

type MemberRow = TeamMember & { readonly roleName: string, readonly rankName: string | null, readonly access: string, readonly href: string }
type Series = { readonly id: string, readonly title: string, readonly category: string, readonly criteria: readonly { readonly id: string, readonly title: string, readonly covered: boolean }[] }

declare module '../web/view.ts' {
  interface Pages {
    'engagements/team': {
      base: string
      client: string
      firm: string
      firmPeople: readonly MemberRow[]
      clientPeople: readonly MemberRow[]
      orphans: readonly { reference: string, href: string, title: string, status: StateOf<'request'>, owner: string }[]
      mayManage: boolean
      /** Where to choose whose eyes to look through, or null. */
      seeAs: string | null
      leave: string | null
      showsCoverage: boolean
      candidates: readonly Choice[]
      firmRoles: readonly Choice[]
      clientRoles: readonly Choice[]
      firmForm: FormState
      clientForm: FormState
      series: readonly Series[]
      criteria: number
    }
    'engagements/member': {
      base: string
      member: MemberRow
      zone: string
      form: FormState
      roles: readonly Choice[]
      own: boolean
      /** Whether anything of the team still changes. */
      open: boolean
      /** Why the role cannot be changed, or the person not removed, by whoever looks. */
      fixed: string | null
      kept: string | null
    }
  }
}

export async function teamPage(trx: Tx, scope: EngagementScope, typed: { firm?: FormState, client?: FormState } = {}) {
  const base = `/engagements/${scope.engagement.id}`
  const team = (await listTeam(trx, scope)).map((member) => memberRow(base, member))
  const mayManage = mayStill(scope, 'team.manage')
  const showsCoverage = may(scope.role, 'control.view')
  const covered = new Set(showsCoverage ? await listCovered(trx, scope) : [])
  const candidates = mayManage ? await listFirmCandidates(trx, scope) : []
  const inScope = criteriaInScope(scope.engagement.categories)
  return {
    title: 'Team and scope', tab: 'team' as const, base, client: scope.engagement.client, firm: scope.engagement.firm,
    firmPeople: team.filter(({ side }) => side === 'firm'),
    // A control owner need not know who else was asked.
    clientPeople: team.filter(({ side, role, personId }) => side === 'client' && (scope.role !== 'owner' || role !== 'owner' || personId === personOf(scope))),
    orphans: scope.role === 'owner' ? [] : (await listOrphans(trx, scope)).filter(({ status }) => scope.side === 'firm' || status !== 'draft')
      .map((asked) => ({ ...asked, reference: requestNumber(asked.number), href: `${base}/requests/${requestNumber(asked.number)}` })),
    mayManage, showsCoverage, seeAs: may(scope.role, 'client.see_as') ? `${base}/client-view` : null,
    leave: mayStill(scope, 'team.leave') && !scope.viewer ? `${base}/team/${personOf(scope) ?? ''}/departure` : null,
    candidates: candidates.map(({ id, name, rank }) => ({ value: id, label: rank ? `${name}, ${rankName(rank)}` : name })),
    firmRoles: roleChoices(firmRoles), clientRoles: roleChoices(clientRoles),
    firmForm: typed.firm ?? formState({ firmRole: 'staff' }), clientForm: typed.client ?? formState({ role: 'owner' }),
    series: [...Map.groupBy(inScope, ({ series }) => series)].map(([id, members]) => ({
      id, title: seriesOf(id)?.title ?? '', category: categoryNames[members[0]!.category],
      criteria: members.map((one) => ({ id: one.id, title: one.title, covered: covered.has(one.id) })),
    })),
    criteria: inScope.length,
  }
}

export async function memberPage(trx: Tx, scope: EngagementScope, personId: string, form?: FormState) {
  const base = `/engagements/${scope.engagement.id}`
  const team = await listTeam(trx, scope)
  const member = team.find((one) => one.personId === personId)
  if (!member) throw new NotFound('This person is not, or no longer, on the team.')
  const by = { personId: personOf(scope) ?? '', role: scope.role ?? 'staff' }
  return {
    title: member.name, tab: 'team' as const, frame: 'center' as const, base, member: memberRow(base, member), zone: scope.engagement.zone,
    form: form ?? formState({ role: member.role }),
    roles: roleChoices(rolesFor(member)), own: by.personId === personId,
    open: !isClosed(scope.engagement.phase),
    fixed: changeProblem(by, member, member.role === 'partner' ? 'staff' : member.role, team),
    kept: changeProblem(by, member, null, team),
  }
}

function memberRow(base: string, member: TeamMember): MemberRow {
  return {
    ...member, roleName: roleName(member.role), rankName: member.rank && rankName(member.rank), href: `${base}/team/${member.personId}`,
    access: member.account === 'active' ? 'Has an account' : member.account === 'invited' ? 'Invited' : member.side === 'firm' ? 'No account yet' : 'Answers by link only',
  }
}

function roleChoices(roles: readonly Parameters<typeof roleName>[0][]): Choice[] {
  return roles.map((role) => ({ value: role, label: capital(roleName(role)) }))
}
