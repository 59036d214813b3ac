import { randomBytes, randomUUID } from 'node:crypto'
import type { Db } from '../../server/database/connect.ts'
import { hashToken, newToken } from '../../server/secrets.ts'
import type { Team } from '../support/cast.ts'

/** Puts at least one row of the engagement into every table that hangs below it. */
export async function fill(owner: Db, team: Team): Promise<void> {
  const engagement = { engagement_id: team.engagement.id }
  const [control, request, submission, file, population, draw, item, line, exception, link] = Array.from({ length: 10 }, () => randomUUID()) as [string, string, string, string, string, string, string, string, string, string]
  const by = team.staff.id
  const hash = '0'.repeat(64)
  const now = new Date()
  await owner.insertInto('counter').values({ ...engagement, series: 'request', last: 1 }).execute()
  await owner.insertInto('control').values({ ...engagement, id: control, number: 'AC-01', frequencies: ['daily'], type: 'preventive', nature: 'manual' }).execute()
  await owner.insertInto('control_wording').values({ ...engagement, control_id: control, version: 1, text: 'Done daily.', source: 'List', entered_by: by }).execute()
  await owner.insertInto('control_criterion').values({ ...engagement, control_id: control, criterion: 'CC6.1' }).execute()
  await owner.insertInto('request').values({ ...engagement, id: request, number: 1, kind: 'population', title: 'List', ask: 'The list', owner_id: team.owner.id, due_on: '2026-10-14', status: 'open', issued_at: now, issued_by: by, created_by: by }).execute()
  await owner.insertInto('recurrence').values({ ...engagement, title: 'Restore tests', every: 'month', due_days: 10, created_by: by }).execute()
  await owner.insertInto('due_change').values({ ...engagement, request_id: request, from_on: '2026-10-07', to_on: '2026-10-14', changed_by: by }).execute()
  await owner.insertInto('saved_view').values({ ...engagement, person_id: by, name: 'Late', query: 'due=overdue' }).execute()
  await owner.insertInto('sheet_import').values({ ...engagement, purpose: 'requests', name: 'list.csv', sha256: hash, rows: '[["Title"]]', created_by: by }).execute()
  await owner.insertInto('sheet_heading').values({ ...engagement, purpose: 'requests', heading: 'title', field: 'title' }).execute()
  await owner.insertInto('request_control').values({ ...engagement, request_id: request, control_id: control }).execute()
  await owner.insertInto('checklist_item').values({ ...engagement, request_id: request, position: 1, text: 'Whole window' }).execute()
  await owner.insertInto('answer_link').values({ ...engagement, id: link, request_id: request, person_id: team.owner.id, token_hash: hashToken(newToken()), expires_at: new Date(Date.now() + 86_400_000) }).execute()
  await owner.insertInto('link_session').values({ ...engagement, id_hash: hashToken(newToken()), link_id: link, expires_at: new Date(Date.now() + 3_600_000), address: '127.0.0.1' }).execute()
  const [said] = await owner.insertInto('comment').values([false, true].map((internal) => ({ ...engagement, request_id: request, internal, text: 'Which day?', author_id: by, channel: 'login' as const }))).returning('id').execute()
  await owner.insertInto('comment_mention').values({ ...engagement, comment_id: said!.id, person_id: team.owner.id }).execute()
  await owner.insertInto('thread_visit').values({ ...engagement, request_id: request, person_id: by }).execute()
  await owner.insertInto('submission').values({ ...engagement, id: submission, request_id: request, number: 1 }).execute()
  await owner.insertInto('evidence_file').values({ ...engagement, id: file, request_id: request, submission_id: submission, position: 1, name: 'list.csv', size: 4, sha256: hash, media_type: 'text/csv', kind: 'csv', uploaded_by: team.owner.id, channel: 'link' }).execute()
  await owner.insertInto('evidence_text').values({ ...engagement, sha256: hash, content: 'key' }).execute()
  await owner.insertInto('population').values({ ...engagement, id: population, number: 1, request_id: request, submission_id: submission, file_id: file, name: 'Days', occurrence: 'A day', status: 'checking', reading: 'done', created_by: by }).execute()
  await owner.insertInto('population_row').values({ ...engagement, population_id: population, row_number: 1, key: 'a', in_period: true, cells: ['a'] }).execute()
  await owner.updateTable('population').set({ status: 'accepted', accepted_at: now, accepted_by: by }).where('id', '=', population).execute()
  await owner.updateTable('population').set({ status: 'locked', locked_at: now }).where('id', '=', population).execute()
  await owner.insertInto('draw').values({ ...engagement, id: draw, number: 1, population_id: population, method: 'random', seed: randomBytes(16).toString('hex'), size: 1, population_size: 1, keys_sha256: hash, file_sha256: hash, drawn_by: by }).execute()
  await owner.insertInto('sample_item').values({ ...engagement, id: item, draw_id: draw, rank: 1, population_id: population, row_number: 1, key: 'a', digest: hash }).execute()
  await owner.insertInto('item_claim').values({ ...engagement, submission_id: submission, item_id: item, claim: 'cannot_provide', words: 'Lost', claimed_by: team.owner.id }).execute()
  await owner.insertInto('test_line').values({ ...engagement, id: line, control_id: control, sequence: 1, control_wording_version: 1, population_id: population, draw_id: draw, created_by: by }).execute()
  await owner.insertInto('test_procedure').values({ ...engagement, test_line_id: line, position: 1, nature: 'inspection', text: 'Inspect' }).execute()
  await owner.insertInto('attribute').values({ ...engagement, test_line_id: line, letter: 'A', question: 'Done?' }).execute()
  await owner.insertInto('cell').values({ ...engagement, test_line_id: line, item_id: item, letter: 'A', result: 'pass', set_by: by }).execute()
  await owner.insertInto('citation').values({ ...engagement, test_line_id: line, item_id: item, letter: 'A', file_id: file }).execute()
  await owner.insertInto('sign_off').values({ ...engagement, test_line_id: line, kind: 'prepared', person_id: by, line_version: 1 }).execute()
  await owner.insertInto('exception').values({ ...engagement, id: exception, number: 1, test_line_id: line, opened_by: by }).execute()
  await owner.insertInto('exception_response').values({ ...engagement, exception_id: exception, version: 1, text: 'Fixed', written_by: team.lead.id }).execute()
  await owner.insertInto('matrix_export').values({ ...engagement, number: 1, draft: true, reading: '{}', content_sha256: hash, exported_by: by }).execute()
  await owner.insertInto('mail').values({ ...engagement, person_id: team.owner.id, template: 'request_issued', facts: '{}' }).execute()
  const log = { log: team.engagement.id, engagement_id: team.engagement.id }
  await owner.insertInto('trail_head').values({ ...log, size: 1 }).execute()
  await owner.insertInto('trail_entry').values({ ...log, sequence: 0, kind: 'phase.changed', at: now, person_id: by, event: '{}', leaf: Buffer.alloc(32) }).execute()
  await owner.insertInto('trail_detail').values({ ...log, sequence: 0, salt: Buffer.alloc(16), detail: '{}' }).execute()
  await owner.insertInto('access_entry').values({ ...engagement, person_id: by, channel: 'login', kind: 'request_opened', subject: request, address: '127.0.0.1' }).execute()
}
