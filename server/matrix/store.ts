import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { Arrangement, ResponsePlace, SentencePart } from '../database/schema/matrix.ts'
import type { DrawMethod, Stratum } from '../database/schema/populations.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import type { Conclusion } from '../database/schema/testing.ts'
import type { EngagementScope } from '../scope.ts'
import { griddedFor, talliedGrid, wholeGrid, type Grid, type Tallies } from './grid-store.ts'
import { list } from './lists-store.ts'
import type { Attribute, Procedure, ReadDesign, ReadStep } from './reading.ts'
import { setupOf, type Setup } from './setup-store.ts'

type Signed = { name: string, at: string } | null

/** Rows of every table that the matrix prints, as they stood at one instant. Moments are ISO texts with an offset. */
export type Snapshot = Setup & {
  at: string
  layout: { arrangement: Arrangement, responses: ResponsePlace } | null
  controls: {
    id: string, number: string, owner_title: string, wording_version: number, text: string, confirmed: boolean, criteria: string[]
    design: { conclusion: ReadDesign['conclusion'], wording_version: number, prepared: Signed, reviewed: Signed } | null
  }[]
  lines: LineRow[]
  procedures: (Procedure & { line: string })[]
  attributes: (Attribute & { line: string })[]
  signatures: { line: string, kind: 'prepared' | 'reviewed' | 'partner', name: string, at: string }[]
  exceptions: ExceptionRow[]
  notes: { line: string, number: number, status: 'open' | 'answered', text: string, name: string }[]
  edits: { line: string, part: SentencePart, version: number, text: string, name: string, at: string }[]
  tickmarks: { symbol: string, meaning: string }[]
  grid: Grid | null
  tallies: Tallies | null
}

export type LineRow = {
  id: string
  control: string
  sequence: number
  title: string
  kind: 'sample' | 'configuration' | 'walkthrough' | 'observation'
  item_noun: string
  wording_version: number
  span_from: string | null
  span_to: string | null
  interim_on: string | null
  rollforward: string
  retest_of: number | null
  significant: boolean
  no_occurrence: boolean
  event: string
  corroboration: string
  conclusion: Conclusion | null
  draw: DrawRow | null
  population: PopulationRow | null
}

export type DrawRow = {
  id: string, number: number, method: DrawMethod, algorithm: string, seed: string, size: number, population_size: number, keys_sha256: string, file_sha256: string
  reason: string, strata: Stratum[] | null, steps: ReadStep[]
}

export type PopulationRow = {
  number: number, name: string, in_scope_count: number | null, source_system: string, query: string, declared_count: number | null, row_count: number | null, sha256: string | null
}

export type ExceptionRow = {
  line: string | null
  criterion: string | null
  number: number
  status: ExceptionStatus
  problem: string
  cause: string
  spread: 'isolated' | 'systematic' | null
  evaluation: string
  affected_from: string | null
  affected_to: string | null
  response: { declined: boolean, text: string, remediation: string, remediation_on: string | null, written_at: string, name: string } | null
  /** Something else was found by now than the client was told; null while it was told nothing. */
  changed: boolean | null
}

/** The rows with every cell counted, for the page and the gate. */
export async function readOutline(trx: Tx, scope: EngagementScope): Promise<Snapshot> {
  const id = scope.engagement.id
  const { rows } = await sql<Omit<Snapshot, 'grid' | 'tallies'> & Tallies>`${griddedFor(id)} select ${facts(id)}, ${talliedGrid()}`.execute(trx)
  const { by_attribute, by_part, deviating, ...found } = rows[0]!
  return { ...found, grid: null, tallies: { by_attribute, by_part, deviating } }
}

/** The rows with every cell, as JSON text: a reading of it is made where nobody waits for it. */
export async function readSnapshotText(trx: Tx, scope: EngagementScope): Promise<string> {
  const id = scope.engagement.id
  const { rows } = await sql<{ snapshot: string }>`select to_json(whole)::text as snapshot from (
    select ${facts(id)}, (select to_json(grid) from (select ${wholeGrid(id)}) grid) as grid, null as tallies) whole`.execute(trx)
  return rows[0]!.snapshot
}

/** One line's cells with their evidence. */
export async function readGrid(trx: Tx, scope: EngagementScope, lineId: string): Promise<Grid> {
  const { rows } = await sql<Grid>`select ${wholeGrid(scope.engagement.id, lineId)}`.execute(trx)
  return rows[0]!
}

