import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import type { MilestoneKind } from '../database/schema/carried.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import { todayIn, writeSpan } from './calendar.ts'
import { formulaOf, milestonesOf, milestoneWords } from './milestones.ts'
import { findAssembly, isRolled, listDueDays, listMoved, type DueDay } from './milestones-store.ts'
import { timelineOf, type Timeline } from './timeline.ts'

type MilestoneRow = {
  readonly kind: MilestoneKind
  readonly place: number
  readonly word: string
  readonly on: string
  readonly over: boolean
  readonly version: number
  /** The formula it was proposed by, or null once somebody moved it. */
  readonly formula: string | null
  readonly by: string | null
  readonly at: Date | null
  readonly action: string
  readonly error: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'engagements/timeline': {
      base: string
      span: string | null
      zone: string
      today: string
      timeline: Timeline | null
      milestones: readonly MilestoneRow[]
      days: readonly { readonly on: string, readonly count: number, readonly open: number, readonly late: boolean, readonly references: readonly { readonly reference: string, readonly href: string }[], readonly more: number }[]
      mayMove: boolean
      /** Where the next engagement is started from this one, and where the report of how this one came to be is; null where not. */
      next: string | null
      carried: string | null
      form: FormState
    }
  }
}

const FEW = 8

export async function timelinePage(trx: Tx, scope: EngagementScope, now: Date, form: FormState = formState()) {
  const { engagement } = scope
  const base = `/engagements/${engagement.id}`
  const moved = await listMoved(trx, scope)
  const days = await listDueDays(trx, scope)
  const today = todayIn(engagement.zone, now)
  const closing = await findAssembly(trx, scope)
  const milestones = milestonesOf(engagement, moved, closing)
  const mayMove = may(scope.role, 'milestone.move') && engagement.phase !== 'archived' && engagement.phase !== 'withdrawn'
  const rolled = await isRolled(trx, scope)
  const period = engagement.periodStart !== null && engagement.periodEnd !== null ? { start: engagement.periodStart, end: engagement.periodEnd } : null
  return {
    title: 'Timeline', tab: 'timeline' as const, base, span: milestones.length > 0 ? writeSpan(engagement) : null, zone: engagement.zone, today, mayMove, form,
    timeline: timelineOf(milestones, days, period, today),
    milestones: milestones.map(({ kind, on, version }, index): MilestoneRow => {
      const hand = moved.find((one) => one.kind === kind)
      return {
        kind, place: index + 1, word: milestoneWords[kind], on, over: on < today, version, formula: hand ? null : formulaOf(kind, closing),
        by: hand?.by ?? null, at: hand?.at ?? null, action: `${base}/milestones/${kind}/date`, error: form.errors[kind] ?? null,
      }
    }),
    days: days.map((day) => dayRow(base, day, today)),
    next: may(scope.role, 'engagement.carry') && engagement.phase !== 'draft' && engagement.phase !== 'withdrawn' ? `${base}/next` : null,
    carried: rolled && may(scope.role, 'trail.view') ? `${base}/carried` : null,
  }
}

function dayRow(base: string, { on, numbers, open }: DueDay, today: string) {
  return {
    on, count: numbers.length, open, late: open > 0 && on < today, more: Math.max(0, numbers.length - FEW),
    references: numbers.slice(0, FEW).map((number) => ({ reference: requestNumber(number), href: `${base}/requests/${requestNumber(number)}` })),
  }
}
