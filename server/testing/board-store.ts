import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import type { Card } from './board.ts'

export type BoardRow = Card & {
  readonly control: string
  readonly sequence: number
  readonly title: string
  readonly wording: string
  readonly criteria: readonly string[]
  readonly assigneeId: string | null
  readonly assignee: string | null
  readonly preparerId: string | null
  readonly preparer: string | null
  readonly reviewer: string | null
  readonly deviating: number
}

/** Every test line, or those of one control, with all its board says of it, in one query; counts are made once over the whole engagement, never line by line. */
export async function listBoard(trx: Tx, scope: EngagementScope, controlId: string | null = null): Promise<BoardRow[]> {
  const engagement = scope.engagement.id
  const { rows } = await sql<BoardRow>`
    with item as materialized (select test_line_id, id from tested_item where engagement_id = ${engagement}),
      items as (select test_line_id, count(*)::int as items from item group by test_line_id),
      letters as (select test_line_id, count(*)::int as letters from attribute where engagement_id = ${engagement} group by test_line_id),
      filled as (select cell.test_line_id, count(*) filter (where result <> 'pending' and not stale)::int as done, count(distinct item_id) filter (where result = 'deviation')::int as deviating
        from cell join item on item.test_line_id = cell.test_line_id and item.id = cell.item_id
        where cell.engagement_id = ${engagement} group by cell.test_line_id),
      notes as (select test_line_id, count(*)::int as notes from review_note where engagement_id = ${engagement} and status <> 'cleared' group by test_line_id),
      signed as (select test_line_id, max(person.name) filter (where kind = 'prepared') as preparer, (array_agg(person_id) filter (where kind = 'prepared'))[1] as preparer_id,
          max(person.name) filter (where kind = 'reviewed') as reviewer, bool_or(kind = 'partner') as partner
        from sign_off join person on person.id = sign_off.person_id where engagement_id = ${engagement} and voided_at is null group by test_line_id),
      criteria as (select control_id, array_agg(criterion order by criterion) as criteria from control_criterion where engagement_id = ${engagement} group by control_id)
    select control.number as control, line.sequence, line.title, wording.text as wording, coalesce(criteria.criteria, '{}') as criteria,
      line.no_occurrence as "noOccurrence", line.significant, line.conclusion is not null as concluded,
      coalesce(items.items, 0) as items, coalesce(items.items * letters.letters, 0) as cells, coalesce(filled.done, 0) as done, coalesce(filled.deviating, 0) as deviating,
      coalesce(notes.notes, 0) as notes, line.assignee_id as "assigneeId", assignee.name as assignee,
      signed.preparer_id as "preparerId", signed.preparer, signed.reviewer, signed.preparer is not null as prepared, signed.reviewer is not null as reviewed, coalesce(signed.partner, false) as partner
    from test_line line
      join control on control.engagement_id = line.engagement_id and control.id = line.control_id
      join control_wording wording on wording.engagement_id = line.engagement_id and wording.control_id = line.control_id and wording.version = line.control_wording_version
      left join person assignee on assignee.id = line.assignee_id
      left join items on items.test_line_id = line.id
      left join letters on letters.test_line_id = line.id
      left join filled on filled.test_line_id = line.id
      left join notes on notes.test_line_id = line.id
      left join signed on signed.test_line_id = line.id
      left join criteria on criteria.control_id = line.control_id
    where line.engagement_id = ${engagement} and (${controlId}::uuid is null or line.control_id = ${controlId})`.execute(trx)
  return rows
}

/** Controls for which no test is planned. */
export async function listBare(trx: Tx, scope: EngagementScope): Promise<{ number: string, wording: string, criteria: string[] }[]> {
  const { rows } = await sql<{ number: string, wording: string, criteria: string[] }>`
    select control.number, wording.text as wording, array(select criterion from control_criterion served
        where served.engagement_id = control.engagement_id and served.control_id = control.id) as criteria
    from control join control_wording wording on wording.engagement_id = control.engagement_id and wording.control_id = control.id and wording.version = control.wording_version
    where control.engagement_id = ${scope.engagement.id}
      and not exists (select from test_line line where line.engagement_id = control.engagement_id and line.control_id = control.id)`.execute(trx)
  return rows
}
