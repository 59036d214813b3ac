import { may } from '../access/policy.ts'
import { frequencyWords } from '../controls/rules.ts'
import type { Tx } from '../database/connect.ts'
import { findStanding } from '../exceptions/store.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { writeDate } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import type { Reference } from './actions.ts'
import { designRemark } from './design.ts'
import { listDesigns, type DesignRow } from './design-store.ts'
import { itemWords, rollforwardDue, type Span } from './lines.ts'
import { findSpan, listLineItems, listPapers, listRetests } from './lines-store.ts'
import { kindWords, testReference } from './rules.ts'
import { findLine, findLineById, type LineRow } from './store.ts'

/** What a line is, beside its grid: its kind, span, interim date, and the tests before and after it. */
export type LinePanel = {
  readonly kind: string
  readonly frequency: string | null
  readonly span: string
  readonly interim: string | null
  readonly rollforward: { readonly words: string, readonly result: string, readonly on: string, readonly request: string | null } | null
  readonly due: boolean
  readonly retestOf: { readonly reference: string, readonly href: string } | null
  readonly retests: readonly { readonly reference: string, readonly href: string }[]
  readonly entries: string | null
  readonly retestHref: string | null
  readonly rollforwardHref: string | null
  readonly design: string | null
  readonly controlHref: string
}

export type EntriesPage = PageModel & {
  readonly here: string
  readonly reference: string
  readonly kind: string
  readonly one: string
  readonly many: string
  readonly noun: string
  readonly configuration: boolean
  readonly items: readonly { readonly position: number, readonly label: string, readonly on: string | null, readonly who: string, readonly words: string, readonly request: { readonly number: string, readonly href: string } | null, readonly editHref: string, readonly removal: string | null }[]
  readonly editing: string | null
  readonly action: string
  readonly form: FormState
  readonly papers: readonly Choice[]
  readonly mayEdit: boolean
}

export type RollforwardPage = PageModel & {
  readonly here: string
  readonly reference: string
  readonly interim: string | null
  readonly until: string
  readonly form: FormState
  readonly papers: readonly Choice[]
  readonly drawHref: string | null
  readonly entriesHref: string | null
}

export type RetestPage = PageModel & { readonly here: string, readonly reference: string, readonly span: string, readonly excepted: boolean, readonly form: FormState }

declare module '../web/view.ts' {
  interface Pages {
    'testing/entries': EntriesPage
    'testing/rollforward': RollforwardPage
    'testing/retest': RetestPage
  }
}

const resultWords = { unchanged: 'Nothing changed', covered: 'Changes were covered by further work' } as const
/** Whether the file takes no changes any more. */
export const closed = (scope: EngagementScope) => ['issued', 'archived', 'withdrawn'].includes(scope.engagement.phase)

/** What stands beside the grid of one line. */
export async function readPanel(trx: Tx, scope: EngagementScope, line: LineRow, here: string, base: string): Promise<LinePanel> {
  const mayEdit = may(scope.role, 'test.edit') && !closed(scope)
  const span = await findSpan(trx, scope, line)
  const due = rollforwardDue({ interim: line.interim_on, result: line.rollforward_result }, span.to)
  const of = line.retest_of === null ? null : await findLineById(trx, scope, line.retest_of)
  const request = line.rollforward_request_id === null ? null : (await listPapers(trx, scope, line.control_id)).find(({ id }) => id === line.rollforward_request_id)
  const standing = (await listDesigns(trx, scope, line.control_id)).find((one) => one.voided_at === null && one.wording_version === line.current_wording_version)
  const link = (control: string, sequence: number) => ({ reference: testReference(control, sequence), href: `${base}/testing/${encodeURIComponent(testReference(control, sequence))}` })
  return {
    kind: kindWords[line.kind], frequency: line.frequency && frequencyWords[line.frequency], span: writeSpan(span), interim: line.interim_on && writeDate(line.interim_on),
    rollforward: line.rollforward_result ? { words: line.rollforward, result: resultWords[line.rollforward_result], on: writeDate(line.rollforward_on!), request: request ? requestNumber(request.number) : null } : null,
    due, retestOf: of && link(of.control_number, of.sequence), retests: (await listRetests(trx, scope, line.id)).map((one) => link(one.control_number, one.sequence)),
    entries: line.kind === 'sample' ? null : `${here}/entries`,
    retestHref: mayEdit && await findStanding(trx, scope, line.id) !== undefined ? `${here}/retest` : null,
    rollforwardHref: mayEdit && line.interim_on !== null && (due || line.rollforward_result !== null) ? `${here}/rollforward` : null,
    design: designRemark(standing && asStanding(standing)), controlHref: `${base}/testing/controls/${encodeURIComponent(line.control_number)}`,
  }
}

