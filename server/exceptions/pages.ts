import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { plural } from '../web/helpers.ts'
import type { PageModel } from '../web/view.ts'
import { differences, factsChanged, readsOtherwise, type Facts } from './facts.ts'
import { readFound, type Found } from './facts-pages.ts'
import { waitingWords, type ExceptionListPage } from './list-pages.ts'
import type { OpinionPage } from './opinion-pages.ts'
import { listAnswers, listReleases } from './release-store.ts'
import { canMove, causeTypes, changeable, exceptionNumber, headingOf, intents, spreads, typedCounts, unweighed, waitsFor } from './rules.ts'
import { findException, listResponses, listSeen, type ExceptionRow } from './store.ts'
import { weighingOf, type Weighing } from './weigh-pages.ts'

type Item = { readonly key: string, readonly letter: string, readonly question: string, readonly note: string, readonly citations: readonly { readonly name: string, readonly href: string, readonly words: string }[] }
type Response = { readonly version: number, readonly declined: boolean, readonly text: string, readonly remediation: string, readonly remediationOn: string | null, readonly writer: string, readonly title: string, readonly at: Date, readonly older: boolean }
type Answer = { readonly position: 'agreed' | 'disputed', readonly words: string, readonly giver: string, readonly title: string, readonly at: Date, readonly release: number, readonly files: readonly { readonly name: string, readonly href: string, readonly size: number, readonly sha256: string }[] }

export type ExceptionPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly number: string
  readonly subject: string
  readonly controlHref: string | null
  readonly criteria: readonly string[]
  readonly wording: string
  readonly zone: string
  readonly status: ExceptionStatus
  readonly waits: string
  readonly since: Date
  readonly problem: string
  readonly heading: string
  readonly tied: string | null
  readonly noun: string
  readonly sentence: Found['sentence']
  readonly items: readonly Item[]
  readonly cause: string
  readonly answers: readonly Answer[]
  readonly clearReason: string
  readonly responses: readonly Response[]
  readonly release: number | null
  /** The client's page while the firm looks at facts again that it had put to the client. */
  readonly beingChanged: boolean
  /** What only the firm reads; null on the client's page. */
  readonly firm: {
    readonly reference: string | null, readonly testHref: string | null, readonly population: number | null, readonly card: readonly { readonly word: string, readonly text: string }[]
    readonly affected: { readonly from: string | null, readonly to: string | null } | null, readonly discussed: { readonly with: string, readonly on: string } | null, readonly evaluation: string, readonly noneDeviates: boolean, readonly mayClearNow: boolean
    readonly changed: readonly string[], readonly refreshable: boolean, readonly releases: readonly { readonly number: number, readonly tied: string | null, readonly problem: string, readonly releaser: string | null, readonly at: Date }[]
    readonly pending: string, readonly weighing: Weighing, readonly unweighed: readonly string[]
  } | null
  readonly form: FormState
  readonly version: number
  readonly conflict: boolean
  readonly typedCounts: string | null
  readonly choices: Readonly<Record<'causeTypes' | 'spreads' | 'intents' | 'detected' | 'extension', readonly Choice[]>>
  readonly may: Readonly<Record<'describe' | 'reword' | 'share' | 'position' | 'confirm' | 'clear' | 'evaluate' | 'respond' | 'finish' | 'extend' | 'retest', boolean>>
}

declare module '../web/view.ts' {
  interface Pages {
    'exceptions/list': ExceptionListPage
    'exceptions/show': ExceptionPage
    'exceptions/opinion': OpinionPage
  }
}

