import type { Tx } from '../database/connect.ts'
import { mayInFirm } from '../access/policy.ts'
import { exceptionNumber } from '../exceptions/rules.ts'
import { requestNumber } from '../requests/rules.ts'
import type { PersonScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { number, plural } from '../web/helpers.ts'
import type { StateOf } from '../web/states.ts'
import { readDue, todayIn, writeSpan } from './calendar.ts'
import { course, isPhase } from './phases.ts'
import { listOwnEngagements, type OwnEngagement } from './store.ts'
import { listWaiting, MOST, type Waiting } from './waiting-store.ts'

type Verb = 'Sign' | 'Decide' | 'Answer' | 'Test'
type Thing = { readonly ref: string, readonly what: string, readonly href: string, readonly step: string, readonly client: string, readonly from: string | null, readonly since: Date, readonly zone: string, readonly old: boolean }
type EngagementRow = Omit<OwnEngagement, 'due' | 'phase'> & {
  readonly href: string
  readonly span: string
  readonly phase: StateOf<'phase'>
  readonly steps: readonly { readonly mark: 'done' | 'now' | 'todo' }[]
  readonly stepWords: string
  readonly overdue: number
  readonly nextOn: string | null
  readonly words: string
}

declare module '../web/view.ts' {
  interface Pages {
    'home/show': {
      heading: string
      today: string
      zone: string
      oldest: Date | null
      next: { on: string, client: string } | null
      groups: readonly { verb: Verb, things: readonly Thing[] }[]
      more: number
      engagements: readonly EngagementRow[]
      mayCreate: boolean
      firm: boolean
    }
    'engagements/list': { engagements: readonly EngagementRow[], mayCreate: boolean, firm: boolean }
  }
}

const DAY = 86_400_000

/** The first page: what waits, by what is to be done, and where each engagement stands. */
export async function homePage(trx: Tx, scope: PersonScope, now: Date) {
  const { things, total } = await listWaiting(trx, scope)
  const engagements = (await listOwnEngagements(trx, scope)).map((one) => engagementRow(one, now))
  const zone = engagements[0]?.zone ?? 'UTC'
  const first = scope.actor.name.split(' ')[0] ?? scope.actor.name
  const open = engagements.filter(({ nextOn }) => nextOn !== null).toSorted((a, b) => (a.nextOn ?? '') < (b.nextOn ?? '') ? -1 : 1)
  return {
    title: 'What waits for me',
    frame: 'center' as const,
    heading: total === 0 ? `Nothing waits for you, ${first}` : `${plural(total, 'thing')} ${total === 1 ? 'waits' : 'wait'} for you, ${first}`,
    today: todayIn(zone, now), zone,
    oldest: things[0]?.since ?? null,
    next: open[0]?.nextOn ? { on: open[0].nextOn, client: open[0].client } : null,
    groups: (['Sign', 'Decide', 'Answer', 'Test'] as const)
      .map((verb) => ({ verb, things: things.filter(({ kind }) => tasks[kind].verb === verb).map((thing) => thingOf(thing, now)) }))
      .filter((group) => group.things.length > 0),
    more: Math.max(0, total - MOST),
    engagements, mayCreate: mayInFirm(scope.rank, 'engagement.create'), firm: scope.side === 'firm',
  }
}

export async function engagementsPage(trx: Tx, scope: PersonScope, now: Date) {
  return {
    title: 'Your engagements', frame: 'center' as const, mayCreate: mayInFirm(scope.rank, 'engagement.create'), firm: scope.side === 'firm',
    engagements: (await listOwnEngagements(trx, scope)).map((one) => engagementRow(one, now)),
  }
}

type Task = { readonly verb: Verb, readonly step: string, readonly ref: (thing: Waiting) => string, readonly what: (thing: Waiting) => string, readonly place: (thing: Waiting) => string }

const request = (thing: Waiting) => requestNumber(thing.number)
const exception = (thing: Waiting) => exceptionNumber(thing.number)
const line = (thing: Waiting) => testReference(thing.control ?? '', thing.number)
const atNotes = (thing: Waiting) => `testing/${encodeURIComponent(line(thing))}#notes`
const atRequest = (thing: Waiting) => `requests/${request(thing)}`
const atException = (thing: Waiting) => `exceptions/${exception(thing)}`

const tasks: Readonly<Record<Waiting['kind'], Task>> = {
  sign: { verb: 'Sign', step: 'Sign', ref: line, what: ({ title, control }) => `${title || control}: prepared, waits for your review`, place: (thing) => `testing/${encodeURIComponent(line(thing))}` },
  sign_partner: { verb: 'Sign', step: 'Sign', ref: line, what: ({ title, control }) => `${title || control}: a significant matter, reviewed, waits for your signature`, place: (thing) => `testing/${encodeURIComponent(line(thing))}` },
  prepare: {
    verb: 'Test', step: 'Test', ref: ({ control, number: count }) => count === 1 ? control ?? '' : 'Tests',
    what: ({ title, number: count }) => count === 1 ? 'A test given to you is not signed as prepared' : `${number(count)} tests given to you are not signed as prepared: ${title}${count > 3 ? ' …' : ''}`,
    place: ({ control, number: count }) => count === 1 ? `testing/${encodeURIComponent(control ?? '')}` : 'testing/board?mine=testing',
  },
  review: { verb: 'Decide', step: 'Review', ref: request, what: ({ title }) => title, place: atRequest },
  approve: { verb: 'Decide', step: 'Decide', ref: request, what: ({ title }) => `${title}: goes to the auditors once you agree`, place: atRequest },
  confirm_wording: {
    verb: 'Decide', step: 'Confirm', ref: ({ control, number: count }) => count === 1 ? control ?? '' : 'Controls',
    what: ({ number: count }) => count === 1 ? 'The wording of a control waits for your confirmation' : `The wording of ${number(count)} controls waits for your confirmation`,
    place: ({ control, number: count }) => count === 1 ? `controls/${encodeURIComponent(control ?? '')}` : 'controls?wording=unconfirmed',
  },
  settle_facts: { verb: 'Decide', step: 'Decide', ref: exception, what: ({ title }) => `The client has answered on the facts: ${title}`, place: atException },
  finish: { verb: 'Decide', step: 'Decide', ref: exception, what: ({ title }) => `Management’s response has arrived: ${title}`, place: atException },
  answer_note: { verb: 'Answer', step: 'Answer', ref: line, what: ({ title, control }) => `${title || control}: a review note waits for your answer`, place: atNotes },
  clear_note: { verb: 'Decide', step: 'Decide', ref: line, what: ({ title, control }) => `${title || control}: your review note is answered`, place: atNotes },
  answer: { verb: 'Answer', step: 'Answer', ref: request, what: ({ title }) => title, place: atRequest },
  agree_facts: { verb: 'Answer', step: 'Answer', ref: exception, what: ({ title }) => `Do you agree with the facts? ${title}`, place: atException },
  respond: { verb: 'Answer', step: 'Answer', ref: exception, what: ({ title }) => `Management’s response is asked for: ${title}`, place: atException },
  respond_again: { verb: 'Answer', step: 'Answer', ref: exception, what: ({ title }) => `Put to you again since management’s response: ${title}`, place: atException },
}

function thingOf(thing: Waiting, now: Date): Thing {
  const task = tasks[thing.kind]
  const { client, from, since, zone } = thing
  return {
    ref: task.ref(thing), what: task.what(thing), href: `/engagements/${thing.engagementId}/${task.place(thing)}`, step: task.step,
    client, from, since, zone, old: now.getTime() - since.getTime() >= 5 * DAY,
  }
}

function engagementRow({ due, ...engagement }: OwnEngagement, now: Date): EngagementRow {
  const phase = isPhase(engagement.phase) ? engagement.phase : 'draft'
  const at = course.indexOf(phase)
  const { accepted, requests, withFirm } = engagement
  return {
    ...engagement, phase, ...readDue(due, todayIn(engagement.zone, now)),
    href: `/engagements/${engagement.id}`,
    span: `Type ${engagement.type} · ${writeSpan(engagement)}`,
    steps: at < 0 ? [] : course.map((_, index) => ({ mark: index < at ? 'done' : index === at ? 'now' : 'todo' })),
    stepWords: `Phase ${at + 1} of ${course.length}`,
    words: requests === 0 ? 'none yet' : `${number(accepted)} of ${number(requests)} accepted${withFirm > 0 ? `, ${number(withFirm)} with the auditors` : ''}`,
  }
}
