import { CODE_MINUTES, type Mailing, type Verdict } from '../access/codes.ts'
import type { CodePurpose } from '../database/schema/requests.ts'
import { Invalid } from '../errors.ts'
import { requestNumber } from '../requests/rules.ts'
import { formState, type FormState } from '../web/form.ts'
import { zonePlace } from '../web/times.ts'
import type { PageModel } from '../web/view.ts'
import type { Doorstep } from './link-actions.ts'

type DoorPage = PageModel & { readonly number: string, readonly dueOn: string | null, readonly place: string, readonly recipient: string, readonly withCode: boolean, readonly mailbox: string }
type ShutPage = PageModel & { readonly head: string, readonly text: string, readonly fresh: string | null, readonly signIn: boolean }
type CodePage = PageModel & { readonly mailbox: string, readonly minutes: number, readonly list: boolean, readonly form: FormState, readonly said: string | null }

declare module '../web/view.ts' {
  interface Pages {
    'answer/door': DoorPage
    'answer/code': CodePage
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
  sign_in: { head: 'Please sign in', text: 'For this audit everybody answers with an account of their own, so that a mail alone opens nothing. What waits for you stands on your page once you have signed in. You have no account yet? Look for the invitation in your mail, or ask your compliance lead for one.' },
  unknown: { head: 'This link does not work', text: 'The address is incomplete or was changed on its way. Open the mail again and press its button, or copy the whole address.' },
}

/** What the mail already said, and one button. */
export function doorPage(door: Extract<Doorstep, { state: 'open' }>): DoorPage {
  return { title: door.title, number: requestNumber(door.number), dueOn: door.dueOn, place: zonePlace(door.scope.engagement.zone), recipient: door.scope.actor.name, withCode: door.policy === 'link_and_code', mailbox: mailboxOf(door.email) }
}

const refusals: Readonly<Record<Exclude<Verdict, 'right'>, string>> = {
  wrong: 'This is not the code. Type the six digits of the newest mail.',
  none: 'No code works any more: its ten minutes are over, or it was typed wrongly five times. Have a new one mailed.',
}
const mailings: Readonly<Record<Mailing, string>> = {
  sent: 'A new code is on its way. An older one of the last ten minutes works, too.',
  recent: 'A code went out a moment ago. Give it a minute, and look into the folder for unwanted mail.',
  many: 'Too many codes were asked for. Try again in an hour, or answer the auditor’s mail for help.',
}

/** Where a mailed code is typed. The address is shown in part, for who has the link need not know it. */
export function codePage({ email, purpose }: { email: string, purpose: CodePurpose }, { verdict, mailing }: { verdict?: Verdict, mailing?: Mailing }): CodePage {
  const fault = verdict === undefined || verdict === 'right' ? null : refusals[verdict]
  return {
    title: 'Type the code', mailbox: mailboxOf(email), minutes: CODE_MINUTES, list: purpose === 'list',
    form: fault === null ? formState({}) : formState({}, new Invalid({ code: fault })), said: mailing === undefined ? null : mailings[mailing],
  }
}

/** 'n…@client.example' */
export function mailboxOf(email: string): string {
  return `${email.slice(0, 1)}…${email.slice(email.lastIndexOf('@'))}`
}

/** Why a link does not open, and the way to a fresh one where the link was once given out. */
export function shutPage(state: Exclude<Doorstep['state'], 'open'>, token: string): ShutPage {
  const { head, text } = shut[state]
  return { title: head, head, text, signIn: state === 'sign_in', fresh: state === 'unknown' || state === 'sign_in' ? null : `/answer/${encodeURIComponent(token)}/fresh` }
}

export function freshPage(): PageModel {
  return { title: 'Look into your mail' }
}

export function closedPage(): PageModel {
  return { title: 'This page is closed' }
}
