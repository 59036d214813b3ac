import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { findDrawn, listDrawn, type DrawnItem } from '../testing/grid-store.ts'
import { testReference } from '../testing/rules.ts'
import { listAttributes, listCells, listCitations } from '../testing/store.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { canMove, causeTypes, changeable, exceptionNumber, headingOf, spreads, typedCounts, waitsFor } from './rules.ts'
import { sentenceOf } from './sentence-pages.ts'
import { findException, listExceptions, listResponses, type ExceptionRow } from './store.ts'

type Stretches = ReturnType<typeof sentenceOf>['sentence']
type Row = {
  readonly number: string, readonly href: string, readonly control: string, readonly heading: string, readonly tied: string | null
  readonly noun: string, readonly status: ExceptionStatus, readonly waits: string, readonly since: Date, readonly closed: boolean
}

export type ExceptionListPage = PageModel & {
  readonly base: string
  readonly zone: string
  readonly facts: { readonly withUs: number, readonly withClient: number }
  readonly groups: readonly { readonly word: string, readonly rows: readonly Row[] }[]
  readonly firm: boolean
}

type Item = { readonly key: string, readonly letter: string, readonly question: string, readonly note: string, readonly citations: readonly { readonly name: string, readonly href: string, readonly words: string }[] }
type Response = { readonly version: number, readonly declined: boolean, readonly text: string, readonly remediationOn: string | null, readonly writer: string, readonly title: string, readonly at: Date }

export type ExceptionPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly number: string
  readonly control: string
  readonly wording: string
  readonly zone: string
  readonly status: ExceptionStatus
  readonly waits: string
  readonly problem: string
  readonly heading: string
  readonly tied: string | null
  readonly noun: string
  readonly sentence: Stretches
  readonly items: readonly Item[]
  readonly cause: string
  readonly position: 'agreed' | 'disputed' | null
  readonly clientWords: string
  readonly clearReason: string
  readonly responses: readonly Response[]
  /** What only the firm reads; null on the client's page. */
  readonly firm: {
    readonly reference: string, readonly testHref: string, readonly causeType: string, readonly spread: string, readonly compensating: string
    readonly evaluation: string, readonly noneDeviates: boolean, readonly mayClearNow: boolean
  } | null
  readonly form: FormState
  readonly version: number
  readonly conflict: boolean
  readonly typedCounts: string | null
  readonly causeTypes: readonly Choice[]
  readonly spreads: readonly Choice[]
  readonly may: Readonly<Record<'describe' | 'reword' | 'share' | 'position' | 'confirm' | 'clear' | 'evaluate' | 'respond' | 'finish', boolean>>
}

declare module '../web/view.ts' {
  interface Pages {
    'exceptions/list': ExceptionListPage
    'exceptions/show': ExceptionPage
  }
}

/** The exceptions this reader may know of, by whose move it is; every count is taken from the cells as they stand. */
export async function listPage(trx: Tx, scope: EngagementScope): Promise<ExceptionListPage> {
  const base = `/engagements/${scope.engagement.id}`
  const rows: (Row & { side: 'firm' | 'client' | 'nobody' })[] = []
  for (const exception of await listExceptions(trx, scope)) {
    const { counts } = await readCounts(trx, scope, exception)
    const side = waitsFor(exception.status, exception.client_position)
    const number = exceptionNumber(exception.number)
    rows.push({
      number, href: `${base}/exceptions/${number}`, control: exception.control_number, heading: headingOf(exception.problem),
      tied: counts.deviatingItems > 0 ? `${counts.deviatingItems} of ${counts.items}` : null, noun: exception.item_noun,
      status: exception.status, side, waits: waitingWords(side, exception), since: exception.status_since, closed: side === 'nobody',
    })
  }
  const words = scope.side === 'client' ? { firm: 'With the auditors', client: 'With you', nobody: 'Closed' } : { firm: 'With us', client: 'With the client', nobody: 'Closed' }
  const order = scope.side === 'client' ? ['client', 'firm', 'nobody'] as const : ['firm', 'client', 'nobody'] as const
  return {
    title: 'Exceptions', tab: 'exceptions', base, zone: scope.engagement.zone, firm: scope.side === 'firm',
    facts: { withUs: rows.filter(({ side }) => side === order[0]).length, withClient: rows.filter(({ side }) => side === order[1]).length },
    groups: order.map((side) => ({ word: words[side], rows: rows.filter((row) => row.side === side) })).filter((group) => group.rows.length > 0),
  }
}

