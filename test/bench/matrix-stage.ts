import { sql } from 'kysely'
import type { Db } from '../../server/database/connect.ts'
import { inScope } from '../../server/database/connect.ts'
import { freezeReading } from '../../server/matrix/write.ts'
import { readSnapshotText } from '../../server/matrix/store.ts'
import type { Team } from '../support/cast.ts'
import type { Ending, Size } from './bench.ts'
import { openDesk, type Desk } from './desk.ts'

/** The desk with 150 controls over 41 criteria and 60 test lines of 40 items on 4 attributes, each result cited (15 and 6 at the small size). */
export async function openMatrix(size: Size, ending: Ending): Promise<Desk> {
  const desk = await openDesk('small', ending)
  await plant(desk.owner, desk.ours, size === 'full' ? { controls: 90, lines: 60 } : { controls: 10, lines: 6 })
  await sql`analyze`.execute(desk.owner)
  return desk
}

/** The frozen reading of all of it, as an export keeps it. */
export async function freezeMatrix({ ours, site }: Desk): Promise<{ reading: string, contentSha256: string }> {
  const snapshot = await inScope(site.db, ours.senior.scope, async (trx) => readSnapshotText(trx, ours.senior.scope))
  const { reading, contentSha256 } = await freezeReading({ snapshot, engagement: ours.engagement, version: 1, exporter: 'Lena Fischer', draft: true })
  return { reading, contentSha256 }
}

// Besides the 60 controls that the desk has.
export async function plant(owner: Db, { engagement: { id }, senior, manager }: Team, { controls, lines }: { controls: number, lines: number }): Promise<void> {
  await owner.transaction().execute(async (trx) => {
    // Rows are written as they stand, not by the moves that lead there.
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`insert into control (engagement_id, number, frequencies, type, nature) select ${id}, 'TX-' || lpad(i::text, 3, '0'), array['daily'], 'preventive', 'manual' from generate_series(1, ${controls}) i`.execute(trx)
    await sql`insert into control_wording (engagement_id, control_id, version, text, source, entered_by, confirmed_by, confirmed_at)
      select ${id}, id, 1, repeat('Access to in-scope systems is granted only after approval by the manager and the system owner. ', 2), 'List', ${senior.id}, ${senior.id}, now() from control where engagement_id = ${id} and number like 'TX-%'`.execute(trx)
    await sql`insert into control_criterion (engagement_id, control_id, criterion) select ${id}, control.id, ids[1 + substr(number, 4)::int % 33] from control,
      (select array_agg(s || '.' || n order by s, n) as ids from (values ('CC1', 5), ('CC2', 3), ('CC3', 4), ('CC4', 2), ('CC5', 3), ('CC6', 8), ('CC7', 5), ('CC8', 1), ('CC9', 2)) v(s, c), generate_series(1, c) n) all_ids
      where engagement_id = ${id} and number like 'TX-%'`.execute(trx)
    await sql`insert into population (engagement_id, number, name, occurrence, source_system, query, status, reading, row_count, in_scope_count, declared_count, created_by, source, every, items_sha256, accepted_at, locked_at)
      select ${id}, 1000 + i, 'Tickets ' || i, 'A ticket', 'OpsDesk', 'select * from ticket where closed', 'locked', 'done', 900, 900, 900, ${senior.id}, 'calendar', 'day', repeat('ab', 32), now(), now() from generate_series(1, ${lines}) i`.execute(trx)
    await sql`insert into draw (engagement_id, number, population_id, method, seed, size, population_size, keys_sha256, file_sha256, drawn_by)
      select ${id}, number, id, 'random', md5(number::text), 40, 900, repeat('ab', 32), repeat('cd', 32), ${senior.id} from population where engagement_id = ${id} and number > 1000`.execute(trx)
    await sql`insert into sample_item (engagement_id, draw_id, rank, population_id, row_number, key, digest) select ${id}, draw.id, i, population_id, i, 'OPS-' || draw.number || '-' || i, repeat('ef', 32)
      from draw, generate_series(1, 40) i where engagement_id = ${id} and number > 1000`.execute(trx)
    await sql`insert into test_line (engagement_id, control_id, sequence, item_noun, control_wording_version, population_id, draw_id, conclusion, created_by)
      select ${id}, control.id, 1, 'tickets', 1, draw.population_id, draw.id, 'effective', ${senior.id} from control
        join draw on draw.engagement_id = control.engagement_id and draw.number = 1000 + substr(control.number, 4)::int where control.engagement_id = ${id} and control.number like 'TX-%'`.execute(trx)
    await sql`insert into test_procedure (engagement_id, test_line_id, position, nature, text) select ${id}, id, 1, 'inspection', '{sample} for both approvals before access was given' from test_line where engagement_id = ${id}`.execute(trx)
    await sql`insert into attribute (engagement_id, test_line_id, letter, question, clause) select ${id}, id, letter, 'Was approval ' || letter || ' given before access was granted?', 'approval before access' from test_line, unnest(array['A', 'B', 'C', 'D']) letter where engagement_id = ${id}`.execute(trx)
    await sql`insert into cell (engagement_id, test_line_id, item_id, letter, result, note, set_by)
      select ${id}, line.id, item.id, letter, case when item.rank = 1 and letter = 'A' and right(line.id::text, 1) < '2' then 'deviation' else 'pass' end, 'missing', ${senior.id}
      from test_line line join sample_item item on item.engagement_id = line.engagement_id and item.draw_id = line.draw_id, unnest(array['A', 'B', 'C', 'D']) letter where line.engagement_id = ${id}`.execute(trx)
    await sql`insert into citation (engagement_id, test_line_id, item_id, letter, file_id, place)
      select ${id}, test_line_id, item_id, letter, files[1 + abs(hashtext(item_id::text || letter)) % cardinality(files)], 'row 12' from cell, (select array_agg(id) as files from evidence_file where engagement_id = ${id}) f where engagement_id = ${id}`.execute(trx)
    await sql`insert into sign_off (engagement_id, test_line_id, kind, person_id, line_version) select ${id}, id, signed, case signed when 'prepared' then ${senior.id}::uuid else ${manager.id}::uuid end, 1 from test_line, unnest(array['prepared', 'reviewed']) signed where engagement_id = ${id}`.execute(trx)
  })
}
