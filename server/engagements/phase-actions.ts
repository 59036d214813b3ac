import { endAllLinks } from '../access/links.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { lockLog, record } from '../trail/record.ts'
import { writeDate } from '../web/times.ts'
import { todayIn } from './calendar.ts'
import { missingFor, type PhaseFacts } from './phase-conditions.ts'
import { endViews, findClosing, findPhaseFacts, updateClosing, updatePhase } from './phase-store.ts'
import { isBackward, next, phaseWord, type Phase } from './phases.ts'
import { lockPhase } from './store.ts'

/**
 * Moves the engagement to another phase. Throws Refused where that does not follow from the present one, or with the list
 * of what is missing; Invalid where a way back has no reason; Forbidden where somebody else than the partner would release
 * the report. With the report, and with a withdrawal, every answer link ends.
 */
export async function changePhase(site: Site, scope: EngagementScope, to: Phase, reason = ''): Promise<void> {
  if (to === 'issued' && !may(scope.role, 'engagement.release')) throw new Forbidden('The engagement partner releases the report.')
  await inScope(site.db, scope, async (trx) => {
    const from = await lockPhase(trx, scope)
    next(from, to)
    await lockLog(trx, scope)
    if (isBackward(from, to) && reason === '') throw new Invalid({ reason: `Say why it goes back to ${phaseWord(to, scope.engagement.purpose)}.` })
    const missing = isBackward(from, to) ? [] : missingFor(to, await phaseFacts(trx, scope))
    if (missing.length > 0) throw new Refused(`This engagement cannot enter ${phaseWord(to, scope.engagement.purpose)} yet. ${missing.map(({ text }) => `${text}.`).join(' ')}`)
    if (to === 'issued' || to === 'withdrawn') {
      await endAllLinks(trx, scope)
      await endViews(trx, scope)
    }
    await updatePhase(trx, scope, to)
    // The lock lets nothing through from here on but the trail.
    await record(trx, scope, { kind: 'phase.changed', facts: { from, to }, ...reason === '' ? {} : { detail: { reason } } })
  })
}

/** What the conditions of the phases rest on, as it is now. */
export async function phaseFacts(trx: Tx, scope: EngagementScope): Promise<PhaseFacts> {
  const { assessed, ...facts } = await findPhaseFacts(trx, scope, scope.at ?? new Date())
  return { ...facts, unassessed: facts.purpose === 'readiness' ? criteriaInScope(scope.engagement.categories).filter(({ id }) => !assessed.includes(id)).length : 0 }
}

export type ClosingDates = { readonly reportDate: string | null, readonly releaseDate: string | null }

/** Sets the dates of the report and of its release, until it is issued; throws Invalid where one of them cannot be. */
export async function setClosingDates(site: Site, scope: EngagementScope, dates: ClosingDates): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const phase = await lockPhase(trx, scope)
    if (!['fieldwork', 'wrap_up', 'reporting'].includes(phase)) throw new Refused(`The report is dated between fieldwork and its issue; this engagement is in ${phaseWord(phase)}.`)
    const wrong = dateFaults(dates, await phaseFacts(trx, scope))
    if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
    const before = await findClosing(trx, scope)
    if (before.reportDate === dates.reportDate && before.releaseDate === dates.releaseDate) return
    await updateClosing(trx, scope, { report_date: dates.reportDate, release_date: dates.releaseDate })
    await record(trx, scope, { kind: 'closing.dated', facts: dates })
  })
}

/** Sets or lifts the legal hold, which keeps the file whatever its retention says; at any time, with a reason. */
export async function setLegalHold(site: Site, scope: EngagementScope, on: boolean, reason: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockPhase(trx, scope)
    if ((await findClosing(trx, scope)).legalHold === on) throw new Refused(on ? 'The legal hold is set already.' : 'There is no legal hold by now.')
    await updateClosing(trx, scope, { legal_hold: on })
    await record(trx, scope, { kind: 'closing.held', facts: { on }, detail: { reason } })
  })
}

/** What is wrong with dates of a report, by field. */
export function dateFaults({ reportDate: report, releaseDate: release }: ClosingDates, { end, lastEvidence: last, review }: Pick<PhaseFacts, 'end' | 'lastEvidence' | 'review'>): Record<string, string> {
  const wrong: Record<string, string> = {}
  if (report !== null && end !== null && report < end) wrong['reportDate'] = `The report is not dated before the end of the period, ${writeDate(end)}.`
  else if (report !== null && last !== null && report < last) wrong['reportDate'] = `The report is not dated before the last evidence, of ${writeDate(last)}.`
  if (release !== null && report === null) wrong['releaseDate'] = 'A report without a date is not released. Date the report first.'
  else if (release !== null && report !== null && release < report) wrong['releaseDate'] = 'The release is not before the report’s date.'
  else if (release !== null && review !== null && release < review) wrong['releaseDate'] = `The release is not before the quality review of ${writeDate(review)}.`
  return wrong
}

/** What day it is for the engagement when the caller acts. */
export function todayOf(scope: EngagementScope): string {
  return todayIn(scope.engagement.zone, scope.at ?? new Date())
}
