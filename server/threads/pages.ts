import type { Tx } from '../database/connect.ts'
import { isClosed, may } from '../access/policy.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { personOf } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { LONGEST_COMMENT } from './rules.ts'
import { insertVisit, listComments, listReaders, listUnread } from './store.ts'

export type ThreadLine = {
  readonly id: string
  readonly author: string
  readonly byline: string
  readonly at: Date
  readonly text: string
  readonly internal: boolean
  readonly question: boolean
  readonly fresh: boolean
}

/** A request's thread as partial `thread` shows it; `action` and `noteAction` are null where this person may not write. */
export type Thread = {
  readonly comments: readonly ThreadLine[]
  readonly unread: number
  readonly zone: string
  readonly action: string | null
  readonly noteAction: string | null
  readonly firm: boolean
  readonly origin: 'request' | 'answer'
  readonly list: string
  readonly names: readonly string[]
  readonly longest: number
  readonly form: FormState
  readonly noteForm: FormState
}

export type ThreadAgainPage = PageModel & { readonly heading: string, readonly back: string, readonly thread: Thread, readonly internal: boolean, readonly number: string }

declare module '../web/view.ts' {
  interface Pages {
    'threads/again': ThreadAgainPage
  }
}

type Threaded = { readonly id: string, readonly number: number, readonly status: RequestStatus, readonly owner_id: string | null }

/** `origin`: the page it stands on, to which writing leads back. `list`: the filter of the list that page was opened from. */
export type ThreadWishes = { readonly origin: 'request' | 'answer', readonly list?: string }

/** The thread of a request for the page that shows it, which is reading it: it counts as read from then on. */
export async function readThread(trx: Tx, scope: EngagementScope, request: Threaded, wishes: ThreadWishes): Promise<Thread> {
  const thread = await threadOf(trx, scope, request, wishes)
  if (thread.comments.length > 0) await insertVisit(trx, scope, request.id)
  return thread
}

/** The same without having read it. */
export async function threadOf(trx: Tx, scope: EngagementScope, request: Threaded, { origin, list = '' }: ThreadWishes): Promise<Thread> {
  const unread = (await listUnread(trx, scope)).get(request.id) ?? 0
  const rows = await listComments(trx, scope, request.id)
  const own = personOf(scope)
  const foreign = rows.filter(({ author_id: author }) => author !== own)
  const fresh = new Set(foreign.slice(foreign.length - unread).map(({ id }) => id))
  const here = scope.actor.kind === 'link' ? `/answer/requests/${request.id}` : `/engagements/${scope.engagement.id}/requests/${requestNumber(request.number)}`
  const firm = scope.side === 'firm'
  return {
    comments: rows.map((row) => ({
      id: row.id, author: row.author, byline: bylineOf(row.side, scope, row.channel), at: row.written_at, text: row.text, internal: row.internal, question: row.question && row.side === 'firm', fresh: fresh.has(row.id),
    })),
    unread, zone: scope.engagement.zone, firm, origin, list, longest: LONGEST_COMMENT,
    action: may(scope.role, 'thread.comment') && !isClosed(scope.engagement.phase) && request.status !== 'draft' ? `${here}/comments` : null,
    noteAction: firm && may(scope.role, 'thread.note') && !isClosed(scope.engagement.phase) ? `${here}/notes` : null,
    names: firm ? (await listReaders(trx, scope, request.owner_id)).filter(({ id }) => id !== own).map(({ name }) => name) : [],
    form: formState({ text: '' }), noteForm: formState({ text: '' }),
  }
}

/** What was typed, again, with what is wrong with it. */
export function againPage(thread: Thread, number: number, internal: boolean, form: FormState, back: string): ThreadAgainPage {
  return {
    title: internal ? 'The note was not written' : 'Your comment was not sent', frame: 'center', heading: internal ? 'The note was not written' : 'Your comment was not sent',
    back, number: requestNumber(number), internal, thread: internal ? { ...thread, noteForm: form } : { ...thread, form },
  }
}

function bylineOf(side: 'firm' | 'client', scope: EngagementScope, channel: 'login' | 'link'): string {
  const from = side === 'firm' ? scope.engagement.firm : scope.engagement.client
  return side === scope.side ? (channel === 'link' && scope.side === 'firm' ? 'by link' : '') : `${from}${channel === 'link' ? ', by link' : ''}`
}
