import { requestNumber } from '../requests/rules.ts'
import { zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import type { Doorstep } from './link-actions.ts'

type DoorPage = PageModel & { readonly number: string, readonly dueOn: string | null, readonly place: string, readonly recipient: string }
type ShutPage = PageModel & { readonly head: string, readonly text: string, readonly fresh: string | null }

declare module '../web/view.ts' {
  interface Pages {
    'answer/door': DoorPage
    'answer/shut': ShutPage
    'answer/fresh': PageModel
    'answer/closed': PageModel
  }
}

const shut: Readonly<Record<Exclude<Doorstep['state'], 'open'>, { head: string, text: string }>> = {
  expired: { head: 'This link has expired', text: 'Links live for some days only, so that an old mail opens nothing.' },
  revoked: { head: 'This link was taken back', text: 'The auditor or your compliance lead ended it. A newer mail may hold the link to use.' },
  reassigned: { head: 'This link has ended', text: 'It opened a request that is looked after elsewhere by now. You need do nothing.' },
  left: { head: 'This link has ended', text: 'It opened a request that is looked after elsewhere by now. You need do nothing.' },
  accepted: { head: 'This link has ended', text: 'The request it opened needs nothing more. You need do nothing.' },
  cancelled: { head: 'This link has ended', text: 'The request it opened needs nothing more. You need do nothing.' },
  not_applicable: { head: 'This link has ended', text: 'The request it opened needs nothing more. You need do nothing.' },
  unknown: { head: 'This link does not work', text: 'The address is incomplete or was changed on its way. Open the mail again and press its button, or copy the whole address.' },
}

/** What the mail already said, and one button. */
export function doorPage(door: Extract<Doorstep, { state: 'open' }>): DoorPage {
  return { title: door.title, number: requestNumber(door.number), dueOn: door.dueOn, place: zonePlace(door.scope.engagement.zone), recipient: door.scope.actor.name }
}

/** Why a link does not open, and the way to a fresh one where the link was once given out. */
export function shutPage(state: Exclude<Doorstep['state'], 'open'>, token: string): ShutPage {
  const { head, text } = shut[state]
  return { title: head, head, text, fresh: state === 'unknown' ? null : `/answer/${encodeURIComponent(token)}/fresh` }
}

export function freshPage(): PageModel {
  return { title: 'Look into your mail' }
}

export function closedPage(): PageModel {
  return { title: 'This page is closed' }
}
