import { sql, type Kysely } from 'kysely'

/** What the report says besides the workpapers frozen so far: its description, and what was asked, answered and counted for it. */
const reported = [
  'subservice', 'subservice_criterion', 'csoc', 'csoc_criterion', 'cuec', 'cuec_criterion', 'system_fact', 'criterion_exclusion', 'declared_none',
  'request', 'request_control', 'checklist_item', 'request_item', 'item_claim', 'due_change', 'recurrence', 'template_use', 'handover', 'meeting', 'comment', 'comment_mention',
  'observation', 'answer_warning', 'lead_return', 'population', 'calendar_omission', 'tickmark', 'review_note', 'review_note_answer',
  'readiness_assessment', 'remediation_note', 'roll_report',
]

/** What is found out about a file later on, which changes nothing of it. */
const derived = ['preview', 'preview_sha256', 'preview_reason', 'width', 'height', 'warnings', 'lines', 'picture_hash']

/** What of an engagement's row goes on once its report is issued: the way into the archive, and the hold. */
const ongoing = ['phase', 'archived_at', 'archived_by', 'legal_hold', 'retention_until']

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create function freeze_engagement_table(name regclass) returns void language plpgsql as $$
    begin
      execute format('create trigger report_issued before insert or update or delete on %s for each row execute function refuse_frozen()', name);
    end $$`.execute(db)
  for (const table of reported) await sql`select freeze_engagement_table(${table}::regclass)`.execute(db)
  await freezeFiles(db)
  await freezeRows(db)
  await freezeEngagement(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function freezeFiles(db: Kysely<any>): Promise<void> {
  const later = sql.lit(`{${derived.join(',')}}`)
  await sql`create trigger report_issued before insert or delete on evidence_file for each row execute function refuse_frozen()`.execute(db)
  await sql`create trigger report_issued_change before update on evidence_file for each row
    when ((to_jsonb(new) - ${later}::text[]) is distinct from (to_jsonb(old) - ${later}::text[])) execute function refuse_frozen()`.execute(db)
}

/** A list of a million rows asks once, as before the lock. */
async function freezeRows(db: Kysely<any>): Promise<void> {
  await sql`create function refuse_frozen_list() returns trigger language plpgsql as $$
    begin
      if is_frozen(app_engagement()) then
        raise exception 'the report is issued: % of % refused', lower(tg_op), tg_table_name using errcode = 'restrict_violation';
      end if;
      return null;
    end $$`.execute(db)
  await sql`create trigger report_issued before update or delete on population_row for each row execute function refuse_frozen()`.execute(db)
  await sql`create trigger report_issued_row before insert on population_row for each row when (current_user <> 'tickmark_app') execute function refuse_frozen()`.execute(db)
  await sql`create trigger report_issued_list before insert on population_row for each statement execute function refuse_frozen_list()`.execute(db)
}

async function freezeEngagement(db: Kysely<any>): Promise<void> {
  await sql`create function keep_issued() returns trigger language plpgsql as $$
    begin
      if (to_jsonb(new) - ${sql.lit(`{${ongoing.join(',')}}`)}::text[]) is distinct from (to_jsonb(old) - ${sql.lit(`{${ongoing.join(',')}}`)}::text[]) then
        raise exception 'the report is issued: update of engagement refused' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger stays_issued before update on engagement for each row when (old.phase in ('issued', 'withdrawn')) execute function keep_issued()`.execute(db)
}
