import type { Tx } from '../database/connect.ts'
import { mayStill } from '../access/policy.ts'
import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { findMeeting } from './meeting-store.ts'
import { isMet } from './meetings.ts'

/** The time to meet about an inquiry or a walkthrough, as partial `meeting` shows it on both sides. */
export type Meeting = {
  readonly status: 'proposed' | 'confirmed' | 'cancelled' | 'none'
  readonly startsAt: Date | null
  readonly minutes: number
  readonly place: string
  readonly by: string
  readonly zone: string
  readonly proposal: string | null
  readonly confirmation: string | null
  readonly cancellation: string | null
  readonly origin: 'request' | 'answer'
  readonly form: FormState
}

export type MeetingAgainPage = PageModel & { readonly back: string, readonly number: string, readonly meeting: Meeting }

declare module '../web/view.ts' {
  interface Pages {
    'requests/meeting': MeetingAgainPage
  }
}

type Met = { readonly id: string, readonly number: number, readonly kind: RequestKind, readonly status: RequestStatus }

/** The panel of a request about which people meet, null for others and for drafts. */
export async function meetingOf(trx: Tx, scope: EngagementScope, request: Met, origin: 'request' | 'answer', typed: FormState | null = null): Promise<Meeting | null> {
  if (!isMet(request.kind) || request.status === 'draft') return null
  const row = await findMeeting(trx, scope, request.id)
  const open = !['accepted', 'not_applicable', 'cancelled'].includes(request.status) && mayStill(scope, 'meeting.arrange')
  const here = scope.actor.kind === 'link' ? `/answer/requests/${request.id}` : `/engagements/${scope.engagement.id}/requests/${requestNumber(request.number)}`
  const other = row?.status === 'proposed' && row.proposed_side !== (scope.side === 'firm' ? 'firm' : 'client')
  return {
    status: row?.status ?? 'none', startsAt: row?.starts_at ?? null, minutes: row?.minutes ?? 0, place: row?.place ?? '', by: row?.proposer ?? '',
    zone: scope.engagement.zone, origin,
    proposal: open ? `${here}/meeting` : null, confirmation: open && other ? `${here}/meeting/confirmation` : null,
    cancellation: open && row && row.status !== 'cancelled' ? `${here}/meeting/cancellation` : null,
    form: typed ?? formState({ starts: '', minutes: String(row?.minutes ?? 60), place: row?.place ?? '' }),
  }
}

export function meetingAgainPage(number: number, meeting: Meeting, back: string): MeetingAgainPage {
  return { title: 'The time was not proposed', frame: 'center', back, number: requestNumber(number), meeting }
}