/** One exception. What the client reads holds the facts, its own words and nothing of the firm's workpapers. */
export async function showPage(trx: Tx, scope: EngagementScope, number: number, form: FormState, conflict: boolean): Promise<ExceptionPage> {
  const exception = await findException(trx, scope, number)
  const base = `/engagements/${scope.engagement.id}`
  const { counts, sentence, cells, items } = await readCounts(trx, scope, exception)
  const side = waitsFor(exception.status, exception.client_position)
  const firm = scope.side === 'firm'
  const reference = testReference(exception.control_number, exception.sequence)
  const name = exceptionNumber(number)
  const none = counts.deviatingItems === 0
  return {
    title: `${name} ${exception.control_number}`, tab: 'exceptions', frame: 'center', base, here: `${base}/exceptions/${name}`,
    number: name, control: exception.control_number, wording: exception.wording, zone: scope.engagement.zone,
    status: exception.status, waits: waitingWords(side, exception), problem: exception.problem, heading: headingOf(exception.problem),
    tied: none ? null : `${counts.deviatingItems} of ${counts.items}`, noun: exception.item_noun, sentence: exception.status === 'cleared' ? [] : sentence,
    items: await readItems(trx, scope, exception, items, cells, base), cause: exception.cause,
    position: exception.client_position, clientWords: exception.client_words, clearReason: exception.clear_reason,
    responses: (await listResponses(trx, scope, exception.id)).toReversed().map((one) => ({
      version: one.version, declined: one.declined, text: one.text, remediationOn: one.remediation_on, writer: one.writer, title: one.writer_title, at: one.written_at,
    })),
    firm: firm ? {
      reference, testHref: `${base}/testing/${encodeURIComponent(reference)}`, causeType: exception.cause_type ? causeTypes[exception.cause_type] : '',
      spread: exception.spread ? spreads[exception.spread] : '', compensating: exception.compensating, evaluation: exception.evaluation,
      noneDeviates: none && exception.status !== 'cleared', mayClearNow: canMove(exception.status, 'clear'),
    } : null,
    form: { ...form, values: { ...formState(descriptionValues(exception)).values, ...form.values } },
    version: exception.version, conflict,
    typedCounts: firm ? writeTypedCounts(typedCounts(exception.problem, [counts.deviatingItems, counts.items].filter((count) => count > 0))) : null,
    causeTypes: Object.entries(causeTypes).map(([value, label]) => ({ value, label })), spreads: Object.entries(spreads).map(([value, label]) => ({ value, label })),
    may: permits(scope, exception, none),
  }
}

async function readCounts(trx: Tx, scope: EngagementScope, exception: ExceptionRow) {
  const cells = await listCells(trx, scope, exception.test_line_id)
  const items = await listDrawn(trx, scope, { id: exception.test_line_id })
  const letters = (await listAttributes(trx, scope, exception.test_line_id)).map(({ letter }) => letter)
  const wholePopulation = exception.draw_id !== null && (await findDrawn(trx, scope, exception.draw_id)).method === 'all'
  return { ...sentenceOf(scope, { itemNoun: exception.item_noun, wholePopulation, items, letters, cells }, exception), cells, items }
}

async function readItems(trx: Tx, scope: EngagementScope, exception: ExceptionRow, items: readonly DrawnItem[], cells: Awaited<ReturnType<typeof listCells>>, base: string): Promise<Item[]> {
  const citations = await listCitations(trx, scope, exception.test_line_id)
  const questions = new Map((await listAttributes(trx, scope, exception.test_line_id)).map(({ letter, question }) => [letter, question]))
  const deviating = Map.groupBy(cells.filter(({ result }) => result === 'deviation'), ({ item_id: item }) => item)
  return items.flatMap(({ id, key }) => (deviating.get(id) ?? []).map(({ letter, note }) => ({
    key, letter, question: questions.get(letter) ?? '', note,
    citations: citations.filter((one) => one.item_id === id && one.letter === letter).map((one) => ({
      name: one.name, href: `${base}/requests/${requestNumber(one.request_number)}?file=${one.file_id}`,
      words: [`${requestNumber(one.request_number)} v${one.version}`, one.place].filter(Boolean).join(' · '),
    })),
  })))
}

function permits(scope: EngagementScope, { status, client_position: position }: ExceptionRow, none: boolean): ExceptionPage['may'] {
  if (['issued', 'archived', 'withdrawn'].includes(scope.engagement.phase)) return { describe: false, reword: false, share: false, position: false, confirm: false, clear: false, evaluate: false, respond: false, finish: false }
  const releases = may(scope.role, 'exception.release')
  const answers = may(scope.role, 'exception.answer')
  return {
    describe: may(scope.role, 'exception.describe') && changeable(status) !== 'nothing',
    reword: changeable(status) === 'everything',
    share: releases && canMove(status, 'share') && !none,
    position: answers && canMove(status, 'agree') && position === null,
    confirm: releases && canMove(status, 'confirm') && !none,
    clear: releases && canMove(status, 'clear') && none,
    evaluate: releases && canMove(status, 'evaluate'),
    respond: answers && (canMove(status, 'respond') || status === 'response_received'),
    finish: may(scope.role, 'exception.finish') && canMove(status, 'finish'),
  }
}

function waitingWords(side: 'firm' | 'client' | 'nobody', { status, client_position: position }: Pick<ExceptionRow, 'status' | 'client_position'>): string {
  if (side === 'nobody') return '–'
  if (side === 'client') return status === 'evaluated' ? 'Client: response' : 'Client: are the facts right?'
  return { identified: 'Firm: describe and share', client_confirming: position === 'disputed' ? 'Firm: settle the dispute' : 'Firm: confirm', confirmed: 'Firm: evaluate', response_received: 'Firm: close' }[status as 'identified'] ?? 'Firm'
}

function descriptionValues(exception: ExceptionRow): Record<string, string> {
  return { problem: exception.problem, cause: exception.cause, cause_type: exception.cause_type ?? '', spread: exception.spread ?? '', compensating: exception.compensating }
}

function writeTypedCounts(found: readonly number[]): string | null {
  if (found.length === 0) return null
  return `The problem says ${found.join(' and ')}, which is also a number counted from the cells. The sentence brings that number by itself, so it may be better left out here.`
}
