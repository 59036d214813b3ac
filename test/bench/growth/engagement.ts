import { sql } from 'kysely'
import type { Db } from '../../../server/database/connect.ts'
import { fill } from '../../database/filling.ts'
import type { Team } from '../../support/cast.ts'
import type { Size } from '../bench.ts'
import { grow } from '../desk.ts'
import { plant } from '../matrix-stage.ts'

const shapes = {
  full: { requests: 400, controls: 90, lines: 25, longest: 10_400, rows: 400 },
  small: { requests: 20, controls: 10, lines: 3, longest: 60, rows: 40 },
} as const

/** One engagement in the midst of its fieldwork: at the full size 400 requests, 4,000 cells, 20,000 rows of lists and 4,000 entries of its trail. */
export async function raiseEngagement(owner: Db, team: Team, size: Size): Promise<void> {
  const { requests, controls, lines, longest, rows } = shapes[size]
  const { id } = team.engagement
  await grow(owner, team, requests)
  await plant(owner, team, { controls, lines })
  await owner.transaction().execute(async (trx) => {
    // Rows are written as they stand, not by the moves that lead there.
    await sql`set local session_replication_role = replica`.execute(trx)
    // The first of the many make room for one row of every table there is.
    await sql`update request set number = 9001 where engagement_id = ${id} and number = 1`.execute(trx)
    await sql`update control set number = 'AC-99' where engagement_id = ${id} and number = 'AC-01'`.execute(trx)
  })
  await fill(owner, team)
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    // What stands there for a document or an entry of the trail is none.
    for (const table of ['matrix_export_file', 'matrix_export', 'roll_report', 'trail_detail', 'trail_entry', 'trail_head']) await sql`delete from ${sql.table(table)} where engagement_id = ${id}`.execute(trx)
    await sql`update population set header = array['change_id', 'deployed_at', 'repository', 'author', 'approver', 'title', 'change_type', 'pipeline_run'], key_column = 'change_id', date_column = 'deployed_at' where engagement_id = ${id} and number > 1000`.execute(trx)
    await sql`insert into population_row (engagement_id, population_id, row_number, key, occurred_on, in_period, cells)
      select ${id}, population.id, n, 'OPS-' || number || '-' || n, date '2025-10-01' + n % 365, n % 500 <> 77,
        array['OPS-' || number || '-' || n, to_char(timestamp '2025-10-01 04:00' + n * interval '31 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'repo-' || n % 6, 'dev' || n % 97, 'lead' || n % 13, 'Raise limit step ' || n % 500, case when n % 140 = 0 then 'emergency' else 'normal' end, (880000 + n)::text]
      from population, generate_series(1, case when number = 1001 then ${longest}::integer else ${rows}::integer end) n where engagement_id = ${id} and number > 1000`.execute(trx)
    await sql`insert into evidence_text (engagement_id, sha256, content) select ${id}, sha256, repeat('Backup of the ledger completed and restored on ' || md5(sha256) || E'\n', 5) from evidence_file where engagement_id = ${id} and position = 1 on conflict do nothing`.execute(trx)
    await sql`insert into comment (engagement_id, request_id, internal, text, author_id, channel, written_at) select ${id}, id, number % 3 = 0, 'Which day of the window is meant?', ${team.senior.id}, 'login', status_since from request where engagement_id = ${id} and number % 2 = 0`.execute(trx)
    await sql`insert into exception (engagement_id, number, test_line_id, problem, opened_by) select ${id}, 1 + row_number() over (), line.id, 'Approval came late', ${team.senior.id} from test_line line
      where line.engagement_id = ${id} and exists (select from cell where cell.engagement_id = line.engagement_id and test_line_id = line.id and result = 'deviation') and not exists (select from exception where exception.engagement_id = line.engagement_id and test_line_id = line.id)`.execute(trx)
    await sql`insert into trail_head (log, engagement_id, size) values (${id}, ${id}, ${requests * 10})`.execute(trx)
    await sql`insert into trail_entry (log, sequence, engagement_id, kind, at, person_id, event, leaf)
      select ${id}, sequence, ${id}, kind, timestamptz '2026-09-01 12:00Z' + sequence * interval '11 minutes', ${team.senior.id}, event, sha256('\\x00'::bytea || convert_to(event, 'UTF8'))
      from (select (number - 1) * 10 + step - 1 as sequence, said.kind, format('{"at":"2026-09-01T12:00:00.000Z","by":{"person":"%s"},"detail":"%s","engagement":"%s","facts":{"channel":"link","dueOn":"2026-10-14","fields":["title"],"files":5,"from":"in_review","kind":"document","number":%s,"ownerId":"%s","reason":"cropped","requestId":"%s","version":%s},"kind":"%s","role":"senior","sequence":%s}',
          ${team.senior.id}::text, repeat('ab', 32), ${id}::text, number, ${team.owner.id}::text, request.id, 1 + step / 8, said.kind, (number - 1) * 10 + step - 1) as event
        from request, unnest(array['request.drafted', 'request.changed', 'request.issued', 'request.started', 'request.submitted', 'request.review_started', 'request.returned', 'request.submitted', 'request.review_started', 'request.accepted']) with ordinality said (kind, step)
        where request.engagement_id = ${id} and number <= ${requests}) entries`.execute(trx)
    await sql`insert into trail_detail (log, sequence, engagement_id, salt, detail) select log, sequence, engagement_id, decode(md5(sequence::text), 'hex'), '{"actor":"Tom Bergstrom","address":"127.0.0.1"}' from trail_entry where engagement_id = ${id}`.execute(trx)
    await sql`insert into access_entry (engagement_id, person_id, channel, kind, subject, address) select ${id}, ${team.senior.id}, 'login', 'request_opened', request.id::text, '127.0.0.1' from request, generate_series(1, 10) where engagement_id = ${id}`.execute(trx)
    await sql`insert into mail (engagement_id, person_id, template, facts, request_id, sent_at) select ${id}, ${team.owner.id}, 'request_issued', '{}', id, now() from request where engagement_id = ${id}`.execute(trx)
    await sql`insert into answer_link (engagement_id, request_id, person_id, token_hash, expires_at) select ${id}, id, owner_id, md5(id::text) || md5(number::text), now() + interval '14 days' from request where engagement_id = ${id} and issued_at is not null and number < 9000`.execute(trx)
  })
}
