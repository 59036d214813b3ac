import { mayStill } from '../access/policy.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'

/** What may be done to a request besides judging its evidence; null and false where this person may not, or not now. */
export type Manage = {
  readonly draft: string | null
  readonly issue: string | null
  readonly links: string | null
  readonly revocation: string | null
  readonly owner: { readonly action: string, readonly owners: readonly Choice[] } | null
  readonly due: string | null
  readonly notApplicable: string | null
  readonly cancellation: string | null
  readonly reopening: string | null
  readonly any: boolean
  readonly form: FormState
}

type Managed = { readonly status: RequestStatus, readonly owner_id: string | null, readonly due_on: string | null }

const closed: ReadonlySet<RequestStatus> = new Set(['accepted', 'not_applicable', 'cancelled'])

/** `here`: address of the request. */
export function manageOf(scope: EngagementScope, { status, owner_id: ownerId, due_on: dueOn }: Managed, here: string, owners: readonly { id: string, name: string, title: string }[]): Manage {
  const waits = ['open', 'in_progress', 'returned'].includes(status)
  const when = (permitted: boolean, noun: string) => permitted ? `${here}/${noun}` : null
  const parts = {
    draft: when(mayStill(scope, 'request.draft') && status === 'draft', 'draft'),
    issue: when(mayStill(scope, 'request.issue') && status === 'draft', 'issue'),
    links: when(mayStill(scope, 'link.send') && waits, 'links'),
    revocation: when(mayStill(scope, 'link.send') && status !== 'draft' && !closed.has(status), 'links/revocation'),
    owner: mayStill(scope, 'request.assign') && status !== 'draft' && !closed.has(status) ? {
      action: `${here}/owner`, owners: owners.map(({ id, name, title }) => ({ value: id, label: title ? `${name}, ${title}` : name })),
    } : null,
    due: when(mayStill(scope, 'request.issue') && status !== 'draft' && !closed.has(status), 'due-date'),
    notApplicable: when(mayStill(scope, 'request.decide') && !closed.has(status), 'not-applicable'),
    cancellation: when(mayStill(scope, 'request.decide') && !closed.has(status), 'cancellation'),
    reopening: when(mayStill(scope, 'request.decide') && (status === 'not_applicable' || status === 'cancelled'), 'reopening'),
  }
  return { ...parts, any: Object.values(parts).some((part) => part !== null), form: formState({ owner: ownerId ?? '', due: dueOn ?? '' }) }
}
