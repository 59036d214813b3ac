import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { containing } from '../database/pattern.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { textQuery } from './rules.ts'

/** One thing found: its number, what it is called and the text the words stand in. */
export type Found = { readonly number: number, readonly name: string, readonly title: string, readonly text: string }
/** A file found by its name or by what it says; `line` counts from 1. */
export type FoundFile = Found & { readonly fileId: string, readonly file: string, readonly line: number | null }

/** How many of each sort are read; one more than is shown says that there are more. */
export const MOST = 25

/** Requests whose own words, or the people and controls on them, hold every word. */
export async function findRequests(trx: Tx, scope: EngagementScope, words: readonly string[]): Promise<Found[]> {
  return await all(trx, sql`
    select request.number, '' as name, request.title, concat_ws(' ', request.ask, request.why, request.system, owner.name, owner.title) as text
    from request left join person owner on owner.id = request.owner_id
    where ${seen(scope)} and ${holds(sql`concat_ws(' ', 'R-' || lpad(request.number::text, 3, '0'), request.title, request.ask, request.why, request.system,
      owner.name, owner.title)`, words)}
    order by request.number limit ${MOST + 1}`)
}

/** What was said about requests; what the client must not see, row security leaves out. */
export async function findComments(trx: Tx, scope: EngagementScope, words: readonly string[]): Promise<Found[]> {
  return await all(trx, sql`
    select request.number, author.name, request.title, comment.text
    from comment join request on request.engagement_id = comment.engagement_id and request.id = comment.request_id
      join person author on author.id = comment.author_id
    where ${seen(scope)} and ${holds(sql`comment.text`, words)}
    order by comment.written_at desc limit ${MOST + 1}`)
}

/** Evidence by the name of the file, newest version first. */
export async function findFiles(trx: Tx, scope: EngagementScope, words: readonly string[]): Promise<FoundFile[]> {
  return await all(trx, sql`
    select request.number, '' as name, request.title, '' as text, evidence_file.id as "fileId", evidence_file.name as file, null as line
    ${evidence(scope)} and ${holds(sql`concat_ws(' ', evidence_file.name, evidence_file.sha256)`, words)}
    order by evidence_file.uploaded_at desc limit ${MOST + 1}`)
}

/** Evidence by the text in it: the words begin words of the text; `text` is what stands around the first of them. */
export async function findInFiles(trx: Tx, scope: EngagementScope, words: readonly string[]): Promise<FoundFile[]> {
  const query = textQuery(words)
  if (query === null) return []
  return await all(trx, sql`
    select number, '' as name, title, "fileId", file,
      case when place > 0 then length(before) - length(replace(before, chr(10), '')) + 1 end as line,
      substring(content from greatest(place - 200, 1) for 600) as text
    from (select request.number, request.title, evidence_file.id as "fileId", evidence_file.name as file, evidence_text.content,
        strpos(lower(evidence_text.content), ${words[0]}) as place,
        left(evidence_text.content, greatest(strpos(lower(evidence_text.content), ${words[0]}) - 1, 0)) as before, evidence_file.uploaded_at
      ${evidence(scope, sql`join evidence_text on evidence_text.engagement_id = evidence_file.engagement_id and evidence_text.sha256 = evidence_file.sha256`)}
        and not evidence_file.withheld and evidence_text.words @@ to_tsquery('simple', ${query})
      order by evidence_file.uploaded_at desc limit ${MOST + 1}) found
    order by uploaded_at desc`)
}

/** Controls by number, wording, owner or criterion. */
export async function findControls(trx: Tx, scope: EngagementScope, words: readonly string[]): Promise<Found[]> {
  return await all(trx, sql`
    select 0 as number, control.number as name, control.owner_title as title, wording.text
    from control join control_wording wording on wording.engagement_id = control.engagement_id and wording.control_id = control.id and wording.version = control.wording_version
    where control.engagement_id = ${scope.engagement.id} and ${holds(sql`concat_ws(' ', control.number, control.owner_title, wording.text,
      (select string_agg(criterion, ' ') from control_criterion where control_criterion.engagement_id = control.engagement_id and control_id = control.id))`, words)}
    order by control.number limit ${MOST + 1}`)
}

export async function findPopulations(trx: Tx, scope: EngagementScope, words: readonly string[]): Promise<Found[]> {
  return await all(trx, sql`
    select number, '' as name, population.name as title, concat_ws(' ', occurrence, source_system) as text from population
    where engagement_id = ${scope.engagement.id} and ${holds(sql`concat_ws(' ', population.name, occurrence, source_system)`, words)}
    order by number limit ${MOST + 1}`)
}

/** Exceptions by what was wrong; the client finds what was released to it. */
export async function findExceptions(trx: Tx, scope: EngagementScope, words: readonly string[]): Promise<Found[]> {
  // Words the firm wrote since are the client's to find once they are released too.
  const problem = scope.side === 'firm' ? sql`problem` : sql`coalesce((select told.problem from exception_release told where told.engagement_id = exception.engagement_id and told.exception_id = exception.id order by told.number desc limit 1), '')`
  return await all(trx, sql`
    select number, '' as name, ${problem} as title, '' as text from exception
    where engagement_id = ${scope.engagement.id} and (${scope.side} = 'firm' or released_at is not null) and ${holds(problem, words)}
    order by number limit ${MOST + 1}`)
}

/** The requests this scope may see: a client no drafts, a control owner their own. */
function seen(scope: EngagementScope): RawBuilder<boolean> {
  return sql`request.engagement_id = ${scope.engagement.id} and (${scope.side} = 'firm' or request.status <> 'draft')
    and (${scope.role !== 'owner'} or request.owner_id = ${personOf(scope)})`
}

/** Evidence this scope may see: the firm what was handed in, the client what is its own, and whoever prepares no answers nothing of one that is being made. */
function evidence(scope: EngagementScope, join: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
  return sql`from evidence_file ${join}
    join request on request.engagement_id = evidence_file.engagement_id and request.id = evidence_file.request_id
    join submission on submission.engagement_id = evidence_file.engagement_id and submission.id = evidence_file.submission_id
    where ${seen(scope)} and case when ${scope.side} = 'firm' then submission.status <> 'draft' or evidence_file.channel = 'auditor' else evidence_file.channel <> 'auditor' and (${scope.role === 'owner' || scope.role === 'lead'} or submission.status <> 'draft') end`
}

function holds(text: RawBuilder<unknown>, words: readonly string[]): RawBuilder<boolean> {
  return sql`lower(${text}) like all (${sql.val(words.map((word) => containing(word)))}::text[])`
}

async function all<T>(trx: Tx, query: RawBuilder<unknown>): Promise<T[]> {
  return (await (query as RawBuilder<T>).execute(trx)).rows
}
