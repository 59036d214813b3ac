import { isClosed, may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { changeProblem } from '../engagements/membership.ts'
import { roleName } from '../engagements/roles.ts'
import { listTeam } from '../engagements/team-store.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { kinds, successors } from './rules.ts'
import { listOpenItems } from './store.ts'

declare module '../web/view.ts' {
  interface Pages {
    'departures/show': {
      name: string
      own: boolean
      side: 'firm' | 'client'
      here: string
      back: string
      /** Why they cannot go, or null. */
      kept: string | null
      open: readonly { readonly count: number, readonly one: string, readonly many: string }[]
      total: number
      successors: readonly Choice[]
      form: FormState
    }
  }
}

export async function departurePage(trx: Tx, scope: EngagementScope, personId: string, form: FormState = formState()) {
  const own = personOf(scope) === personId
  const team = await listTeam(trx, scope)
  const leaver = team.find((one) => one.personId === personId)
  if (!leaver) throw new NotFound('This person is not, or no longer, on the team.')
  if (!own && !may(scope.role, 'team.manage')) throw new Forbidden()
  const items = await listOpenItems(trx, scope, personId)
  const base = `/engagements/${scope.engagement.id}/team`
  return {
    title: own ? 'Leave the team' : `${leaver.name} leaves`, tab: 'team' as const, frame: 'center' as const, name: leaver.name, own, side: leaver.side,
    here: `${base}/${personId}/departure`, back: own && !may(scope.role, 'team.manage') ? base : `${base}/${personId}`,
    kept: isClosed(scope.engagement.phase) ? `This engagement is ${scope.engagement.phase}, so its team stands as it is.` : changeProblem({ personId: personOf(scope) ?? '', role: scope.role ?? 'staff' }, leaver, null, team),
    open: kinds.map(([kind, one, many]) => ({ count: items.filter((item) => item.kind === kind).length, one, many })).filter(({ count }) => count > 0),
    total: items.length, form,
    successors: successors(leaver, team).map((one) => ({ value: one.personId, label: `${one.name}, ${roleName(one.role)}` })),
  }
}
