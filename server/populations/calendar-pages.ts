import { mayStill } from '../access/policy.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { everyWords } from './calendar.ts'
import type { listOmissions, listReadLists, Match } from './calendar-store.ts'
import { periodInWords } from './pages.ts'
import { dayInWords } from './period.ts'
import { populationNumber } from './rules.ts'
import type { PopulationRow } from './store.ts'

/** What the page of a calendar needs beside its row. */
export type CalendarParts = {
  readonly omissions: Awaited<ReturnType<typeof listOmissions>>
  readonly lists: Awaited<ReturnType<typeof listReadLists>>
  readonly match: Match | null
  readonly form: FormState | null
}

export type CalendarPanel = {
  readonly every: string
  readonly omissions: readonly { readonly key: string, readonly reason: string, readonly agreer: string, readonly at: Date }[]
  readonly list: { readonly number: string, readonly href: string, readonly name: string } | null
  readonly met: number
  readonly missing: readonly string[]
  readonly unexpected: readonly { readonly day: string, readonly rows: number, readonly href: string }[]
  readonly undated: number
  readonly mayEdit: boolean
  readonly lists: readonly Choice[]
  readonly matchForm: FormState
  readonly form: FormState
}

export type CalendarFormPage = PageModel & {
  readonly action: string
  readonly back: string
  readonly period: string
  readonly form: FormState
  readonly everies: readonly Choice[]
  readonly controls: readonly Choice[]
}

export type StatementFormPage = PageModel & {
  readonly action: string
  readonly back: string
  readonly request: string
  readonly requestHref: string
  readonly words: string
  readonly period: string
  readonly form: FormState
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/calendar': CalendarFormPage
    'populations/statement': StatementFormPage
  }
}

/** What a calendar expects, what was left out of it, and how a client's list meets it. */
export function calendarPanel(scope: EngagementScope, row: PopulationRow, { omissions, lists, match, form }: CalendarParts): CalendarPanel {
  const base = `/engagements/${scope.engagement.id}/populations`
  const list = lists.find(({ id }) => id === row.list_id)
  const listHref = list ? `${base}/${populationNumber(list.number)}` : null
  return {
    every: everyWords[row.every ?? 'day'].noun,
    omissions: omissions.map(({ key, reason, agreer, agreed_at: at }) => ({ key, reason, agreer, at })),
    list: list ? { number: populationNumber(list.number), href: listHref!, name: list.name } : null,
    met: match?.met ?? 0, missing: match?.missing ?? [], undated: match?.undated ?? 0,
    unexpected: (match?.unexpected ?? []).map(({ day, rows, first }) => ({ day: dayInWords(day), rows, href: `${listHref}/rows?after=${first - 1}&at=${first}` })),
    mayEdit: row.status === 'checking' && mayStill(scope, 'population.prepare'),
    lists: lists.map(({ number, name }) => ({ value: String(number), label: `${populationNumber(number)} ${name}` })),
    matchForm: formState({ list: list ? String(list.number) : '' }),
    form: form ?? formState({ keys: (match?.missing ?? []).join('\n') }),
  }
}

export function calendarFormPage(scope: EngagementScope, controls: readonly { id: string, number: string, wording: string }[], form: FormState): CalendarFormPage {
  const base = `/engagements/${scope.engagement.id}/populations`
  return {
    title: 'Make a population from the calendar', tab: 'populations', action: `${base}/calendars`, back: base, period: periodInWords(scope), form,
    everies: Object.entries(everyWords).map(([value, { word, hint }]) => ({ value, label: word, hint })),
    controls: controls.map(({ id, number, wording }) => ({ value: id, label: number, hint: wording.length > 120 ? `${wording.slice(0, 120)}…` : wording })),
  }
}

export function statementFormPage(scope: EngagementScope, { request, words, form }: { readonly request: string, readonly words: string, readonly form: FormState }): StatementFormPage {
  const base = `/engagements/${scope.engagement.id}`
  return {
    title: `${request}: nothing occurred`, tab: 'populations', action: `${base}/populations/statements`, back: `${base}/populations`,
    request, requestHref: `${base}/requests/${request}`, words, period: periodInWords(scope), form,
  }
}