function facts(id: string) {
  return sql`app_now()::text as at,
    (select json_build_object('arrangement', arrangement, 'responses', responses) from matrix_layout where engagement_id = ${id}) as layout,
    ${list(sql`select control.id, control.number, owner_title, control.wording_version, text, confirmed_at is not null as confirmed,
        coalesce(mapped.criteria, '{}') as criteria, evaluated.design
      from control join control_wording wording on wording.engagement_id = control.engagement_id and wording.control_id = control.id
          and wording.version = control.wording_version
        left join (select control_id, array_agg(criterion) as criteria from control_criterion where engagement_id = ${id} group by control_id) mapped on mapped.control_id = control.id
        left join (select control_id, json_build_object('conclusion', design.conclusion, 'wording_version', design.wording_version,
              'prepared', json_build_object('name', preparer.name, 'at', design.prepared_at),
              'reviewed', case when reviewer.id is null then null else json_build_object('name', reviewer.name, 'at', design.reviewed_at) end) as design
            from design_evaluation design join person preparer on preparer.id = design.prepared_by left join person reviewer on reviewer.id = design.reviewed_by
            where design.engagement_id = ${id} and design.voided_at is null) evaluated on evaluated.control_id = control.id
      where control.engagement_id = ${id}`)} as controls,
    ${lines(id)} as lines,
    ${list(sql`select test_line_id as line, nature, text from test_procedure where engagement_id = ${id} order by test_line_id, position`)} as procedures,
    ${list(sql`select test_line_id as line, letter, question, expected, clause, problem from attribute where engagement_id = ${id} order by test_line_id, letter`)} as attributes,
    ${list(sql`select sign_off.test_line_id as line, sign_off.kind, person.name, sign_off.signed_at as at
      from sign_off join person on person.id = sign_off.person_id where engagement_id = ${id} and voided_at is null`)} as signatures,
    ${exceptions(id)} as exceptions,
    ${list(sql`select test_line_id as line, number, status, text, person.name from review_note join person on person.id = opened_by
      where engagement_id = ${id} and status <> 'cleared' order by number`)} as notes,
    ${list(sql`select distinct on (test_line_id, part) test_line_id as line, part, edit.version, text, person.name, written_at as at
      from result_sentence edit join person on person.id = written_by where engagement_id = ${id} order by test_line_id, part, edit.version desc`)} as edits,
    ${list(sql`select symbol, meaning from tickmark where engagement_id = ${id} order by entered_at, symbol`)} as tickmarks,
    ${setupOf(id)}`
}

function lines(id: string) {
  return list(sql`select line.id, line.control_id as control, line.sequence, line.title, line.kind, line.item_noun, line.control_wording_version as wording_version,
      line.span_from, line.span_to, line.interim_on, line.rollforward, original.sequence as retest_of, line.significant,
      line.no_occurrence, line.event, line.corroboration, line.conclusion,
      case when draw.id is null then null else json_build_object('id', draw.id, 'number', draw.number, 'method', draw.method, 'algorithm', draw.algorithm,
        'seed', draw.seed, 'size', draw.size, 'population_size', draw.population_size, 'keys_sha256', draw.keys_sha256, 'file_sha256', draw.file_sha256,
        'reason', draw.reason, 'strata', draw.strata, 'steps', coalesce(stepped.steps, '[]')) end as draw,
      case when population.id is null then null else json_build_object('number', population.number, 'name', population.name, 'in_scope_count', population.in_scope_count,
        'source_system', population.source_system, 'query', population.query, 'declared_count', population.declared_count, 'row_count', population.row_count,
        'sha256', coalesce(file.sha256, population.items_sha256)) end as population
    from test_line line
      left join test_line original on original.engagement_id = line.engagement_id and original.id = line.retest_of
      left join draw on draw.engagement_id = line.engagement_id and draw.id = line.draw_id
      left join (select draw_id, json_agg(json_build_object('kind', kind, 'size', size, 'ground', ground, 'reason', reason) order by number) as steps
        from draw_step where engagement_id = ${id} group by draw_id) stepped on stepped.draw_id = draw.id
      left join population on population.engagement_id = line.engagement_id and population.id = coalesce(line.population_id, draw.population_id)
      left join evidence_file file on file.engagement_id = population.engagement_id and file.id = population.file_id
    where line.engagement_id = ${id}`)
}

// The same question as exceptions/release-store.ts asks of all of them; what the client was told of one that is cleared no longer matters.
const changedSinceTold = sql`select exception.status <> 'cleared' and (told.problem <> exception.problem
    or (select coalesce(jsonb_agg(fact order by fact), '[]') from (select jsonb_build_array(item ->> 'key', item ->> 'letter', item ->> 'note') as fact from jsonb_array_elements(told.items) item) was)
      is distinct from (select coalesce(jsonb_agg(fact order by fact), '[]') from (select jsonb_build_array(item.key, cell.letter, cell.note) as fact from cell
        join tested_item item on item.engagement_id = cell.engagement_id and item.test_line_id = cell.test_line_id and item.id = cell.item_id
        where cell.engagement_id = exception.engagement_id and cell.test_line_id = exception.test_line_id and cell.result = 'deviation') stands))
  from exception_release told where told.engagement_id = exception.engagement_id and told.exception_id = exception.id order by told.number desc limit 1`

function exceptions(id: string) {
  return list(sql`select exception.test_line_id as line, exception.criterion, exception.affected_from, exception.affected_to, exception.number, exception.status, exception.problem, exception.cause, exception.spread, exception.evaluation,
      (select json_build_object('declined', response.declined, 'text', response.text, 'remediation', response.remediation, 'remediation_on', response.remediation_on,
          'written_at', response.written_at, 'name', person.name)
        from exception_response response join person on person.id = response.written_by
        where response.engagement_id = exception.engagement_id and response.exception_id = exception.id
        order by response.version desc limit 1) as response,
      (${changedSinceTold}) as changed
    from exception where exception.engagement_id = ${id} order by exception.number`)
}
