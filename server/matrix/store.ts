import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import type { CellResult, Conclusion } from '../database/schema/testing.ts'
import { NotFound } from '../errors.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { Attribute, Procedure } from './reading.ts'

/** Rows of every table that the matrix prints, as they stood at one instant. Moments are ISO texts with an offset. */
export type Snapshot = {
  at: string
  controls: { id: string, number: string, owner_title: string, wording_version: number, text: string, confirmed: boolean, criteria: string[] }[]
  lines: LineRow[]
  procedures: (Procedure & { line: string })[]
  attributes: (Attribute & { line: string })[]
  items: { line: string, id: string, key: string, further: boolean }[]
  /** Arrays, because there are thousands of them. */
  cells: [line: string, item: string, letter: string, result: CellResult, note: string, stale: boolean][]
  citations: [line: string, item: string, letter: string, file: string, place: string][]
  files: { id: string, name: string, request: number, version: number, position: number }[]
  signatures: { line: string, kind: 'prepared' | 'reviewed', name: string, at: string }[]
  exceptions: ExceptionRow[]
}

export type LineRow = {
  id: string
  control: string
  sequence: number
  title: string
  item_noun: string
  wording_version: number
  no_occurrence: boolean
  event: string
  corroboration: string
  conclusion: Conclusion | null
  draw: { id: string, number: number, method: 'random' | 'all', algorithm: string, seed: string, size: number, population_size: number, keys_sha256: string, reason: string } | null
  population: { number: number, name: string, in_scope_count: number | null } | null
}

export type ExceptionRow = {
  line: string
  number: number
  status: ExceptionStatus
  problem: string
  cause: string
  spread: 'isolated' | 'systematic' | null
  evaluation: string
  response: { declined: boolean, text: string, remediation_on: string | null, written_at: string, name: string } | null
}

/**
 * Everything the matrix prints, in one statement: a statement sees one instant, so no count can fall between two writes.
 */
export async function readSnapshot(trx: Tx, scope: EngagementScope): Promise<Snapshot> {
  const id = scope.engagement.id
  const result = await sql<Snapshot>`select app_now()::text as at,
    ${list(sql`select control.id, control.number, owner_title, wording_version, text, confirmed_at is not null as confirmed,
        array(select criterion from control_criterion mapped where mapped.engagement_id = control.engagement_id and mapped.control_id = control.id) as criteria
      from control join control_wording wording on wording.engagement_id = control.engagement_id and wording.control_id = control.id
        and wording.version = control.wording_version
      where control.engagement_id = ${id}`)} as controls,
    ${list(sql`select line.id, line.control_id as control, line.sequence, line.title, line.item_noun, line.control_wording_version as wording_version,
        line.no_occurrence, line.event, line.corroboration, line.conclusion,
        case when draw.id is null then null else json_build_object('id', draw.id, 'number', draw.number, 'method', draw.method, 'algorithm', draw.algorithm,
          'seed', draw.seed, 'size', draw.size, 'population_size', draw.population_size, 'keys_sha256', draw.keys_sha256, 'reason', draw.reason) end as draw,
        case when population.id is null then null else json_build_object('number', population.number, 'name', population.name,
          'in_scope_count', population.in_scope_count) end as population
      from test_line line
        left join draw on draw.engagement_id = line.engagement_id and draw.id = line.draw_id
        left join population on population.engagement_id = line.engagement_id and population.id = coalesce(line.population_id, draw.population_id)
      where line.engagement_id = ${id}`)} as lines,
    ${list(sql`select test_line_id as line, nature, text from test_procedure where engagement_id = ${id} order by test_line_id, position`)} as procedures,
    ${list(sql`select test_line_id as line, letter, question, expected from attribute where engagement_id = ${id} order by test_line_id, letter`)} as attributes,
    ${list(sql`select test_line_id as line, id, key, further from tested_item where engagement_id = ${id} order by test_line_id, rank`)} as items,
    (select coalesce(json_agg(json_build_array(test_line_id, item_id, letter, result, note, stale)), '[]') from cell where engagement_id = ${id}) as cells,
    (select coalesce(json_agg(json_build_array(test_line_id, item_id, letter, file_id, place)), '[]') from citation where engagement_id = ${id}) as citations,
    ${list(sql`select file.id, file.name, request.number as request, submission.number as version, file.position
      from (select distinct file_id from citation where engagement_id = ${id}) cited
        join evidence_file file on file.engagement_id = ${id} and file.id = cited.file_id
        join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
        join request on request.engagement_id = file.engagement_id and request.id = file.request_id`)} as files,
    ${list(sql`select sign_off.test_line_id as line, sign_off.kind, person.name, sign_off.signed_at as at
      from sign_off join person on person.id = sign_off.person_id where engagement_id = ${id} and voided_at is null`)} as signatures,
    ${list(sql`select exception.test_line_id as line, exception.number, exception.status, exception.problem, exception.cause, exception.spread, exception.evaluation,
        (select json_build_object('declined', response.declined, 'text', response.text, 'remediation_on', response.remediation_on,
            'written_at', response.written_at, 'name', person.name)
          from exception_response response join person on person.id = response.written_by
          where response.engagement_id = exception.engagement_id and response.exception_id = exception.id
          order by response.version desc limit 1) as response
      from exception where exception.engagement_id = ${id} order by exception.number`)} as exceptions`.execute(trx)
  return result.rows[0]!
}

function list(query: ReturnType<typeof sql>) {
  return sql`(select coalesce(json_agg(found), '[]') from (${query}) found)`
}

export type NewExport = { readonly number: number, readonly draft: boolean, readonly reading: string, readonly contentSha256: string }

/** Keeps a reading, as text, exactly as it was exported. */
export async function insertExport(trx: Tx, scope: EngagementScope, kept: NewExport): Promise<void> {
  await trx.insertInto('matrix_export').values({
    engagement_id: scope.engagement.id, number: kept.number, draft: kept.draft, reading: kept.reading,
    content_sha256: kept.contentSha256, exported_by: personOf(scope)!,
  }).execute()
}

/** What was exported, newest first, without the readings themselves. */
export async function listExports(trx: Tx, scope: EngagementScope) {
  return await trx.selectFrom('matrix_export').innerJoin('person', 'person.id', 'matrix_export.exported_by')
    .select(['matrix_export.number', 'matrix_export.draft', 'matrix_export.content_sha256', 'matrix_export.exported_at', 'person.name as exporter'])
    .where('matrix_export.engagement_id', '=', scope.engagement.id).orderBy('matrix_export.number', 'desc').execute()
}

/** One export with its reading; throws NotFound. */
export async function findExport(trx: Tx, scope: EngagementScope, number: number) {
  return await trx.selectFrom('matrix_export').innerJoin('person', 'person.id', 'matrix_export.exported_by')
    .select(['matrix_export.number', 'matrix_export.draft', 'matrix_export.reading', 'matrix_export.content_sha256', 'matrix_export.exported_at', 'person.name as exporter'])
    .where('matrix_export.engagement_id', '=', scope.engagement.id).where('matrix_export.number', '=', number)
    .executeTakeFirstOrThrow(() => new NotFound())
}
