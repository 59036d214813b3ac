import type { MilestoneKind, ReadinessState, RemediationStatus } from '../database/schema/carried.ts'

/** What the trail says of engagements carried over, their milestones and readiness, and of who looks after what. */
export type CarriedFacts = {
  'engagement.rolled_forward': { fromEngagementId: string, controls: number, requests: number, lines: number }
  'milestone.moved': { milestone: MilestoneKind, from: string, to: string }
  'account.calendar_made': Record<never, never>
  'account.calendar_ended': Record<never, never>
  'readiness.assessed': { criterion: string, from: ReadinessState | null, to: ReadinessState, ownerId: string | null, dueOn: string | null }
  'readiness.remediated': { criterion: string, from: RemediationStatus, to: RemediationStatus }
  'member.handed_over': { from: string, to: string, answers: number, reviews: number, controls: number, series: number, lines: number, exceptions: number, gaps: number }
  'view.begun': { personId: string }
  'view.ended': { personId: string }
}
