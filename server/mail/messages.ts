import type { Meeting } from './calendar.ts'

/** The facts of each mail, by template (views/mail/<name>.hbs and <name>.text.hbs). Never a link: that travels sealed. */
export type Messages = {
  invitation: { firm: string, from: string, client: string | null, days: number }
  password_reset: { hours: number }
  two_step_removed: { firm: string, from: string }
  request_issued: RequestMail
  request_returned: RequestMail & { reason: string, words: string }
  fresh_link: RequestMail
  reminder: RequestMail & { step: 'before' | 'on' | 'after' | 'asked' }
  answer_code: { firm: string, client: string, number: string | null, minutes: number }
  digest: DigestMail
  facts_wanted: ExceptionMail
  response_wanted: ExceptionMail
  approval_wanted: OfRequest & { files: number }
  handed_over: { firm: string, client: string, from: string, by: string, side: 'firm' | 'client', counts: Readonly<Record<'answers' | 'reviews' | 'controls' | 'series' | 'lines' | 'exceptions' | 'gaps', number>> }
  handover_wanted: OfRequest & { colleague: string, email: string, words: string }
  question_asked: ThreadMail & { text: string }
  mentioned: ThreadMail & { text: string | null }
  /** About a workpaper; its words are read there. */
  review_note: { firm: string, client: string, from: string, reference: string, word: 'opened' | 'answered' | 'refused' }
  /** `when` is written in the engagement's zone, which is `zone`; calendars get what was agreed or called off. */
  meeting: ThreadMail & { word: 'proposed' | 'agreed' | 'cancelled', when: string, zone: string, minutes: number, place: string } & Partial<WithMeeting>
}

type ExceptionMail = { firm: string, client: string, from: string, exception: string, control: string, problem: string }

/** `days`: how long the answer link in it lives, null where it leads to a page for people who sign in. `text` is null for what only the firm reads. */
type ThreadMail = { firm: string, client: string, from: string, number: string, title: string, days: number | null }

type OfRequest = { firm: string, client: string, from: string, number: string, title: string }

export type RequestMail = {
  firm: string
  client: string
  from: string
  number: string
  title: string
  ask: string
  checklist: readonly string[]
  controls: readonly string[]
  /** ISO date, due to the end of that day in `zone`. */
  dueOn: string
  zone: string
  /** Days the link lives, null where the engagement has people sign in. */
  days: number | null
  /** Whether the link asks for a mailed code as well. */
  withCode?: boolean
  /** The due date as an entry for calendars: the id of its day and how often it was moved. */
  calendar?: { uid: string, sequence: number }
}

/** One thing a digest lists; its link is the one of the same place in the mail's links. */
export type DigestLine = { readonly text: string, readonly note: string, readonly late: boolean }

type DigestMail = {
  firm: string
  things: number
  /** What waits, by engagement; `place` names the client. */
  places: readonly { readonly place: string, readonly lines: readonly DigestLine[], readonly more: number }[]
  /** Days the links live that need no account, null when the reader signs in. */
  days: number | null
  zone: string
}

/** What a mail may carry beside its words: an invitation to a meeting, its moments in ISO with an offset. The mail's link is its address. */
export type WithMeeting = { meeting: Omit<Meeting, 'startsAt' | 'endsAt' | 'url' | 'at'> & { readonly startsAt: string, readonly endsAt: string } }

export type MessageName = keyof Messages

type Facts<K extends MessageName> = Messages[K]

/** One line, starting with the due date where there is one. */
export function subject<K extends MessageName>(name: K, facts: Facts<K>): string {
  return subjects[name](facts).replace(/\s+/g, ' ')
}

const subjects: { [K in MessageName]: (facts: Facts<K>) => string } = {
  invitation: ({ firm, client }) => client === null ? `Your account at ${firm}` : `Your account for the SOC 2 examination of ${client}`,
  password_reset: () => 'Set a new password',
  two_step_removed: ({ from }) => `${from} has taken away your second step`,
  request_issued: (facts) => `Due ${shortDate(facts.dueOn)}: ${facts.title} (${facts.number})`,
  request_returned: (facts) => `Due ${shortDate(facts.dueOn)}: please send again, ${facts.title} (${facts.number})`,
  reminder: (facts) => `${reminderWords[facts.step](shortDate(facts.dueOn))}: ${facts.title} (${facts.number})`,
  answer_code: ({ number }) => `Your code for ${number ?? 'the list of what is asked of you'}`,
  digest: ({ things }) => things === 1 ? 'One thing waits for you' : `${things} things wait for you`,
  fresh_link: (facts) => `Your new link: ${facts.title} (${facts.number})`,
  facts_wanted: ({ exception, control }) => `Please confirm the facts: ${exception}, control ${control}`,
  response_wanted: ({ exception, control }) => `Your response is asked for: ${exception}, control ${control}`,
  approval_wanted: ({ title, number }) => `Before it goes to the auditor: ${title} (${number})`,
  handed_over: ({ from, client }) => `What was open with ${from} is yours now: ${client}`,
  handover_wanted: ({ from, title, number }) => `${from} names somebody else for ${title} (${number})`,
  question_asked: ({ from, title, number }) => `A question from ${from}: ${title} (${number})`,
  mentioned: ({ from, title, number }) => `${from} mentioned you: ${title} (${number})`,
  review_note: ({ word, reference, from }) => `${from} ${noteWords[word]} ${reference}`,
  meeting: ({ word, title, number, when }) => `${meetingWords[word]}, ${when}: ${title} (${number})`,
}

const noteWords = { opened: 'opened a review note on', answered: 'answered your review note on', refused: 'asks for more on the review note on' } as const
const meetingWords = { proposed: 'A time to meet is proposed', agreed: 'Agreed to meet', cancelled: 'Called off' } as const

const reminderWords: Readonly<Record<Messages['reminder']['step'], (due: string) => string>> = {
  before: (due) => `Due ${due}, a reminder`,
  on: (due) => `Due today, ${due}`,
  after: (due) => `Was due ${due}`,
  asked: (due) => `Due ${due}, a reminder`,
}

function shortDate(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' })
}
