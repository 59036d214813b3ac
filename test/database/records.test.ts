import { sql } from 'kysely'
import t from 'tap'
import { inScope } from '../../server/database/connect.ts'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'
import { ownerOf } from '../support/owner.ts'
import { fill } from './filling.ts'

const testApp = await openApp(t)
const { ours } = await gather(testApp)
const owner = ownerOf(t, testApp)
await fill(owner, ours)

/** What the program's role gets for a statement inside our engagement: the number of rows touched, or the reason why not. */
async function tried(statement: string): Promise<string> {
  let outcome = ''
  await inScope(testApp.site.db, ours.partner.scope, async (trx) => {
    const { numAffectedRows } = await sql.raw(statement).execute(trx)
    outcome = `touched ${numAffectedRows} rows`
    throw new Error('undone')
  }).catch((error: Error) => { outcome ||= error.message })
  return outcome
}

const past = "now() - interval '1 year'"

t.test('the program’s role cannot rewrite what is on record, however it is asked to', async (t) => {
  for (const statement of [
    "update control_wording set text = 'other'", `update control_wording set entered_at = ${past}`,
    `update sign_off set signed_at = ${past}`, `update sign_off set person_id = '${ours.lead.id}'`, "update sign_off set kind = 'reviewed'",
    "update evidence_file set channel = 'auditor'", "update answer_warning set words = 'other'", "update lead_return set words = 'other'", 'delete from lead_return', "update handover set email = 'eve@evil.example'", 'delete from handover', "update evidence_file set sha256 = repeat('0', 64)", `update evidence_file set uploaded_at = ${past}`,
    'update citation set file_id = file_id', "update comment set text = 'other'", 'update comment set internal = false', 'delete from comment', 'delete from comment_mention', "update item_claim set words = 'other'", "update population_mark set note = 'other'", 'delete from population_mark', "update population_procedure set conclusion = 'differs'", 'delete from population_procedure',
    "update calendar_omission set reason = 'other'", "update checklist_item set text = 'other'",
    `update answer_link set expires_at = now() + interval '10 years'`, `update answer_link set person_id = '${ours.lead.id}'`, "update answer_link set token_hash = 'x'",
    "update link_session set expires_at = now() + interval '1 year'", "update mail set facts = '{}'", `update mail set person_id = '${ours.lead.id}'`,
    "update answer_code set expires_at = now() + interval '1 day'", "update answer_code set code_hash = 'x'", 'delete from answer_code', "update list_session set expires_at = now() + interval '1 day'",
    "update reminder set step = 'on'", 'delete from reminder', "update mail set good_until = now() + interval '1 year'", 'update mail set request_id = null', 'update digest set things = 0', 'delete from digest',
    `update person set email = 'elsewhere@evil.example' where id = '${ours.partner.id}'`, `update person set rank = 'partner' where id = '${ours.staff.id}'`,
    `update person set organization_id = '${ours.engagement.clientId}'`, "update organization set name = 'other'",
    `update invitation set expires_at = now() + interval '1 year'`, `update session set person_id = '${ours.partner.id}'`, `update session set expires_at = now() + interval '1 year'`,
    'update trail_head set engagement_id = engagement_id', "insert into state_move values ('request', 'accepted', 'open')", 'delete from sign_off', 'delete from access_entry',
    'update sampling_policy set tolerable = 0.5', 'delete from sampling_policy', 'delete from kysely_migration', 'delete from submission', 'delete from request', 'delete from control_wording', 'delete from answer_link',
    "update result_sentence set text = 'other'", 'delete from result_sentence', 'delete from matrix_layout', 'update matrix_export set draft = false', 'update matrix_export_file set size = 2', 'delete from matrix_export_file', "update attribute set letter = 'B'",
    "update due_change set reason = 'other'", 'delete from due_change', "update recurrence set title = 'other'", 'delete from recurrence',
    `update saved_view set person_id = '${ours.lead.id}'`, "update sheet_import set rows = '[]'", 'delete from sheet_heading',
    "update line_item set position = 2", "update design_evaluation set conclusion = 'deficient'", `update design_evaluation set prepared_by = '${ours.lead.id}'`, 'delete from design_evaluation',
    "update review_note set text = 'other'", `update review_note set opened_by = '${ours.lead.id}'`, 'delete from review_note', "update review_note_answer set text = 'other'", 'delete from review_note_answer',
    "update exception set opened_at = now()", "update exception set criterion = 'CC6.1'", "update exception_release set problem = 'other'", 'delete from exception_release', "update exception_answer set position = 'agreed'", 'delete from exception_answer', "update exception_file set name = 'other'", 'delete from exception_file',
    "update exception_response set text = 'other'", 'delete from exception_response', 'update extension_decision set size = 5', 'delete from extension_decision', "update criterion_effect set effect = 'not_met'", 'delete from criterion_effect', "update opinion set kind = 'adverse'", 'delete from opinion', 'delete from exception',
    "update roll_report set report = '{}'", "update milestone set kind = 'report'", "update remediation_note set words = 'other'", 'delete from remediation_note', 'update handed_item set to_id = from_id', 'delete from handed_item', 'update client_view set viewer_id = shown_id',
    "update calendar_token set token_hash = 'x'", 'delete from calendar_token',
    'delete from request_template', 'delete from attribute_template', `update request_template set organization_id = organization_id`, 'update template_use set template_version = 2', 'delete from template_use',
    `update subservice set created_by = '${ours.lead.id}'`, "update system_fact set kind = 'change'", `update cuec set created_at = ${past}`, "update criterion_exclusion set reason = 'other'", "update declared_none set subject = 'cuec'", "update csoc_criterion set criterion = 'CC6.1'",
    "update engagement_record set note = 'other'", 'delete from engagement_record', "update archive_addition set reason = 'other'", 'delete from archive_addition', 'update firm_policy set quality_review = true', 'delete from firm_policy',
    'truncate evidence_file cascade', 'alter table evidence_file disable trigger all', 'set local session_replication_role = replica',
    "select graphile_worker.add_job('deliver_mail')", 'select * from graphile_worker._private_jobs',
  ]) {
    t.match(await tried(statement), /permission denied|must be owner|append-only/, statement)
  }
})

