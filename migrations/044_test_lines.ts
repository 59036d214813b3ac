import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await planLines(db)
  await keepItems(db)
  await evaluateDesign(db)
}

/** What a line is, for which part of the period it stands, and what came after an interim date. */
async function planLines(db: Kysely<any>): Promise<void> {
  await sql`alter table test_line
    add column kind text not null default 'sample' check (kind in ('sample', 'configuration', 'walkthrough', 'observation')),
    add column frequency text check (frequency in
      ('annual', 'semiannual', 'quarterly', 'monthly', 'semimonthly', 'weekly', 'daily', 'multiple_daily', 'event_driven', 'continuous')),
    add column span_from date,
    add column span_to date,
    add column interim_on date,
    add column rollforward text not null default '',
    add column rollforward_result text check (rollforward_result in ('unchanged', 'covered')),
    add column rollforward_on date,
    add column rollforward_request_id uuid,
    add column retest_of uuid,
    add foreign key (engagement_id, rollforward_request_id) references request,
    add foreign key (engagement_id, retest_of) references test_line,
    add check (kind = 'sample' or (draw_id is null and not no_occurrence)),
    add check (span_from <= span_to),
    add check (retest_of <> id),
    add check ((rollforward_result is null) = (rollforward = '')),
    add check ((rollforward_result is null) = (rollforward_on is null)),
    add check (rollforward_result is null or interim_on is not null)`.execute(db)
  await sql`alter table attribute add column clause text not null default ''`.execute(db)
}

/** Items of a line that no draw made: a setting, an instance followed, a moment watched. */
async function keepItems(db: Kysely<any>): Promise<void> {
  await sql`create table line_item (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    test_line_id uuid not null,
    position integer not null check (position > 0),
    label text not null check (label <> ''),
    occurred_on date,
    request_id uuid,
    person text not null default '',
    person_role text not null default '',
    words text not null default '',
    primary key (engagement_id, id),
    unique (engagement_id, test_line_id, position),
    unique (engagement_id, test_line_id, label),
    foreign key (engagement_id, test_line_id) references test_line,
    foreign key (engagement_id, request_id) references request
  )`.execute(db)
  await sql`select protect_engagement_table('line_item'::regclass)`.execute(db)
  await sql`revoke update on line_item from tickmark_app`.execute(db)
  await sql`grant update (label, occurred_on, request_id, person, person_role, words) on line_item to tickmark_app`.execute(db)
  await sql`grant delete on line_item to tickmark_app`.execute(db)

  await sql`create function item_of_kind() returns trigger language plpgsql as $$
    begin
      if exists (select from test_line where engagement_id = new.engagement_id and id = new.test_line_id and kind = 'sample') then
        raise exception 'the items of a sample are drawn' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger item_of_kind before insert on line_item for each row execute function item_of_kind()`.execute(db)
  await sql`create function item_with_results() returns trigger language plpgsql as $$
    begin
      if exists (select from cell where engagement_id = old.engagement_id and test_line_id = old.test_line_id and item_id = old.id) then
        raise exception 'an item with results stays' using errcode = 'restrict_violation';
      end if;
      return old;
    end $$`.execute(db)
  await sql`create trigger item_with_results before delete on line_item for each row execute function item_with_results()`.execute(db)
  await sql`create function kind_of_items() returns trigger language plpgsql as $$
    begin
      if new.kind = 'sample' and exists (select from line_item where engagement_id = new.engagement_id and test_line_id = new.id) then
        raise exception 'a line with items of its own draws none' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger kind_of_items before update of kind on test_line for each row execute function kind_of_items()`.execute(db)

  // An item is one of two tables now, so the trigger holds what the foreign key held.
  await sql`alter table cell drop constraint cell_engagement_id_item_id_fkey`.execute(db)
  await sql`create or replace function cell_in_draw() returns trigger language plpgsql as $$
    begin
      if not exists (select from sample_item join test_line on test_line.engagement_id = sample_item.engagement_id
          and test_line.draw_id = sample_item.draw_id
        where test_line.engagement_id = new.engagement_id and test_line.id = new.test_line_id and sample_item.id = new.item_id)
      and not exists (select from line_item where engagement_id = new.engagement_id and test_line_id = new.test_line_id and id = new.item_id) then
        raise exception 'that item is not in the draw of this test' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger stays_in_draw before update of engagement_id, test_line_id, item_id on cell for each row execute function cell_in_draw()`.execute(db)

  // Every item that stands for a line, drawn or its own.
  await sql`create view tested_item with (security_invoker = true) as
    select line.engagement_id, line.id as test_line_id, item.id, item.rank, item.key, item.row_number, item.further, item.population_id
      from test_line line join standing_item item on item.engagement_id = line.engagement_id and item.draw_id = line.draw_id
    union all select engagement_id, test_line_id, id, position, label, position, false, null from line_item`.execute(db)
  await sql`grant select on tested_item to tickmark_app`.execute(db)
}

/** Would the control, run as written by competent people, meet its criteria? Each answer stays; a later one voids it. */
async function evaluateDesign(db: Kysely<any>): Promise<void> {
  await sql`create table design_evaluation (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    control_id uuid not null,
    wording_version integer not null,
    looked_at text not null default '',
    request_id uuid,
    conclusion text not null check (conclusion in ('suitable', 'deficient', 'not_evaluated')),
    deficiency text not null default '',
    implemented boolean not null default false,
    seen_on date,
    prepared_by uuid not null references person,
    prepared_at timestamptz not null default app_now(),
    reviewed_by uuid references person,
    reviewed_at timestamptz,
    voided_by uuid references person,
    voided_at timestamptz,
    void_reason text not null default '',
    primary key (engagement_id, id),
    foreign key (engagement_id, control_id, wording_version) references control_wording (engagement_id, control_id, version),
    foreign key (engagement_id, request_id) references request,
    check (looked_at <> '' or request_id is not null),
    check ((conclusion = 'deficient') = (deficiency <> '')),
    check (seen_on is null or implemented),
    check ((reviewed_by is null) = (reviewed_at is null)),
    check (reviewed_by is null or (reviewed_by <> prepared_by and conclusion <> 'not_evaluated')),
    check ((voided_at is null) = (void_reason = ''))
  )`.execute(db)
  await sql`create unique index design_evaluation_standing on design_evaluation (engagement_id, control_id) where voided_at is null`.execute(db)
  await sql`select protect_engagement_table('design_evaluation'::regclass)`.execute(db)
  await sql`revoke update on design_evaluation from tickmark_app`.execute(db)
  await sql`grant update (reviewed_by, reviewed_at, voided_by, voided_at, void_reason) on design_evaluation to tickmark_app`.execute(db)
  await sql`create trigger stays_void before update on design_evaluation for each row
    when (old.voided_at is not null and new is distinct from old) execute function keep_word()`.execute(db)
  await sql`create trigger stays_reviewed before update on design_evaluation for each row
    when (old.reviewed_at is not null and (new.reviewed_at, new.reviewed_by) is distinct from (old.reviewed_at, old.reviewed_by)) execute function keep_word()`.execute(db)
  await sql`create policy own_workpaper on design_evaluation as restrictive for select to tickmark_app using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
