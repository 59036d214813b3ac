import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { ReleasedItem } from '../database/schema/exceptions.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'

export type ReleaseRow = Awaited<ReturnType<typeof listReleases>>[number]
type Told = { readonly problem: string, readonly cause: string, readonly sentence: string, readonly tested: number, readonly deviating: number, readonly items: readonly ReleasedItem[] }

/** What the client was told of one exception or of all, oldest first. */
export async function listReleases(trx: Tx, scope: EngagementScope, exceptionId?: string) {
  let query = trx.selectFrom('exception_release').leftJoin('person', 'person.id', 'exception_release.released_by')
    .select(['exception_release.exception_id', 'exception_release.number', 'exception_release.problem', 'exception_release.cause', 'exception_release.sentence', 'exception_release.tested',
      'exception_release.deviating', 'exception_release.items', 'exception_release.released_at', 'person.name as releaser'])
    .where('exception_release.engagement_id', '=', scope.engagement.id)
  if (exceptionId !== undefined) query = query.where('exception_release.exception_id', '=', exceptionId)
  return await query.orderBy('exception_release.exception_id').orderBy('exception_release.number').execute()
}

/**
 * Numbers of the exceptions, final ones too, of which something else was found by now than the client was told: the same
 * question as `factsChanged` answers for one of them.
 */
export async function listChanged(trx: Tx, scope: EngagementScope): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`select exception.number from exception
      join lateral (select problem, items from exception_release release where release.engagement_id = exception.engagement_id and release.exception_id = exception.id order by release.number desc limit 1) told on true
    where exception.engagement_id = ${scope.engagement.id} and exception.status <> 'cleared' and (told.problem <> exception.problem
      or (select coalesce(jsonb_agg(fact order by fact), '[]') from (select jsonb_build_array(item ->> 'key', item ->> 'letter', item ->> 'note') as fact from jsonb_array_elements(told.items) item) was)
        is distinct from (select coalesce(jsonb_agg(fact order by fact), '[]') from (select jsonb_build_array(item.key, cell.letter, cell.note) as fact from cell
          join tested_item item on item.engagement_id = cell.engagement_id and item.test_line_id = cell.test_line_id and item.id = cell.item_id
          where cell.engagement_id = exception.engagement_id and cell.test_line_id = exception.test_line_id and cell.result = 'deviation') stands))
    order by exception.number`.execute(trx)
  return rows.map(({ number }) => number)
}

/** Keeps what the client is told from now on and returns its number. The exception must be locked. */
export async function insertRelease(trx: Tx, scope: EngagementScope, exceptionId: string, told: Told): Promise<number> {
  const key = { engagement_id: scope.engagement.id, exception_id: exceptionId }
  const { problem, cause, sentence, tested, deviating } = told
  const { number } = await trx.insertInto('exception_release').values({
    ...key, problem, cause, sentence, tested, deviating, items: JSON.stringify(told.items), released_by: personOf(scope), number: nextIn('exception_release', key),
  }).returning('number').executeTakeFirstOrThrow()
  return number
}

export type Answer = { readonly release: number, readonly position: 'agreed' | 'disputed', readonly words: string }
export type AnswerFile = { readonly name: string, readonly size: number, readonly sha256: string, readonly mediaType: string, readonly kind: string }

/** Keeps what the client says of a release with its files and returns its number. The exception must be locked. */
export async function insertAnswer(trx: Tx, scope: EngagementScope, exceptionId: string, answer: Answer, files: readonly AnswerFile[]): Promise<number> {
  const key = { engagement_id: scope.engagement.id, exception_id: exceptionId }
  const { number } = await trx.insertInto('exception_answer').values({ ...key, ...answer, given_by: personOf(scope)!, number: nextIn('exception_answer', key) }).returning('number').executeTakeFirstOrThrow()
  if (files.length > 0) {
    await trx.insertInto('exception_file').values(files.map(({ mediaType, ...file }, index) => ({ ...key, ...file, answer: number, position: index + 1, media_type: mediaType }))).execute()
  }
  return number
}

/** Everything the client said of an exception, oldest first, each with its files. */
export async function listAnswers(trx: Tx, scope: EngagementScope, exceptionId: string) {
  const answers = await trx.selectFrom('exception_answer').innerJoin('person', 'person.id', 'exception_answer.given_by')
    .select(['exception_answer.number', 'exception_answer.release', 'exception_answer.position', 'exception_answer.words', 'exception_answer.given_at', 'person.name as giver', 'person.title as giver_title'])
    .where('exception_answer.engagement_id', '=', scope.engagement.id).where('exception_answer.exception_id', '=', exceptionId).orderBy('exception_answer.number').execute()
  const files = Map.groupBy(await trx.selectFrom('exception_file').select(['id', 'answer', 'name', 'size', 'sha256'])
    .where('engagement_id', '=', scope.engagement.id).where('exception_id', '=', exceptionId).orderBy('position').execute(), ({ answer }) => answer)
  return answers.map((answer) => ({ ...answer, files: files.get(answer.number) ?? [] }))
}

/** One file the client sent with an answer on this exception; throws NotFound. */
export async function findAnswerFile(trx: Tx, scope: EngagementScope, exceptionId: string, fileId: string) {
  return await trx.selectFrom('exception_file').select(['id', 'name', 'sha256', 'media_type']).where('engagement_id', '=', scope.engagement.id)
    .where('exception_id', '=', exceptionId).where('id', '=', fileId).executeTakeFirstOrThrow(() => new NotFound())
}

export type Extending = { readonly size: number, readonly reason: string, readonly seenItems: number, readonly seenDeviating: number }

/** Keeps the decision whether to select further items and returns its number. The exception must be locked. */
export async function insertExtensionDecision(trx: Tx, scope: EngagementScope, exceptionId: string, { size, reason, seenItems, seenDeviating }: Extending): Promise<number> {
  const key = { engagement_id: scope.engagement.id, exception_id: exceptionId }
  const { number } = await trx.insertInto('extension_decision').values({
    ...key, size, reason, seen_items: seenItems, seen_deviating: seenDeviating, decided_by: personOf(scope)!, number: nextIn('extension_decision', key),
  }).returning('number').executeTakeFirstOrThrow()
  return number
}

/** The decisions on extending because of an exception, oldest first. */
export async function listExtensionDecisions(trx: Tx, scope: EngagementScope, exceptionId: string) {
  return await trx.selectFrom('extension_decision').innerJoin('person', 'person.id', 'extension_decision.decided_by')
    .select(['extension_decision.number', 'extension_decision.size', 'extension_decision.reason', 'extension_decision.seen_items', 'extension_decision.seen_deviating', 'extension_decision.decided_at', 'person.name as decider'])
    .where('extension_decision.engagement_id', '=', scope.engagement.id).where('extension_decision.exception_id', '=', exceptionId).orderBy('extension_decision.number').execute()
}

function nextIn(table: string, { engagement_id: engagement, exception_id: exception }: { readonly engagement_id: string, readonly exception_id: string }) {
  return sql<number>`(select coalesce(max(number), 0) + 1 from ${sql.table(table)} where engagement_id = ${engagement} and exception_id = ${exception})`
}
