import type { ClientRole, FirmRank, Role } from '../scope.ts'
import { clientRoles, firmRoles, roleName } from './roles.ts'

export type Candidate = { readonly name: string, readonly side: 'firm' | 'client', readonly rank: FirmRank | null }
export type Standing = { readonly personId: string, readonly role: Role }

/** The roles a person may be given, by the side they come from and their rank in the firm. */
export function rolesFor({ side, rank }: Candidate): readonly Role[] {
  if (side === 'client') return clientRoles
  return firmRoles.filter((role) => role !== 'partner' || rank === 'partner')
}

/** Why a person cannot be given a role, or null when they can. */
export function roleProblem(person: Candidate, role: Role): string | null {
  if (rolesFor(person).includes(role)) return null
  if (person.side === 'client') return `${person.name} works for the client and can only be ${clientRoles.map(roleName).join(', ')}.`
  if (isClientRole(role)) return `${person.name} works for the firm and cannot be the client’s ${roleName(role)}.`
  return `${person.name} is not a partner of the firm, so cannot be the engagement partner.`
}

/**
 * Why `by` may not give `member` the role `to`, or take them off the team (`to` null); null when they may. `team` is
 * everybody on it at present.
 */
export function changeProblem(by: Standing, member: Standing, to: Role | null, team: readonly Standing[]): string | null {
  const own = by.personId === member.personId
  if (own && to !== null) return 'Nobody changes their own role. Ask another manager or the partner.'
  if (member.role !== 'partner' || to === 'partner') return null
  if (by.role !== 'partner') return 'Only a partner changes or removes an engagement partner.'
  const others = team.filter(({ personId, role }) => role === 'partner' && personId !== member.personId)
  if (others.length === 0) return 'An engagement keeps at least one partner. Add another partner first.'
  return null
}

function isClientRole(role: string): role is ClientRole {
  return (clientRoles as readonly string[]).includes(role)
}
