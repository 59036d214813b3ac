import { categoryNames, type Category } from '../controls/criteria.ts'
import { writeSpan } from '../engagements/calendar.ts'
import { engagementLabel } from '../engagements/shell.ts'
import type { Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import type { EngagementFacts, EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { Plan, Report } from './carriage.ts'
import { nextDates } from './period.ts'
import { findReport } from './store.ts'

declare module '../web/view.ts' {
  interface Pages {
    'rollforward/new': {
      here: string
      back: string
      from: string
      span: string
      report: Report | null
      types: readonly Choice[]
      categories: readonly Choice[]
      form: FormState
    }
    'rollforward/show': { base: string, report: Report, from: string | null, by: string, madeAt: Date, zone: string }
  }
}

const categories = (['availability', 'confidentiality', 'processing_integrity', 'privacy'] as const satisfies readonly Category[])
  .map((value) => ({ value, label: categoryNames[value] }))
const types = [{ value: '2', label: 'Type 2', hint: 'A period; operating effectiveness is tested.' }, { value: '1', label: 'Type 1', hint: 'One date; design only.' }]

/** The plan that follows an engagement, before anybody changes it. */
export function proposedPlan(engagement: EngagementFacts): Plan {
  return { ...nextDates(engagement), zone: engagement.zone, categories: engagement.categories }
}

export function planForm(plan: Plan): FormState {
  return formState({
    type: String(plan.type), asOf: plan.asOf ?? '', periodStart: plan.periodStart ?? '', periodEnd: plan.periodEnd ?? '', zone: plan.zone,
    categories: plan.categories.filter((category) => category !== 'security'),
  })
}

/** The form of the engagement that follows; `report` says what would come along with what it holds, null where that cannot be said. */
export function newPage({ engagement }: EngagementScope, form: FormState, report: Report | null) {
  const base = `/engagements/${engagement.id}`
  return {
    title: 'Start the next engagement', tab: 'timeline' as const, here: `${base}/next`, back: `${base}/timeline`, from: engagementLabel(engagement), span: writeSpan(engagement),
    report, types, categories, form,
  }
}

/** What came along when the engagement was rolled forward; throws NotFound where it was not. */
export async function reportPage(trx: Tx, scope: EngagementScope, mine: ReadonlySet<string>) {
  const found = await findReport(trx, scope)
  if (!found) throw new NotFound('This engagement was not rolled forward from another.')
  const { from } = found.report
  return {
    title: 'What came along', tab: 'timeline' as const, base: `/engagements/${scope.engagement.id}`, ...found, zone: scope.engagement.zone,
    from: mine.has(from.id) ? `/engagements/${from.id}` : null,
  }
}
