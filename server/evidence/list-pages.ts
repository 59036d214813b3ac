import type { RequestStatus } from '../database/schema/requests.ts'
import { requestNumber } from '../requests/rules.ts'
import type { LinkScope } from '../scope.ts'
import { zonePlace } from '../web/times.ts'
import type { Asked } from './list-store.ts'
import { isAnswerable } from './rules.ts'

type Line = { readonly id: string, readonly number: string, readonly title: string, readonly dueOn: string | null, readonly status: RequestStatus, readonly late: boolean, readonly opens: boolean, readonly verb: string }

declare module '../web/view.ts' {
  interface Pages {
    'answer/list-door': { readonly back: string }
    'answer/list': { readonly person: string, readonly place: string, readonly waiting: readonly Line[], readonly others: readonly Line[] }
  }
}

/** Why the whole list takes a code, and the button that mails it. */
export function listDoorPage(back: string) {
  return { title: 'Everything asked of you', back }
}

/** What waits for this person first, by due date; then what was sent or is closed. `today`: ISO date in the engagement's zone. */
export function listPage(scope: LinkScope, asked: readonly Asked[], today: string) {
  const lines = asked.map((one): Line => ({
    id: one.id, number: requestNumber(one.number), title: one.title, dueOn: one.dueOn, status: one.status, opens: one.opens,
    late: isAnswerable(one.status) && one.dueOn !== null && one.dueOn < today, verb: isAnswerable(one.status) ? 'Answer' : 'See',
  }))
  return {
    title: 'Everything asked of you', person: scope.actor.name, place: zonePlace(scope.engagement.zone),
    waiting: lines.filter(({ status }) => isAnswerable(status)), others: lines.filter(({ status }) => !isAnswerable(status)),
  }
}
