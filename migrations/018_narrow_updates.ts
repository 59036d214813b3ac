import { sql, type Kysely } from 'kysely'

/** The columns the program ever changes after a row was written; nothing else of these tables can be rewritten by it. */
const changing: Readonly<Record<string, readonly string[]>> = {
  answer_link: ['ended_at', 'end_reason'],
  attempt: [],
  checklist_item: [],
  citation: [],
  control_criterion: [],
  control_wording: ['confirmed_by', 'confirmed_at'],
  evidence_file: ['preview', 'preview_sha256', 'preview_reason', 'width', 'height', 'warnings'],
  invitation: ['used_at'],
  item_claim: [],
  link_session: [],
  mail: ['sent_at', 'attempts', 'last_error', 'link_sealed'],
  membership: ['role', 'removed_at'],
  organization: [],
  person: ['removed_at'],
  recovery_code: ['used_at'],
  request_control: [],
  session: ['last_seen_at'],
  sign_off: ['voided_at', 'voided_by', 'void_reason'],
  test_procedure: [],
  trail_head: ['size'],
}

export async function up(db: Kysely<any>): Promise<void> {
  for (const [table, columns] of Object.entries(changing)) {
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
    if (columns.length > 0) await sql`grant update (${sql.join(columns.map((column) => sql.ref(column)))}) on ${sql.table(table)} to tickmark_app`.execute(db)
  }

  // What was said once is not taken back silently: a later act stands beside it.
  await sql`create function keep_word() returns trigger language plpgsql as $$
    begin
      raise exception 'what stands in % is not taken back', tg_table_name using errcode = 'restrict_violation';
    end $$`.execute(db)
  await sql`create trigger stays_void before update on sign_off for each row
    when (old.voided_at is not null and new is distinct from old) execute function keep_word()`.execute(db)
  await sql`create trigger stays_ended before update on answer_link for each row
    when (old.ended_at is not null and (new.ended_at, new.end_reason) is distinct from (old.ended_at, old.end_reason)) execute function keep_word()`.execute(db)
  await sql`create trigger stays_confirmed before update on control_wording for each row
    when (old.confirmed_at is not null and new.confirmed_at is null) execute function keep_word()`.execute(db)
  await sql`create trigger stays_decided before update on submission for each row
    when (old.decided_at is not null and new.status = old.status
      and (new.decided_at, new.decided_by, new.reason_code, new.reason) is distinct from (old.decided_at, old.decided_by, old.reason_code, old.reason))
    execute function keep_word()`.execute(db)
  await sql`create trigger drawn_once before update on evidence_file for each row
    when (old.preview <> 'pending' and (new.preview, new.preview_sha256) is distinct from (old.preview, old.preview_sha256)) execute function keep_word()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
