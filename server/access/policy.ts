import type { FirmRank, Role } from '../scope.ts'

const TEAM = ['partner', 'manager', 'senior', 'staff'] as const
const SENIORS = ['partner', 'manager', 'senior'] as const
const MANAGERS = ['partner', 'manager'] as const
const FIRM = ['partner', 'quality_reviewer', 'manager', 'senior', 'staff'] as const
const EVERYONE = [...FIRM, 'sponsor', 'lead', 'owner'] as const

/** Who may: inside an engagement by role there. When is the business of each noun's rules. */
export const roles = {
  'engagement.view': EVERYONE,
  'team.manage': MANAGERS,
  'setup.view': [...FIRM, 'sponsor', 'lead'],
  'setup.change': MANAGERS,
  'subservice.edit': TEAM,
  'description.edit': [...TEAM, 'lead'],
  'criterion.exclude': SENIORS,
  'team.leave': EVERYONE,
  'client.see_as': SENIORS,
  'engagement.carry': MANAGERS,
  'milestone.view': [...FIRM, 'sponsor', 'lead'],
  'milestone.move': SENIORS,
  'readiness.view': EVERYONE,
  'readiness.assess': TEAM,
  'readiness.remediate': ['lead', 'owner'],
  'readiness.verify': SENIORS,
  'readiness.export': [...FIRM, 'sponsor', 'lead'],
  'phase.view': FIRM,
  'phase.change': MANAGERS,
  'engagement.release': ['partner'],
  'engagement.hold': ['partner'],
  'engagement.destroy': ['partner'],
  'record.view': [...FIRM, 'sponsor', 'lead'],
  'record.enter': [...FIRM, 'sponsor', 'lead'],
  'addition.make': TEAM,
  'addition.review': SENIORS,
  'addition.authorize': ['partner'],
  'control.view': [...FIRM, 'sponsor', 'lead'],
  'control.edit': TEAM,
  'control.reword': [...TEAM, 'lead'],
  'control.confirm': ['lead'],
  'control.import': [...TEAM, 'lead'],
  'request.view': EVERYONE,
  'request.draft': TEAM,
  'request.issue': SENIORS,
  'request.assign': [...SENIORS, 'lead'],
  'request.answer': ['lead', 'owner'],
  'request.review': TEAM,
  'request.decide': SENIORS,
  'link.send': [...SENIORS, 'lead'],
  'link.rule': MANAGERS,
  'thread.comment': [...TEAM, 'sponsor', 'lead', 'owner'],
  'thread.note': FIRM,
  'evidence.mark': TEAM,
  'legend.view': FIRM,
  'legend.edit': SENIORS,
  'evidence.view': EVERYONE,
  'evidence.match': [...FIRM, 'lead'],
  'gate.view': [...MANAGERS, 'lead'],
  'gate.change': [...MANAGERS, 'lead'],
  'gate.decide': ['lead'],
  'meeting.arrange': [...TEAM, 'lead', 'owner'],
  'evidence.reuse': [...TEAM, 'lead'],
  'evidence.withhold': EVERYONE,
  'quarantine.decide': MANAGERS,
  'population.view': FIRM,
  'population.prepare': TEAM,
  'sample.draw': TEAM,
  'sample.draw_again': MANAGERS,
  'test.view': FIRM,
  'test.edit': TEAM,
  'test.prepare': TEAM,
  'test.review': SENIORS,
  'test.assign': SENIORS,
  'test.flag': MANAGERS,
  'note.open': [...SENIORS, 'quality_reviewer'],
  'note.answer': TEAM,
  'note.clear': [...SENIORS, 'quality_reviewer'],
  'template.apply': TEAM,
  'exception.view': [...FIRM, 'sponsor', 'lead'],
  'exception.describe': TEAM,
  'exception.release': SENIORS,
  'exception.answer': ['lead'],
  'exception.finish': MANAGERS,
  'opinion.view': ['partner', 'quality_reviewer', 'manager'],
  'opinion.record': ['partner'],
  'matrix.view': FIRM,
  'matrix.edit': TEAM,
  'matrix.lay_out': SENIORS,
  'matrix.export_draft': FIRM,
  'matrix.export_final': MANAGERS,
  'evidence.export': MANAGERS,
  'trail.view': FIRM,
} as const satisfies Record<string, readonly Role[]>

/** Who may: outside any engagement by rank in the firm. */
export const ranks = {
  'engagement.create': ['partner', 'manager'],
  'account.manage': ['partner', 'manager'],
  'firm_trail.view': ['partner', 'manager'],
  'template.view': ['partner', 'manager', 'senior', 'staff'],
  'template.keep': ['partner', 'manager', 'senior'],
  'sampling_policy.enter': ['partner', 'manager'],
  'firm_policy.enter': ['partner', 'manager'],
} as const satisfies Record<string, readonly FirmRank[]>

export type EngagementPermit = keyof typeof roles
export type FirmPermit = keyof typeof ranks

/**
 * What a route may demand: nothing (`public`), the start of a session (`pending`: password given, second step not yet),
 * a signed-in person (`signed_in`), an answer link's session (`link`),
 * that of somebody's whole list (`list`), the demo's own people (`demo`), or a permission.
 */
export type Permit = 'public' | 'pending' | 'signed_in' | 'link' | 'list' | 'demo' | EngagementPermit | FirmPermit

export function isEngagementPermit(permit: string): permit is EngagementPermit {
  return Object.hasOwn(roles, permit)
}

export function isFirmPermit(permit: string): permit is FirmPermit {
  return Object.hasOwn(ranks, permit)
}

export function isPermit(permit: unknown): permit is Permit {
  return typeof permit === 'string'
    && (['public', 'pending', 'signed_in', 'link', 'list', 'demo'].includes(permit) || isEngagementPermit(permit) || isFirmPermit(permit))
}

/** Permits that mean nothing while a company only prepares for an examination. */
const examinationOnly = /^(population|sample|test|exception|legend|matrix|opinion|report|template|note)\./

/** Whether engagements of this purpose have anything behind the permit at all. */
export function hasMatter(purpose: 'examination' | 'readiness', permit: EngagementPermit): boolean {
  return purpose === 'readiness' ? !examinationOnly.test(permit) : !permit.startsWith('readiness.')
}

/** Whether an engagement in this phase takes no changes any more, but for what its assembly and its lock ask. */
export function isClosed(phase: string): boolean {
  return phase === 'issued' || phase === 'archived' || phase === 'withdrawn'
}

/** Whether a person with `role` in the engagement may; pages ask before they show a button. */
export function may(role: Role | null, permit: EngagementPermit): boolean {
  return role !== null && (roles[permit] as readonly Role[]).includes(role)
}

/** Whether the caller may do it in this engagement as long as it takes changes: what a page asks before it shows a form. */
export function mayStill({ role, engagement }: { readonly role: Role | null, readonly engagement: { readonly phase: string } }, permit: EngagementPermit): boolean {
  return may(role, permit) && !isClosed(engagement.phase)
}

export function mayInFirm(rank: FirmRank | null, permit: FirmPermit): boolean {
  return rank !== null && (ranks[permit] as readonly FirmRank[]).includes(rank)
}
