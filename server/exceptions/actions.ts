import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { NotFound, Refused } from '../errors.ts'
import { post } from '../mail/outbox.ts'
import type { EngagementScope } from '../scope.ts'
import { refuseClosed } from '../testing/rules.ts'
import { findLineById } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { readFound, type Found } from './facts-pages.ts'
import { factsChanged, readsOtherwise } from './facts.ts'
import { insertAnswer, insertRelease, listReleases, type AnswerFile, type ReleaseRow } from './release-store.ts'
import { changeable, exceptionNumber, next, refuseChanged, refuseClearing, refuseEvaluation, refuseSharing, refuseUnread, statusWords, type Move } from './rules.ts'
import { findException, findStanding, insertException, insertResponse, listLeads, updateException, type Description, type ExceptionChange, type ExceptionRow, type Response } from './store.ts'

/** The exception that stands for a line whose items deviate, opened when there is none. The line must be locked; the caller records the events. */
export async function openFor(trx: Tx, scope: EngagementScope, lineId: string): Promise<{ number: number, events: TrailEvent[] }> {
  const standing = await findStanding(trx, scope, lineId)
  if (standing) return { number: standing.number, events: [] }
  const number = await takeNumber(trx, scope.engagement.id, 'exception')
  const exceptionId = await insertException(trx, scope, number, { lineId })
  return { number, events: [{ kind: 'exception.opened', facts: { exceptionId, number, testLineId: lineId } }] }
}

/** Writes down what was found; false when somebody else changed it since `version`, and then nothing is written. */
export async function describe(site: Site, scope: EngagementScope, number: number, version: number, description: Description): Promise<boolean> {
  return await inScope(site.db, scope, async (trx) => {
    const exception = await open(trx, scope, number)
    if (exception.version !== version) return false
    const fields = (Object.keys(description) as (keyof Description)[]).filter((field) => description[field] !== exception[field])
    if (fields.length === 0) return true
    const may = changeable(exception.status)
    if (may === 'nothing') throw new Refused(`${exceptionNumber(number)} is ${statusWords[exception.status]}, so its description stands.`)
    if (fields.includes('problem') && may !== 'everything') throw new Refused('The client has confirmed these facts, so the problem stands as it is worded.')
    await updateException(trx, scope, exception.id, description)
    await record(trx, scope, { kind: 'exception.described', facts: { exceptionId: exception.id, number, fields }, detail: { ...description } })
    return true
  })
}

/**
 * Puts the facts to the client's compliance lead, as they stand now; what the client reads stays as it was told until the
 * next time. Facts that changed since are confirmed anew; where only counts or the cause did, nothing else starts over.
 */
export async function share(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const { exception, found, told } = await weigh(trx, scope, number)
    refuseSharing(exception, found.ground)
    if (told && !readsOtherwise(told, found.facts)) throw new Refused('Nothing has changed since this was put to the client.')
    const anew = !told || factsChanged(told, found.facts)
    const again = anew && exception.status === 'client_confirming'
    const status = !anew || again ? exception.status : next(exception.status, 'share')
    if (exception.status === 'cleared') throw new Refused(`${exceptionNumber(number)} is cleared, so there is nothing to put to the client.`)
    const release = await insertRelease(trx, scope, exception.id, found.facts)
    await updateException(trx, scope, exception.id, { ...anew ? { client_position: null, client_words: '' } : {}, ...status === exception.status ? {} : { status } }, true)
    if (anew) await writeToLeads(site, trx, scope, exception, 'facts_wanted')
    const { tested, deviating } = found.facts
    await record(trx, scope, { kind: 'exception.released', facts: { exceptionId: exception.id, number, release, tested, deviating }, detail: { problem: exception.problem } },
      ...status === exception.status ? [] : [{ kind: 'exception.moved', facts: { exceptionId: exception.id, number, from: exception.status, to: status } } as const])
  })
}

/**
 * The client agrees to the facts, which confirms them, or disputes them; then the firm settles it. `read` is the release
 * they read, null for the newest; files that came along stay with the answer for good.
 */
export async function takePosition(site: Site, scope: EngagementScope, number: number, position: 'agreed' | 'disputed', words: string, read: number | null = null, files: readonly AnswerFile[] = []): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const { exception, found, told } = await weigh(trx, scope, number)
    const confirmed = next(exception.status, 'agree')
    if (!told) throw new NotFound()
    refuseUnread(told.number, read, factsChanged(told, found.facts))
    const status = position === 'agreed' ? confirmed : exception.status
    const answer = await insertAnswer(trx, scope, exception.id, { release: told.number, position, words }, files)
    await updateException(trx, scope, exception.id, { client_position: position, client_words: words, ...status === exception.status ? {} : { status } })
    await record(trx, scope,
      { kind: 'exception.answered', facts: { exceptionId: exception.id, number, answer, release: told.number, position, files: files.map(({ sha256 }) => sha256) }, detail: { words, names: files.map(({ name }) => name) } },
      ...status === exception.status ? [] : [{ kind: 'exception.moved', facts: { exceptionId: exception.id, number, from: exception.status, to: status } } as const])
  })
}

