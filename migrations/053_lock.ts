import { sql, type Kysely } from 'kysely'

/** What goes on after the lock: the logs, additions, and letters that are on their way. */
const apart = ['trail_head', 'trail_entry', 'trail_detail', 'access_entry', 'archive_addition', 'mail']

/** The firm's conclusions and what they rest on, which nothing changes once the report is issued. */
const workpapers = ['control', 'control_wording', 'control_criterion', 'test_line', 'test_procedure', 'attribute', 'line_item', 'cell', 'citation', 'sign_off', 'design_evaluation',
  'population_control', 'population_mark', 'population_procedure', 'draw', 'draw_step', 'sample_item', 'exception', 'exception_release', 'exception_answer', 'exception_response', 'exception_file',
  'extension_decision', 'criterion_effect', 'opinion', 'result_sentence', 'matrix_layout', 'matrix_export', 'submission', 'file_decision', 'review_record', 'evidence_mark']

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create function is_archived(which uuid) returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return exists (select from engagement where id = which and phase = 'archived')`.execute(db)
  await sql`create function is_frozen(which uuid) returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return exists (select from engagement where id = which and phase in ('issued', 'archived', 'withdrawn'))`.execute(db)
  await sql`revoke execute on function is_archived(uuid), is_frozen(uuid) from public`.execute(db)
  await sql`grant execute on function is_archived(uuid), is_frozen(uuid) to tickmark_app`.execute(db)
  await refuseLocked(db)
  await lockTables(db)
  await freezeWorkpapers(db)
  await lockEngagement(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function refuseLocked(db: Kysely<any>): Promise<void> {
  await sql`create function refuse_locked() returns trigger language plpgsql as $$
    begin
      if (tg_op <> 'INSERT' and is_archived(old.engagement_id)) or (tg_op <> 'DELETE' and is_archived(new.engagement_id)) then
        -- Additions are numbered after the lock like everything else.
        if tg_table_name = 'counter' then
          if tg_op <> 'DELETE' and new.series = 'addition' then return new; end if;
        end if;
        raise exception 'the file is locked: % of % refused', lower(tg_op), tg_table_name using errcode = 'restrict_violation';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$`.execute(db)
  await sql`create function refuse_frozen() returns trigger language plpgsql as $$
    begin
      if (tg_op <> 'INSERT' and is_frozen(old.engagement_id)) or (tg_op <> 'DELETE' and is_frozen(new.engagement_id)) then
        raise exception 'the report is issued: % of % refused', lower(tg_op), tg_table_name using errcode = 'restrict_violation';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$`.execute(db)
  // The program writes rows of the engagement it is in and of no other, so a list of a million rows asks once.
  await sql`create function refuse_locked_list() returns trigger language plpgsql as $$
    begin
      if is_archived(app_engagement()) then
        raise exception 'the file is locked: % of % refused', lower(tg_op), tg_table_name using errcode = 'restrict_violation';
      end if;
      return null;
    end $$`.execute(db)
}

/** Every table below an engagement, those of today by the catalog and those to come by their protection. Triggers run by name, so this one speaks first. */
async function lockTables(db: Kysely<any>): Promise<void> {
  await sql`create function lock_engagement_table(name regclass) returns void language plpgsql as $$
    begin
      if name = 'population_row'::regclass then
        execute format('create trigger archived before update or delete on %s for each row execute function refuse_locked()', name);
        execute format('create trigger archived_row before insert on %s for each row when (current_user <> ''tickmark_app'') execute function refuse_locked()', name);
        execute format('create trigger archived_list before insert on %s for each statement execute function refuse_locked_list()', name);
      else
        execute format('create trigger archived before insert or update or delete on %s for each row execute function refuse_locked()', name);
      end if;
    end $$`.execute(db)
  await sql`do $$
    declare name regclass;
    begin
      for name in select pg_class.oid::regclass from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'engagement_id' and not attisdropped
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
          and relname <> all (${sql.lit(`{${apart.join(',')}}`)}::text[])
      loop
        perform lock_engagement_table(name);
      end loop;
    end $$`.execute(db)
  await sql`create trigger locked before insert on mail for each row when (new.engagement_id is not null) execute function refuse_locked()`.execute(db)
  await sql`create trigger kept before delete on mail for each row when (old.engagement_id is not null) execute function refuse_locked()`.execute(db)
  await sql`create or replace function protect_engagement_table(name regclass) returns void language plpgsql as $$
    begin
      execute format('alter table %s enable row level security', name);
      execute format('alter table %s force row level security', name);
      execute format('create policy in_scope on %s using (engagement_id = any ((select visible_engagements())::uuid[]))
        with check (engagement_id = app_engagement())', name);
      execute format('grant select, insert, update on %s to tickmark_app', name);
      perform lock_engagement_table(name);
    end $$`.execute(db)
}

async function freezeWorkpapers(db: Kysely<any>): Promise<void> {
  for (const table of workpapers) {
    await sql`create trigger report_issued before insert or update or delete on ${sql.table(table)} for each row execute function refuse_frozen()`.execute(db)
  }
}

/** An engagement moves along its arrows; once archived, of its row only the legal hold changes, and it is never removed. */
async function lockEngagement(db: Kysely<any>): Promise<void> {
  await sql`create function keep_archived() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then raise exception 'the file is locked: delete of engagement refused' using errcode = 'restrict_violation'; end if;
      if (to_jsonb(new) - array['legal_hold', 'retention_until']) is distinct from (to_jsonb(old) - array['legal_hold', 'retention_until']) then
        raise exception 'the file is locked: update of engagement refused' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  // What is computed from other columns is not there yet before a row is written.
  await sql`create trigger locked before update or delete on engagement for each row when (old.phase = 'archived') execute function keep_archived()`.execute(db)
  await sql`create trigger closed_for_good before update of phase on engagement for each row
    when ((old.phase = 'issued' and new.phase not in ('issued', 'archived')) or (old.phase = 'withdrawn' and new.phase <> 'withdrawn')) execute function keep_word()`.execute(db)
  await sql`create trigger stays_dated before update on engagement for each row
    when (old.phase in ('issued', 'withdrawn') and (new.report_date, new.release_date) is distinct from (old.report_date, old.release_date)) execute function keep_word()`.execute(db)
}
