import type { ClientRole, FirmRank, FirmRole, Role } from '../scope.ts'

const words: Readonly<Record<Role, string>> = {
  partner: 'engagement partner',
  quality_reviewer: 'quality reviewer',
  manager: 'manager',
  senior: 'senior',
  staff: 'staff',
  sponsor: 'executive sponsor',
  lead: 'compliance lead',
  owner: 'control owner',
}

export const firmRoles = ['partner', 'quality_reviewer', 'manager', 'senior', 'staff'] as const satisfies readonly FirmRole[]
export const clientRoles = ['sponsor', 'lead', 'owner'] as const satisfies readonly ClientRole[]

/** The trade's word for a role on an engagement. */
export function roleName(role: Role): string {
  return words[role]
}

/** The word for a rank in the firm. */
export function rankName(rank: FirmRank): string {
  return rank
}
