import { sql } from 'kysely'
import { list } from './lists-store.ts'

/** One part of the sample of a line on one attribute, counted in the database. */
export type AttributeTally = { line: string, further: boolean, letter: string, applicable: number, deviations: number, not_applicable: number, pending: number, stale: number }
/** The items of one part of the sample of a line. */
export type PartTally = { line: string, further: boolean, items: number, deviating: number, pending: number }

/** Every cell with its items, evidence and files; arrays, because there are thousands of them. */
export type Grid = {
  items: { line: string, id: string, key: string, further: boolean }[]
  cells: [line: string, item: string, letter: string, result: 'pass' | 'deviation' | 'not_applicable' | 'pending', note: string, stale: boolean][]
  citations: [line: string, item: string, letter: string, file: string, place: string][]
  files: { id: string, name: string, sha256: string, request: number, version: number, position: number }[]
}

/** The same counted, and the notes of the cells that deviate. */
export type Tallies = { by_attribute: AttributeTally[], by_part: PartTally[], deviating: [line: string, note: string][] }

/** The columns that bring the grid of an engagement cell by cell; with `line` of that line only. */
export function wholeGrid(id: string, line: string | null = null) {
  const only = (column: string) => (line === null ? sql`` : sql`and ${sql.ref(column)} = ${line}`)
  return sql`
    ${list(sql`select test_line_id as line, id, key, further from tested_item where engagement_id = ${id} ${only('test_line_id')} order by test_line_id, rank`)} as items,
    (select coalesce(json_agg(json_build_array(test_line_id, item_id, letter, result, note, stale)), '[]') from cell where engagement_id = ${id} ${only('test_line_id')}) as cells,
    (select coalesce(json_agg(json_build_array(test_line_id, item_id, letter, file_id, place)), '[]') from citation where engagement_id = ${id} ${only('test_line_id')}) as citations,
    ${list(sql`select file.id, file.name, file.sha256, request.number as request, submission.number as version, file.position
      from (select distinct file_id from citation where engagement_id = ${id} ${only('test_line_id')}) cited
        join evidence_file file on file.engagement_id = ${id} and file.id = cited.file_id
        join submission on submission.engagement_id = file.engagement_id and submission.id = file.submission_id
        join request on request.engagement_id = file.engagement_id and request.id = file.request_id`)} as files`
}

/** The columns that bring it counted. A cell nobody wrote yet is pending, as it is where the cells are read. */
export function talliedGrid() {
  return sql`
    ${list(sql`select line, further, letter, coalesce(applicable, 0) as applicable, coalesce(deviations, 0) as deviations, coalesce(not_applicable, 0) as not_applicable,
        items - coalesce(applicable + not_applicable, 0) as pending, coalesce(stale, 0) as stale
      from part join asked using (line) left join held using (line, further, letter) order by line, letter`)} as by_attribute,
    ${list(sql`select line, further, items, deviating, items - decided as pending from part`)} as by_part,
    (select coalesce(json_agg(json_build_array(line, note)), '[]') from told where result = 'deviation') as deviating`
}

/**
 * What `talliedGrid` counts in: `told`, the results on items that stand, with one empty row for an item that has none;
 * `asked`, the attributes; `part`, the items of each part of a sample; `held`, the results on each attribute. Items are
 * joined once: how few of them the planner expects among millions makes it compare every pair in a second join.
 */
export function griddedFor(id: string) {
  return sql`with
    item as materialized (select test_line_id as line, id, further from tested_item where engagement_id = ${id}),
    asked as materialized (select test_line_id as line, letter from attribute where engagement_id = ${id}),
    told as materialized (select item.line, item.further, item.id as item, cell.letter, cell.result, cell.note, cell.stale
      from item left join cell on cell.engagement_id = ${id} and cell.test_line_id = item.line and cell.item_id = item.id and cell.result <> 'pending'),
    part as materialized (select line, further, count(*) as items, count(*) filter (where deviates) as deviating, count(*) filter (where results = letters) as decided
      from (select line, further, count(result) as results, bool_or(result = 'deviation') as deviates from told group by line, further, item) tested
        join (select line, count(*) as letters from asked group by line) of_line using (line)
      group by line, further),
    held as materialized (select line, further, letter, count(*) filter (where result <> 'not_applicable') as applicable, count(*) filter (where result = 'deviation') as deviations,
        count(*) filter (where result = 'not_applicable') as not_applicable, count(*) filter (where stale) as stale
      from told group by line, further, letter)`
}
