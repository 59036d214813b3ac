/** The facts of each mail, by template (views/mail/<name>.hbs and <name>.text.hbs). Never a link: that travels sealed. */
export type Messages = {
  invitation: { firm: string, from: string, client: string | null, days: number }
  password_reset: { hours: number }
  two_step_removed: { firm: string, from: string }
  request_issued: RequestMail
  request_returned: RequestMail & { reason: string, words: string }
  fresh_link: RequestMail
  facts_wanted: ExceptionMail
  response_wanted: ExceptionMail
  question_asked: ThreadMail & { text: string }
  mentioned: ThreadMail & { text: string | null }
}

type ExceptionMail = { firm: string, client: string, from: string, exception: string, control: string, problem: string }

/** `days`: how long the answer link in it lives, null where it leads to a page for people who sign in. `text` is null for what only the firm reads. */
type ThreadMail = { firm: string, client: string, from: string, number: string, title: string, days: number | null }

type RequestMail = {
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
  /** Days the link lives. */
  days: number
}

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
  fresh_link: (facts) => `Your new link: ${facts.title} (${facts.number})`,
  facts_wanted: ({ exception, control }) => `Please confirm the facts: ${exception}, control ${control}`,
  response_wanted: ({ exception, control }) => `Your response is asked for: ${exception}, control ${control}`,
  question_asked: ({ from, title, number }) => `A question from ${from}: ${title} (${number})`,
  mentioned: ({ from, title, number }) => `${from} mentioned you: ${title} (${number})`,
}

function shortDate(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' })
}
