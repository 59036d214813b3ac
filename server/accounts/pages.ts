import type { SignedIn } from '../access/session.ts'
import { mayInFirm } from '../access/policy.ts'
import type { Invalid } from '../errors.ts'
import type { FirmRank, PersonScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { IconName } from '../web/icons.ts'
import type { PageModel } from '../web/view.ts'
import { MAX_PASSWORD, MIN_PASSWORD } from './passwords.ts'
import type { OwnAccount } from './own-actions.ts'
import { browserName, mayHandleRank, type AccountState } from './rules.ts'
import { PEOPLE_PAGE, type Account, type FirmPerson, type FoundInvitation, type PeopleQuery } from './store.ts'
import { drawKey, writeKey, type KeyPicture } from './two-step.ts'

type WithForm = PageModel & { readonly form: FormState }
type TwoStepPage = WithForm & { readonly key: string, readonly sealed: string, readonly picture: KeyPicture, readonly must: boolean }
type PasswordPage = WithForm & { readonly name: string, readonly email: string, readonly organization: string, readonly invited: boolean, readonly hint: string }
type DeadPage = PageModel & { readonly what: string, readonly invited: boolean }
type AccountPage = WithForm & {
  readonly name: string, readonly email: string, readonly role: string, readonly organization: string
  readonly hasPassword: boolean, readonly twoStep: boolean, readonly codesLeft: number, readonly firm: boolean, readonly mayManage: boolean, readonly mayTemplates: boolean
  readonly hint: string, readonly done: string | null
  readonly sessions: readonly { readonly id: string, readonly browser: string, readonly address: string, readonly since: Date, readonly lastSeen: Date, readonly current: boolean }[]
}
type PeoplePage = WithForm & {
  readonly ranks: readonly Choice[], readonly done: string | null
  readonly q: string, readonly total: number, readonly first: number, readonly last: number, readonly previous: string | null, readonly next: string | null
  readonly people: readonly (Omit<FirmPerson, 'rank' | 'state'> & {
    readonly rank: string, readonly label: { readonly word: string, readonly tone: string, readonly icon: IconName }
    readonly mayInvite: boolean, readonly mayTakeTwoStep: boolean, readonly mayRemove: boolean, readonly gone: boolean
  })[]
}

declare module '../web/view.ts' {
  interface Pages {
    'accounts/sign-in': WithForm & { readonly demo: boolean, readonly done: string | null }
    'accounts/second-step': WithForm & { readonly name: string }
    'accounts/two-step': TwoStepPage
    'accounts/recovery-codes': PageModel & { readonly codes: readonly string[] }
    'accounts/password-reset': WithForm
    'accounts/reset-sent': PageModel
    'accounts/password': PasswordPage
    'accounts/dead-link': DeadPage
    'accounts/show': AccountPage
    'accounts/people': PeoplePage
  }
}

const passwordHint = `At least ${MIN_PASSWORD} characters, at most ${MAX_PASSWORD}. A few words in a row are easy to keep and hard to guess.`

const notices: Readonly<Record<string, string>> = {
  password: 'Your password is set. Sign in with it.',
  out: 'You are signed out.',
  everywhere: 'You are signed out everywhere.',
}
const ownNotices: Readonly<Record<string, string>> = {
  password: 'Your password is changed, and every other session has ended.',
  session: 'The session has ended.',
  'two-step': 'Two-step sign-in is removed.',
}
const peopleNotices: Readonly<Record<string, string>> = {
  invited: 'The invitation is on its way.',
  'two-step': 'The second step is taken away and every session of the account has ended. A mail says so, and a new one is set up at the next sign-in.',
  removed: 'The account is removed and its sessions have ended. Requests and work in that name stay where they are.',
}

export function signInPage(demo: boolean, done: string | undefined, typed?: unknown, error?: Invalid) {
  return { title: 'Sign in', demo, done: notices[done ?? ''] ?? null, form: addressForm(typed, error) }
}

export function resetPage(typed?: unknown, error?: Invalid) {
  return { title: 'Forgotten password', form: addressForm(typed, error) }
}

/** Only the address is shown again, never a password. */
function addressForm(typed: unknown, error?: Invalid): FormState {
  const email = (typed as { email?: unknown } | null | undefined)?.email
  return formState({ email: typeof email === 'string' ? email : '' }, error)
}

export function secondStepPage(person: SignedIn, error?: Invalid) {
  return { title: 'Second step', name: person.name, form: formState({}, error) }
}

/** `sealed`: the same key as the form sends it back. */
export function twoStepPage(person: SignedIn, key: string, sealed: string, error?: Invalid): TwoStepPage {
  return { title: 'Set up two-step sign-in', key: writeKey(key), sealed, picture: drawKey(key, person.email), must: person.side === 'firm', form: formState({}, error) }
}

export function passwordPage(purpose: FoundInvitation['purpose'], account: Account, error?: Invalid): PasswordPage {
  const invited = purpose === 'invitation'
  return {
    title: invited ? 'Welcome to Tickmark' : 'Set a new password', name: account.name, email: account.email,
    organization: account.organization, invited, hint: passwordHint, form: formState({}, error),
  }
}

export function deadPage(purpose: FoundInvitation['purpose'], state: 'unknown' | 'used' | 'expired'): DeadPage {
  const what = {
    unknown: 'This link is not known here. It may have been cut in two by the mail program: copy the whole of it.',
    used: 'This link was used already, and each works once.',
    expired: purpose === 'invitation' ? 'This invitation is more than seven days old, so it no longer opens.' : 'This link is more than an hour old, so it no longer opens.',
  }[state]
  return { title: 'This link no longer opens', what, invited: purpose === 'invitation' }
}

export function accountPage(person: SignedIn, { account, sessions, codesLeft }: OwnAccount, done: string | undefined, error?: Invalid): AccountPage {
  return {
    title: 'Your account', name: account.name, email: account.email, organization: account.organization,
    role: [account.title, account.rank ? rankWords[account.rank] : ''].filter(Boolean).join(', '),
    hasPassword: account.passwordHash !== null, twoStep: account.twoStep, codesLeft, firm: account.side === 'firm',
    mayManage: mayInFirm(account.rank, 'account.manage'), mayTemplates: mayInFirm(account.rank, 'template.view'), hint: passwordHint, done: ownNotices[done ?? ''] ?? null,
    sessions: sessions.map((session) => ({ ...session, browser: browserName(session.browser), current: session.id === person.sessionId })),
    form: formState({}, error),
  }
}

type Shown = { readonly people: readonly FirmPerson[], readonly total: number, readonly asked: PeopleQuery, readonly done?: string | undefined, readonly typed?: unknown, readonly error?: Invalid }

export function peoplePage(scope: PersonScope, { people, total, asked, done, typed = {}, error }: Shown): PeoplePage {
  const skipped = (asked.page - 1) * PEOPLE_PAGE
  return {
    q: asked.q, total, first: skipped + 1, last: skipped + people.length,
    previous: asked.page > 1 ? peopleAddress({ ...asked, page: asked.page - 1 }) : null, next: skipped + people.length < total ? peopleAddress({ ...asked, page: asked.page + 1 }) : null,
    title: 'People of the firm', done: peopleNotices[done ?? ''] ?? null,
    ranks: ranks.filter((rank) => mayHandleRank(scope.rank, rank)).map((rank) => ({ value: rank, label: rankWords[rank] })),
    people: people.map((person) => {
      const mayHandle = person.id !== scope.actor.id && mayHandleRank(scope.rank, person.rank)
      return {
        ...person,
        rank: person.rank ? rankWords[person.rank] : '',
        label: stateWords[person.state],
        gone: person.state === 'removed',
        mayInvite: person.state === 'none' || person.state === 'invited',
        mayTakeTwoStep: person.state === 'active' && mayHandle,
        mayRemove: person.state !== 'removed' && mayHandle,
      }
    }),
    form: formState(typed, error),
  }
}

function peopleAddress({ q, page }: PeopleQuery): string {
  return `/people?${new URLSearchParams({ ...q === '' ? {} : { q }, page: String(page) }).toString()}`
}

const ranks = ['staff', 'senior', 'manager', 'partner'] as const satisfies readonly FirmRank[]
const rankWords: Readonly<Record<FirmRank, string>> = { partner: 'Partner', manager: 'Manager', senior: 'Senior', staff: 'Staff' }
const stateWords: Readonly<Record<AccountState, { word: string, tone: string, icon: IconName }>> = {
  none: { word: 'Not invited', tone: 'dash', icon: 'pending' },
  invited: { word: 'Invited', tone: 'blue', icon: 'mail' },
  active: { word: 'Active', tone: 'green', icon: 'pass' },
  removed: { word: 'Removed', tone: 'struck', icon: 'cancelled' },
}
