import { createHash } from 'node:crypto'
import { may } from '../access/policy.ts'
import type { FeedDay } from '../mail/calendar.ts'
import { requestNumber } from '../requests/rules.ts'
import type { FeedEngagement } from './feed-store.ts'
import { milestonesOf, milestoneWords } from './milestones.ts'

/**
 * The days of somebody's calendar: milestones for whoever sees the timeline, and one entry for each day on which
 * something is due. Nothing in it names a client, a system or what is asked, for calendars are shared and synchronized;
 * the ids are hashes, so that they lead nowhere either.
 */
export function feedDays(engagements: readonly FeedEngagement[], host: string): FeedDay[] {
  const uid = (engagement: string, what: string) => `${createHash('sha256').update(`${engagement} ${what}`).digest('hex').slice(0, 32)}@${host}`
  return engagements.flatMap((engagement): FeedDay[] => [
    ...may(engagement.role, 'milestone.view') ? milestonesOf(engagement, engagement.moved, engagement).map(({ kind, on, version }) => ({
      uid: uid(engagement.id, kind), sequence: version, on, summary: milestoneWords[kind],
    })) : [],
    ...engagement.due.map(({ on, numbers }) => ({
      uid: uid(engagement.id, `due ${on}`), sequence: 0, on,
      summary: numbers.length === 1 ? `${requestNumber(numbers[0]!)} due` : `Requests due (${numbers.length})`,
    })),
  ])
}