/** The firm holds to the facts as the client was told them. */
export async function confirm(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await move(site, scope, number, 'confirm', async (_trx, exception, found) => {
    refuseSharing(exception, found.ground)
    return {}
  })
}

/** There was no deviation after all. */
export async function clear(site: Site, scope: EngagementScope, number: number, reason: string): Promise<void> {
  await move(site, scope, number, 'clear', async (_trx, _exception, { ground }) => {
    refuseClearing(ground)
    return { clear_reason: reason }
  }, { reason })
}

/** Writes the firm's evaluation, which the client never reads, and asks the lead for management's response. */
export async function evaluate(site: Site, scope: EngagementScope, number: number, evaluation: string): Promise<void> {
  await move(site, scope, number, 'evaluate', async (trx, exception) => {
    refuseEvaluation(exception)
    await writeToLeads(site, trx, scope, exception, 'response_wanted')
    return { evaluation }
  }, { evaluation })
}

/** Adds a version of management's response, or the word that none is given; the client may write another until the exception is final. */
export async function respond(site: Site, scope: EngagementScope, number: number, response: Response): Promise<void> {
  if (scope.side !== 'client') throw new Refused('Management’s response is written by the client only.')
  await inScope(site.db, scope, async (trx) => {
    const { exception, found, told } = await weigh(trx, scope, number)
    const status = exception.status === 'response_received' ? exception.status : next(exception.status, 'respond')
    if (!told) throw new NotFound()
    refuseUnread(told.number, null, factsChanged(told, found.facts))
    const version = await insertResponse(trx, scope, exception.id, response, told.number)
    const moves = status !== exception.status
    if (moves) await updateException(trx, scope, exception.id, { status })
    await record(trx, scope,
      { kind: 'exception.responded', facts: { exceptionId: exception.id, number, version, declined: response.declined }, detail: { ...response } },
      ...moves ? [{ kind: 'exception.moved', facts: { exceptionId: exception.id, number, from: exception.status, to: status } } as const] : [])
  })
}

/** Closes it; after this nothing on it changes, unless a result does. */
export async function finish(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await move(site, scope, number, 'finish', async () => ({}))
}

async function move(site: Site, scope: EngagementScope, number: number, name: Move, work: (trx: Tx, exception: ExceptionRow, found: Found) => Promise<ExceptionChange>, detail: Record<string, string> = {}): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const { exception, found, told } = await weigh(trx, scope, number)
    const status = next(exception.status, name)
    if (name !== 'clear') refuseChanged(!told || factsChanged(told, found.facts))
    await updateException(trx, scope, exception.id, { ...await work(trx, exception, found), status })
    await record(trx, scope, { kind: 'exception.moved', facts: { exceptionId: exception.id, number, from: exception.status, to: status }, detail })
  })
}

async function open(trx: Tx, scope: EngagementScope, number: number): Promise<ExceptionRow> {
  refuseClosed(scope.engagement.phase)
  return await findException(trx, scope, number, true)
}

// The line is held, so that no result is written on it between the count and what rests on it.
async function weigh(trx: Tx, scope: EngagementScope, number: number): Promise<{ exception: ExceptionRow, found: Found, told: ReleaseRow | undefined }> {
  const exception = await open(trx, scope, number)
  if (exception.test_line_id !== null) await findLineById(trx, scope, exception.test_line_id, true)
  return { exception, found: await readFound(trx, scope, exception), told: (await listReleases(trx, scope, exception.id)).at(-1) }
}

async function writeToLeads(site: Site, trx: Tx, scope: EngagementScope, exception: ExceptionRow, template: 'facts_wanted' | 'response_wanted'): Promise<void> {
  const { engagement } = scope
  const number = exceptionNumber(exception.number)
  const facts = { firm: engagement.firm, client: engagement.client, from: scope.actor.name, exception: number, control: exception.subject, problem: exception.problem.replaceAll('{late}', 'late') }
  for (const to of await listLeads(trx, scope)) await post(trx, scope, site.sealer, { to, template, facts, link: `/engagements/${engagement.id}/exceptions/${number}` })
}