/** One exception. What the client reads is what it was told, its own words and nothing of the firm's workpapers. */
export async function showPage(trx: Tx, scope: EngagementScope, number: number, form: FormState, conflict: boolean): Promise<ExceptionPage> {
  const exception = await findException(trx, scope, number)
  const base = `/engagements/${scope.engagement.id}`
  const here = `${base}/exceptions/${exceptionNumber(number)}`
  const found = await readFound(trx, scope, exception)
  const releases = await listReleases(trx, scope, exception.id)
  const told = releases.at(-1)
  const changed = told !== undefined && exception.status !== 'cleared' && factsChanged(told, found.facts)
  const side = waitsFor(exception.status, exception.client_position, changed)
  const firm = scope.side === 'firm'
  const shown: Facts = firm || !told ? found.facts : told
  return {
    title: `${exceptionNumber(number)} ${exception.subject}`, tab: 'exceptions', frame: 'center', base, here,
    number: exceptionNumber(number), subject: exception.subject, controlHref: exception.control_number === null ? null : `${base}/controls/${encodeURIComponent(exception.control_number)}`,
    criteria: exception.criteria, wording: exception.wording, zone: scope.engagement.zone,
    status: exception.status, waits: waitingWords(side, exception.status, exception.client_position, changed, firm), since: exception.status_since, problem: shown.problem, heading: headingOf(shown.problem),
    tied: shown.deviating === 0 ? null : `${shown.deviating} of ${shown.tested}`, noun: exception.item_noun,
    sentence: exception.status === 'cleared' ? [] : firm ? found.sentence : shown.sentence === '' ? [] : [{ text: shown.sentence, ties: [] }],
    items: await readItems(trx, scope, shown, base), cause: shown.cause,
    answers: (await listAnswers(trx, scope, exception.id)).toReversed().map((one) => ({
      position: one.position, words: one.words, giver: one.giver, title: one.giver_title, at: one.given_at, release: one.release,
      files: one.files.map(({ id, name, size, sha256 }) => ({ name, size, sha256, href: `${here}/files/${id}` })),
    })),
    clearReason: exception.clear_reason, release: told?.number ?? null, beingChanged: !firm && changed,
    responses: (await listResponses(trx, scope, exception.id)).toReversed().map((one) => ({
      version: one.version, declined: one.declined, text: one.text, remediation: one.remediation, remediationOn: one.remediation_on, writer: one.writer, title: one.writer_title, at: one.written_at,
      older: one.release !== null && one.release !== told?.number && releases.some((later) => later.number > one.release! && factsChanged(releases.find((first) => first.number === one.release)!, later)),
    })),
    firm: firm ? await firmPart(trx, scope, exception, found, releases, changed) : null,
    form: { ...form, values: { ...formState(descriptionValues(exception)).values, ...form.values } },
    version: exception.version, conflict,
    typedCounts: firm ? writeTypedCounts(typedCounts(exception.problem, [found.counts.deviatingItems, found.counts.items].filter((count) => count > 0))) : null,
    choices: {
      causeTypes: choicesOf(causeTypes), spreads: choicesOf(spreads), intents: choicesOf(intents), detected: [{ value: 'yes', label: 'Yes, before the test' }, { value: 'no', label: 'No' }],
      extension: [{ value: 'extend', label: 'Select further items' }, { value: 'none', label: 'Select none' }],
    },
    may: permits(scope, exception, found, told, changed),
  }
}

