import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { post } from '../mail/outbox.ts'
import type { EngagementScope } from '../scope.ts'
import { refuseClosed } from '../testing/rules.ts'
import { findLineById, listCells } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { changeable, exceptionNumber, next, refuseClearing, refuseEvaluation, refuseSharing, refuseUnread, statusWords, type Move } from './rules.ts'
import { findException, findStanding, insertException, insertResponse, listLeads, updateException, type Description, type ExceptionChange, type ExceptionRow, type Response } from './store.ts'

/** The exception that stands for a line whose items deviate, opened when there is none. The line must be locked; the caller records the events. */
export async function openFor(trx: Tx, scope: EngagementScope, lineId: string): Promise<{ number: number, events: TrailEvent[] }> {
  const standing = await findStanding(trx, scope, lineId)
  if (standing) return { number: standing.number, events: [] }
  const number = await takeNumber(trx, scope.engagement.id, 'exception')
  const exceptionId = await insertException(trx, scope, number, lineId)
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
    const rewords = fields.includes('problem')
    if (rewords && may !== 'everything') throw new Refused('The client has confirmed these facts, so the problem stands as it is worded.')
    // Whoever agreed or disagreed did so to other words.
    await updateException(trx, scope, exception.id, { ...description, ...(rewords && exception.client_position ? { client_position: null, client_words: '' } : {}) })
    await record(trx, scope, { kind: 'exception.described', facts: { exceptionId: exception.id, number, fields }, detail: { ...description } })
    return true
  })
}

/** Puts the facts to the client's compliance lead. */
export async function share(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await move(site, scope, number, 'share', async (trx, exception) => {
    refuseSharing(exception, await countDeviating(trx, scope, exception.test_line_id))
    await writeToLeads(site, trx, scope, exception, 'facts_wanted')
    return {}
  })
}

/** The client agrees to the facts, which confirms them, or disputes them; then the firm settles it. `version` is the one they read, null for the present one. */
export async function takePosition(site: Site, scope: EngagementScope, number: number, position: 'agreed' | 'disputed', words: string, version: number | null = null): Promise<void> {
  if (position === 'agreed') {
    await move(site, scope, number, 'agree', async (_trx, exception) => {
      refuseUnread(exception, version)
      return { client_position: 'agreed', client_words: words }
    }, { words })
    return
  }
  await inScope(site.db, scope, async (trx) => {
    const exception = await open(trx, scope, number)
    next(exception.status, 'agree')
    refuseUnread(exception, version)
    await updateException(trx, scope, exception.id, { client_position: 'disputed', client_words: words })
    await record(trx, scope, { kind: 'exception.described', facts: { exceptionId: exception.id, number, fields: ['client_position'] }, detail: { position, words } })
  })
}

/** The firm holds to the facts. */
export async function confirm(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await move(site, scope, number, 'confirm', async (trx, exception) => {
    refuseSharing(exception, await countDeviating(trx, scope, exception.test_line_id))
    return {}
  })
}

/** There was no deviation after all. */
export async function clear(site: Site, scope: EngagementScope, number: number, reason: string): Promise<void> {
  await move(site, scope, number, 'clear', async (trx, exception) => {
    refuseClearing(await countDeviating(trx, scope, exception.test_line_id))
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
    const exception = await open(trx, scope, number)
    const status = exception.status === 'response_received' ? exception.status : next(exception.status, 'respond')
    const version = await insertResponse(trx, scope, exception.id, response)
    const moves = status !== exception.status
    if (moves) await updateException(trx, scope, exception.id, { status })
    await record(trx, scope,
      { kind: 'exception.responded', facts: { exceptionId: exception.id, number, version, declined: response.declined }, detail: { ...response } },
      ...moves ? [{ kind: 'exception.moved', facts: { exceptionId: exception.id, number, from: exception.status, to: status } } as const] : [])
  })
}

export async function finish(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await move(site, scope, number, 'finish', async () => ({}))
}

async function move(site: Site, scope: EngagementScope, number: number, name: Move, work: (trx: Tx, exception: ExceptionRow) => Promise<ExceptionChange>, detail: Record<string, string> = {}): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const exception = await open(trx, scope, number)
    const status = next(exception.status, name)
    await updateException(trx, scope, exception.id, { ...await work(trx, exception), status })
    await record(trx, scope, { kind: 'exception.moved', facts: { exceptionId: exception.id, number, from: exception.status, to: status }, detail })
  })
}

async function open(trx: Tx, scope: EngagementScope, number: number): Promise<ExceptionRow> {
  refuseClosed(scope.engagement.phase)
  return await findException(trx, scope, number, true)
}

// The line is held, so that no result is written on it between the count and what rests on it.
async function countDeviating(trx: Tx, scope: EngagementScope, lineId: string): Promise<number> {
  await findLineById(trx, scope, lineId, true)
  const cells = await listCells(trx, scope, lineId)
  return new Set(cells.filter(({ result }) => result === 'deviation').map(({ item_id: item }) => item)).size
}

async function writeToLeads(site: Site, trx: Tx, scope: EngagementScope, exception: ExceptionRow, template: 'facts_wanted' | 'response_wanted'): Promise<void> {
  const { engagement } = scope
  const number = exceptionNumber(exception.number)
  const facts = { firm: engagement.firm, client: engagement.client, from: scope.actor.name, exception: number, control: exception.control_number, problem: exception.problem.replaceAll('{late}', 'late') }
  for (const to of await listLeads(trx, scope)) await post(trx, scope, site.sealer, { to, template, facts, link: `/engagements/${engagement.id}/exceptions/${number}` })
}
