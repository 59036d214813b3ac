import type { RequestKind } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { kinds, requestNumber } from './rules.ts'
import { everyWords } from './spans.ts'

export type RequestFormPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly form: FormState
  readonly heading: string
  readonly version: number | null
  readonly kinds: readonly Choice[]
  readonly owners: readonly Choice[]
  readonly controls: readonly string[]
  readonly priorities: readonly Choice[]
  readonly repeats: readonly Choice[] | null
  readonly back: string
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/edit': RequestFormPage
  }
}

/** The form of a draft, new (`request` null) or being changed. */
export function formPage(scope: EngagementScope, request: { number: number, version: number } | null, form: FormState,
  owners: readonly { id: string, name: string, title: string }[], controls: readonly string[]): RequestFormPage {
  const base = `/engagements/${scope.engagement.id}`
  const number = request ? requestNumber(request.number) : null
  return {
    title: number ? `Change ${number}` : 'New request',
    tab: 'requests',
    frame: 'center',
    base,
    action: number ? `${base}/requests/${number}/draft` : `${base}/requests`,
    back: number ? `${base}/requests/${number}` : `${base}/requests`,
    form,
    heading: number ? `Change ${number} before it is issued` : 'Ask the client for something',
    version: request?.version ?? null,
    kinds: kindChoices().filter(({ value }) => value !== 'sample' || form.values['kind'] === 'sample'),
    owners: ownerChoices(owners),
    controls,
    priorities: [{ value: 'normal', label: 'Normal' }, { value: 'high', label: 'High' }],
    repeats: request === null && scope.engagement.type === 2 ? choicesOf(everyWords) : null,
  }
}

function kindChoices(): Choice[] {
  return (Object.entries(kinds) as [RequestKind, string][]).map(([value, label]) => ({ value, label }))
}

function ownerChoices(owners: readonly { id: string, name: string, title: string }[]): Choice[] {
  return owners.map(({ id, name, title }) => ({ value: id, label: title ? `${name}, ${title}` : name }))
}