/** A row as the rules know it. */
export function asStanding(row: DesignRow) {
  return { conclusion: row.conclusion, preparedBy: row.prepared_by, reviewed: row.reviewed_at !== null, wordingVersion: row.wording_version }
}

/** 'Oct 1, 2025 to Sep 30, 2026', or what of it is known. */
export function writeSpan({ from, to }: Span): string {
  return from && to ? `${writeDate(from)} to ${writeDate(to)}` : from ? `from ${writeDate(from)}` : to ? `to ${writeDate(to)}` : 'The whole period'
}

/** The items of a line that no draw made, with the form for one more or, given its position, for one that stands. */
export async function entriesPage(trx: Tx, scope: EngagementScope, place: Reference, form: FormState | null, position: number | null = null): Promise<EntriesPage> {
  const base = `/engagements/${scope.engagement.id}`
  const line = await findLine(trx, scope, place.control, place.sequence)
  const reference = testReference(line.control_number, line.sequence)
  const here = `${base}/testing/${encodeURIComponent(reference)}`
  const items = await listLineItems(trx, scope, line.id)
  const editing = items.find((item) => item.position === position)
  const values = editing ? { label: editing.label, on: editing.occurred_on ?? '', request: editing.request_id ?? '', person: editing.person, role: editing.person_role, words: editing.words } : {}
  return {
    title: `${itemWords[line.kind].many} of ${reference}`, tab: 'testing', frame: 'center', here, reference, kind: kindWords[line.kind], ...itemWords[line.kind], noun: line.item_noun, configuration: line.kind === 'configuration',
    items: items.map((item) => ({
      position: item.position, label: item.label, on: item.occurred_on && writeDate(item.occurred_on), who: [item.person, item.person_role].filter(Boolean).join(', '), words: item.words,
      request: item.request_number === null ? null : { number: requestNumber(item.request_number), href: `${base}/requests/${requestNumber(item.request_number)}` },
      editHref: `${here}/entries?item=${item.position}`, removal: item.used ? null : `${here}/entries/${item.position}/removal`,
    })),
    editing: editing?.label ?? null, action: editing ? `${here}/entries/${editing.position}` : `${here}/entries`,
    form: form ?? { values, errors: {}, summary: [] }, papers: (await listPapers(trx, scope, line.control_id)).map((paper) => ({ value: paper.id, label: `${requestNumber(paper.number)} ${paper.title}` })),
    mayEdit: may(scope.role, 'test.edit') && !closed(scope) && line.kind !== 'sample',
  }
}

/** The form in which the time from the interim date to the end is accounted for. */
export async function rollforwardPage(trx: Tx, scope: EngagementScope, place: Reference, form: FormState | null): Promise<RollforwardPage> {
  const line = await findLine(trx, scope, place.control, place.sequence)
  const base = `/engagements/${scope.engagement.id}`
  const reference = testReference(line.control_number, line.sequence)
  const here = `${base}/testing/${encodeURIComponent(reference)}`
  const { to } = await findSpan(trx, scope, line)
  const values = { result: line.rollforward_result ?? '', words: line.rollforward, on: line.rollforward_on ?? '', request: line.rollforward_request_id ?? '' }
  return {
    title: `Rollforward of ${reference}`, tab: 'testing', frame: 'center', here, reference, interim: line.interim_on && writeDate(line.interim_on), until: to ? writeDate(to) : 'the end of the period',
    form: form ?? { values, errors: {}, summary: [] }, papers: (await listPapers(trx, scope, line.control_id)).map((paper) => ({ value: paper.id, label: `${requestNumber(paper.number)} ${paper.title}` })),
    drawHref: line.draw_id === null ? null : `${base}/populations`, entriesHref: line.kind === 'sample' ? null : `${here}/entries`,
  }
}

/** The form that plans a retest. */
export async function retestPage(trx: Tx, scope: EngagementScope, place: Reference, form: FormState): Promise<RetestPage> {
  const line = await findLine(trx, scope, place.control, place.sequence)
  const reference = testReference(line.control_number, line.sequence)
  return {
    title: `Retest of ${reference}`, tab: 'testing', frame: 'center', here: `/engagements/${scope.engagement.id}/testing/${encodeURIComponent(reference)}`, reference,
    span: writeSpan(await findSpan(trx, scope, line)), excepted: await findStanding(trx, scope, line.id) !== undefined, form,
  }
}
