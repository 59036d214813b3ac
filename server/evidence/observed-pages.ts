import type { RequestKind } from '../database/schema/requests.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import { writeDateTime } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { wantsObservation, type Observation } from './acceptance.ts'
import type { ReusableFile } from './reuse-store.ts'
import { momentOf } from './rules.ts'
import type { Pair } from './statement-pairs.ts'

/** What the firm wrote down of what it obtained, asked or watched. */
export type Observed = { readonly head: string, readonly pairs: readonly Pair[], readonly lines: readonly { readonly text: string, readonly answer: string }[] }

export type ObservationPage = PageModel & {
  readonly back: string
  readonly action: string
  readonly number: string
  readonly heading: string
  readonly request: string
  readonly kind: 'inquiry' | 'walkthrough' | 'other'
  readonly form: FormState
  readonly lines: readonly { readonly text: string, readonly answer: string }[]
  readonly kept: number
}

export type ReusePage = PageModel & {
  readonly back: string
  readonly action: string
  readonly here: string
  readonly number: string
  readonly request: string
  readonly words: string
  readonly firm: boolean
  readonly files: readonly (ReusableFile & { readonly from: string, readonly href: string })[]
  readonly items: readonly { readonly id: string, readonly key: string }[]
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/observation': ObservationPage
    'requests/reuse': ReusePage
  }
}

const BLANK_LINES = 3

export function observedOf(kind: RequestKind, observation: Observation): Observed {
  const moment = momentOf(observation)
  const inquiry = kind === 'inquiry'
  const pairs: [string, string][] = [
    ['Source', observation.source], [wantsObservation(kind) ? 'Recorded by' : 'Obtained by', observation.observer],
    ['When', moment ? writeDateTime(moment, observation.zone) : observation.at], ['Zone', observation.zone],
    [inquiry ? 'Asked' : 'Performed by', observation.subject], ['Role', observation.subjectRole],
  ]
  return {
    head: inquiry ? 'Record of the inquiry' : kind === 'walkthrough' ? 'Record of the walkthrough' : 'Obtained by the firm itself',
    pairs: pairs.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value, mono: false })),
    lines: observation.lines,
  }
}

type Recorded = { readonly number: number, readonly title: string, readonly kind: RequestKind }

/** The form of evidence the firm obtained itself, or of a record. `last` is what was written down before. */
export function observationPage(scope: EngagementScope, request: Recorded, last: Observation | null, kept: number, typed: FormState | null): ObservationPage {
  const here = `/engagements/${scope.engagement.id}/requests/${requestNumber(request.number)}`
  const kind = request.kind === 'inquiry' || request.kind === 'walkthrough' ? request.kind : 'other'
  const values = last && kind !== 'other' ? { source: last.source, observer: last.observer, at: last.at, zone: last.zone, subject: last.subject, subjectRole: last.subjectRole }
    : { source: '', observer: scope.actor.name, at: '', zone: scope.engagement.zone, subject: '', subjectRole: '' }
  const form = typed ?? formState(values)
  const written = typed ? linesOf(typed) : last && kind !== 'other' ? [...last.lines] : []
  const heading = kind === 'inquiry' ? 'Record of the inquiry' : kind === 'walkthrough' ? 'Record of the walkthrough' : 'Add evidence you obtained yourself'
  return {
    title: `${heading}: ${requestNumber(request.number)}`, tab: 'requests', frame: 'center', back: here, action: `${here}/observation`, number: requestNumber(request.number), heading, request: request.title, kind,
    form: { ...form, values: { ...values, ...form.values } }, kept,
    lines: [...written, ...Array.from({ length: BLANK_LINES }, () => ({ text: '', answer: '' }))],
  }
}

/** Evidence accepted for other requests, to be used here. */
export function reusePage(scope: EngagementScope, request: Recorded, files: readonly ReusableFile[], words: string, items: readonly { readonly id: string, readonly key: string }[]): ReusePage {
  const base = `/engagements/${scope.engagement.id}/requests`
  const here = `${base}/${requestNumber(request.number)}`
  const firm = scope.side === 'firm'
  return {
    title: `Use evidence again: ${requestNumber(request.number)}`, tab: 'requests', frame: 'center', back: firm ? here : `${here}/answer`, action: `${here}/reuse`, here: `${here}/reuse`, number: requestNumber(request.number),
    request: request.title, words, firm, items,
    files: files.map((file) => ({ ...file, from: `${requestNumber(file.request_number)}, version ${file.version}`, href: `${base}/${requestNumber(file.request_number)}?file=${file.id}` })),
  }
}

function linesOf(typed: FormState): { text: string, answer: string }[] {
  const [texts, answers] = ['line', 'answer'].map((name) => [typed.values[name] ?? []].flat()) as [string[], string[]]
  return texts.map((text, index) => ({ text, answer: answers[index] ?? '' })).filter(({ text, answer }) => text !== '' || answer !== '')
}
