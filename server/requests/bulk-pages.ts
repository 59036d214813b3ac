import type { EngagementScope } from '../scope.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { writeDate } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import { refusalOf, type Act } from './bulk-rules.ts'
import type { ChosenRequest } from './bulk-store.ts'
import { requestNumber, returnReasons } from './rules.ts'

type Row = { readonly number: string, readonly href: string, readonly title: string, readonly status: RequestStatus, readonly owner: string | null, readonly due: string | null }

export type BulkPage = PageModel & {
  readonly heading: string
  readonly action: string
  readonly back: string
  readonly form: FormState
  readonly conflict: string | null
  readonly takes: readonly Row[]
  readonly refused: readonly (Row & { readonly why: string })[]
  readonly numbers: readonly string[]
  readonly lead: string
  readonly button: string
  readonly danger: boolean
  readonly owner: { readonly owners: readonly Choice[] } | null
  readonly due: boolean
  readonly dueReason: boolean
  readonly reason: string | null
  readonly reasons: readonly Choice[] | null
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/bulk': BulkPage
  }
}

const verbs: Readonly<Record<Act, { verb: string, will: string }>> = {
  issue: { verb: 'Issue', will: 'Each owner gets a mail with a link of their own.' },
  owner: { verb: 'Assign', will: 'The former owner’s links end, and the new owner gets a mail for each request that waits for them.' },
  'due-date': { verb: 'Move', will: 'The first due date stays on record, and so does every change.' },
  reminder: { verb: 'Remind the owners of', will: 'Each owner gets a fresh link.' },
  acceptance: { verb: 'Accept', will: 'Accepting says that the evidence is usable; it says nothing yet of the control.' },
  return: { verb: 'Return', will: 'Each owner gets the reason and your words in a mail with a fresh link.' },
  cancellation: { verb: 'Cancel', will: 'Their links end. They stay in the list and can be opened again.' },
  reopening: { verb: 'Open again', will: 'Each owner gets a mail with a link of their own.' },
}

/**
 * What would happen to the chosen requests and to which of them it would not, before anything is done. `tried` holds what
 * else stands in the way of a request, by its number.
 */
export function bulkPage(scope: EngagementScope, act: Act, chosen: readonly ChosenRequest[], owners: readonly { id: string, name: string, title: string }[], form: FormState,
  conflict: string | null = null, tried: ReadonlyMap<number, string> = new Map()): BulkPage {
  const base = `/engagements/${scope.engagement.id}`
  const circumstances = { phase: scope.engagement.phase, person: scope.actor.kind === 'person' ? scope.actor.id : null }
  const judged = chosen.map((request) => ({ request, why: refusalOf(act, request, circumstances) ?? tried.get(request.number) ?? null }))
  const takes = judged.filter(({ why }) => why === null).map(({ request }) => request)
  const refused = judged.flatMap(({ request, why }) => why === null ? [] : [{ ...rowOf(base, request), why }])
  const { verb, will } = verbs[act]
  return {
    title: `${verb} ${counted(takes.length)}`, tab: 'requests', frame: 'center',
    heading: `${verb} ${counted(takes.length)}`,
    action: `${base}/requests/bulk/${act}`, back: `${base}/requests`, form, conflict,
    takes: takes.map((request) => rowOf(base, request)), refused,
    numbers: takes.map(({ number, version }) => act === 'acceptance' || act === 'return' ? `${number}.${version ?? 0}` : String(number)),
    lead: takes.length === 0 ? 'None of the chosen requests can be taken. Nothing will be done.' : refused.length > 0 ? `${takes.length} of ${counted(chosen.length)} will be taken, ${refused.length} left as they are. ${will} Nothing is done yet.` : `${will} Nothing is done yet.`,
    button: `${verb} ${counted(takes.length)}`, danger: act === 'cancellation',
    owner: act === 'owner' ? { owners: owners.map(({ id, name, title }) => ({ value: id, label: title ? `${name}, ${title}` : name })) } : null,
    due: act === 'due-date' || act === 'return', dueReason: act === 'due-date',
    reason: act === 'cancellation' ? 'Why they are cancelled' : act === 'reopening' ? 'Why they are opened again' : null,
    reasons: act === 'return' ? choicesOf(returnReasons) : null,
  }
}

function rowOf(base: string, { number, title, status, owner, dueOn }: ChosenRequest): Row {
  return { number: requestNumber(number), href: `${base}/requests/${requestNumber(number)}`, title, status, owner, due: dueOn && writeDate(dueOn, undefined, 'short') }
}

function counted(count: number): string {
  return count === 1 ? '1 request' : `${count} requests`
}