t.test('what the program does change still changes', async (t) => {
  for (const statement of [
    "update sign_off set voided_at = now(), void_reason = 'edited' where voided_at is null", 'update person set removed_at = now()',
    "update answer_link set ended_at = now(), end_reason = 'revoked' where ended_at is null", 'update trail_head set size = size + 1',
    "update evidence_file set preview = 'none' where preview = 'pending'", 'select from person for update',
  ]) {
    t.match(await tried(statement), /touched/, statement)
  }
})

t.test('a word once given is not taken back, by the owner’s role neither', async (t) => {
  await sql`update sign_off set voided_at = now(), void_reason = 'edited'`.execute(owner)
  await sql`update answer_link set ended_at = now(), end_reason = 'revoked'`.execute(owner)
  await sql`update design_evaluation set reviewed_at = now(), reviewed_by = ${ours.senior.id}`.execute(owner)
  await sql`update control_wording set confirmed_at = now(), confirmed_by = ${ours.lead.id}`.execute(owner)
  await sql`update evidence_file set preview = 'ready', preview_sha256 = ${'a'.repeat(64)} where preview = 'pending'`.execute(owner)
  for (const statement of [
    'update sign_off set voided_at = null', 'update design_evaluation set reviewed_at = null, reviewed_by = null', 'update answer_link set ended_at = null, end_reason = null',
    'update control_wording set confirmed_at = null, confirmed_by = null', 'update engagement set sampling_policy_version = sampling_policy_version + 1', "update evidence_file set preview_sha256 = repeat('b', 64) where preview = 'ready'",
  ]) {
    await t.rejects(sql.raw(statement).execute(owner), { code: '23001' }, statement)
  }
})

t.test('the decision on an answer stays as it was made', async (t) => {
  await sql`update submission set status = 'submitted', submitted_at = now(), submitted_by = ${ours.owner.id} where status = 'draft'`.execute(owner)
  await sql`update submission set status = 'returned', decided_at = now(), decided_by = ${ours.staff.id}, reason_code = 'cropped', reason = 'Cropped' where status = 'submitted'`.execute(owner)
  for (const change of [`decided_by = '${ours.senior.id}'`, "reason = 'something else'", `decided_at = ${past}`]) {
    await t.rejects(sql.raw(`update submission set ${change} where status = 'returned'`).execute(owner), { code: '23001' }, change)
  }
})

t.test('a result belongs to an item of its own line, drawn or entered', async (t) => {
  const cell = (line: number, item: string) => sql.raw(`insert into cell (engagement_id, test_line_id, item_id, letter, result, set_by) select line.engagement_id, line.id, (${item}), 'A', 'pending', '${ours.staff.id}'
    from test_line line where line.engagement_id = '${ours.engagement.id}' and line.sequence = ${line}`).execute(owner)
  const [drawn, entered] = [`select id from sample_item where engagement_id = '${ours.engagement.id}'`, `select id from line_item where engagement_id = '${ours.engagement.id}'`]
  await sql`insert into attribute (engagement_id, test_line_id, letter, question) select engagement_id, id, 'A', 'On?' from test_line where sequence = 2`.execute(owner)
  for (const [line, item] of [[2, drawn], [1, entered], [2, 'select gen_random_uuid()']] as const) await t.rejects(cell(line, item), { code: '23001' }, `line ${line}, ${item}`)
  await cell(2, entered)
  for (const statement of [
    `update cell set item_id = (${drawn}) where item_id in (${entered})`, 'delete from line_item', "update test_line set kind = 'sample' where sequence = 2",
    `insert into line_item (engagement_id, test_line_id, position, label) select engagement_id, id, 1, 'One' from test_line where sequence = 1`,
  ]) await t.rejects(sql.raw(statement).execute(owner), { code: '23001' }, statement)
  await t.rejects(sql`update test_line set draw_id = (select id from draw where draw.engagement_id = test_line.engagement_id) where sequence = 2`.execute(owner), { code: '23514' })
})