async function firmPart(trx: Tx, scope: EngagementScope, exception: ExceptionRow, found: Found, releases: Awaited<ReturnType<typeof listReleases>>, changed: boolean): Promise<ExceptionPage['firm']> {
  const reference = exception.control_number === null ? null : testReference(exception.control_number, exception.sequence!)
  const told = releases.at(-1)
  const stands = exception.criterion === null ? found.counts.deviatingItems > 0 : !found.ground.met
  const { intent, detected_by_client: detected } = exception
  return {
    reference, testHref: reference === null ? null : `/engagements/${scope.engagement.id}/testing/${encodeURIComponent(reference)}`, population: exception.population_size,
    card: [
      { word: 'Expected', text: exception.expected }, { word: 'Kind of cause', text: exception.cause_type ? causeTypes[exception.cause_type] : '' }, { word: 'Spread', text: exception.spread ? spreads[exception.spread] : '' },
      { word: 'Proof of that', text: exception.isolated_basis }, { word: 'Intentional', text: intent ? intents[intent] : '' }, { word: 'Impact', text: exception.impact },
      { word: 'Found by the client', text: detected === null ? '' : detected ? 'Yes, before the test' : 'No' }, { word: 'Compensating', text: exception.compensating },
    ],
    affected: exception.affected_from === null && exception.affected_to === null ? null : { from: exception.affected_from, to: exception.affected_to },
    discussed: exception.discussed_on === null ? null : { with: exception.discussed_with, on: exception.discussed_on },
    evaluation: exception.evaluation, noneDeviates: !stands && exception.status !== 'cleared', mayClearNow: canMove(exception.status, 'clear'),
    changed: changed && told ? differences(told, found.facts) : [], refreshable: told !== undefined && !changed && exception.status !== 'cleared' && readsOtherwise(told, found.facts),
    releases: releases.toReversed().map((one) => ({ number: one.number, tied: one.tested > 0 ? `${one.deviating} of ${one.tested}` : null, problem: one.problem, releaser: one.releaser, at: one.released_at })),
    pending: found.counts.pendingItems > 0 ? `${plural(found.counts.pendingItems, 'item is', 'items are')} pending.` : '',
    weighing: await weighingOf(trx, scope, exception, found, changed), unweighed: unweighed(exception),
  }
}

async function readItems(trx: Tx, scope: EngagementScope, shown: Facts, base: string): Promise<Item[]> {
  const seen = await listSeen(trx, scope, [...new Set(shown.items.flatMap(({ cites }) => cites.map(({ fileId }) => fileId)))])
  return shown.items.map(({ cites, ...item }) => ({
    ...item, citations: cites.filter(({ fileId }) => seen.has(fileId)).map((one) => ({
      name: one.name, href: `${base}/requests/${requestNumber(one.request)}?file=${one.fileId}`, words: [`${requestNumber(one.request)} v${one.version}`, one.place].filter(Boolean).join(' · '),
    })),
  }))
}

function permits(scope: EngagementScope, { status, test_line_id: line }: ExceptionRow, { ground, facts }: Found, told: Facts | undefined, changed: boolean): ExceptionPage['may'] {
  const open = !['issued', 'archived', 'withdrawn'].includes(scope.engagement.phase)
  const releases = open && may(scope.role, 'exception.release')
  const answers = open && may(scope.role, 'exception.answer') && !changed
  const stands = ground.criterion === null ? ground.deviatingItems > 0 : !ground.met
  return {
    describe: open && may(scope.role, 'exception.describe') && changeable(status) !== 'nothing', reword: changeable(status) === 'everything',
    share: releases && status !== 'cleared' && stands && facts.problem !== '' && (!told || readsOtherwise(told, facts)),
    position: answers && canMove(status, 'agree'), confirm: releases && canMove(status, 'confirm') && stands && !changed,
    clear: releases && canMove(status, 'clear') && !stands, evaluate: releases && canMove(status, 'evaluate') && !changed,
    respond: answers && (canMove(status, 'respond') || status === 'response_received'), finish: open && may(scope.role, 'exception.finish') && canMove(status, 'finish') && !changed,
    extend: releases && line !== null && changeable(status) !== 'nothing', retest: open && may(scope.role, 'test.edit') && line !== null && status !== 'cleared',
  }
}

function descriptionValues(exception: ExceptionRow): Record<string, string> {
  const { problem, expected, cause, isolated_basis, impact, compensating, discussed_with, detected_by_client: detected } = exception
  return {
    problem, expected, cause, isolated_basis, impact, compensating, discussed_with, detected: detected === null ? '' : detected ? 'yes' : 'no', cause_type: exception.cause_type ?? '', spread: exception.spread ?? '', intent: exception.intent ?? '',
    affected_from: exception.affected_from ?? '', affected_to: exception.affected_to ?? '', discussed_on: exception.discussed_on ?? '', evaluation: exception.evaluation,
  }
}

function writeTypedCounts(found: readonly number[]): string | null {
  if (found.length === 0) return null
  return `The problem says ${found.join(' and ')}, which is also a number counted from the cells. The sentence brings that number by itself, so it may be better left out here.`
}
