import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table test_line (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    control_id uuid not null,
    sequence integer not null check (sequence > 0),
    title text not null default '',
    item_noun text not null default 'items',
    control_wording_version integer not null,
    population_id uuid,
    draw_id uuid,
    no_occurrence boolean not null default false,
    event text not null default '',
    corroboration text not null default '',
    conclusion text check (conclusion in
      ('effective', 'effective_with_exceptions', 'not_effective', 'not_tested_no_occurrence', 'design_deficiency')),
    version integer not null default 1,
    created_at timestamptz not null default app_now(),
    created_by uuid not null references person,
    primary key (engagement_id, id),
    unique (engagement_id, control_id, sequence),
    foreign key (engagement_id, control_id) references control,
    foreign key (engagement_id, control_id, control_wording_version) references control_wording (engagement_id, control_id, version),
    foreign key (engagement_id, population_id) references population,
    foreign key (engagement_id, draw_id) references draw,
    check (not no_occurrence or (draw_id is null and event <> '' and corroboration <> '')),
    check (no_occurrence or conclusion is distinct from 'not_tested_no_occurrence')
  )`.execute(db)
  await sql`create index test_line_draw on test_line (engagement_id, draw_id)`.execute(db)
  await sql`create table test_procedure (
    engagement_id uuid not null,
    test_line_id uuid not null,
    position integer not null check (position > 0),
    nature text not null check (nature in ('inquiry', 'observation', 'inspection', 'reperformance')),
    text text not null check (text <> ''),
    primary key (engagement_id, test_line_id, position),
    foreign key (engagement_id, test_line_id) references test_line
  )`.execute(db)
  await sql`create table attribute (
    engagement_id uuid not null,
    test_line_id uuid not null,
    letter text not null check (letter ~ '^[A-Z]$'),
    question text not null check (question <> ''),
    expected text not null default '',
    primary key (engagement_id, test_line_id, letter),
    foreign key (engagement_id, test_line_id) references test_line
  )`.execute(db)
  await sql`create table cell (
    engagement_id uuid not null,
    test_line_id uuid not null,
    item_id uuid not null,
    letter text not null,
    result text not null check (result in ('pass', 'deviation', 'not_applicable', 'pending')),
    note text not null default '',
    stale boolean not null default false,
    version integer not null default 1,
    set_at timestamptz not null default app_now(),
    set_by uuid not null references person,
    primary key (engagement_id, test_line_id, item_id, letter),
    foreign key (engagement_id, test_line_id, letter) references attribute,
    foreign key (engagement_id, item_id) references sample_item,
    check (result not in ('deviation', 'not_applicable') or note <> '')
  )`.execute(db)
  // A result belongs to an item that the line's own draw selected.
  await sql`create function cell_in_draw() returns trigger language plpgsql as $$
    begin
      if not exists (select from sample_item join test_line on test_line.engagement_id = sample_item.engagement_id
          and test_line.draw_id = sample_item.draw_id
        where test_line.engagement_id = new.engagement_id and test_line.id = new.test_line_id and sample_item.id = new.item_id) then
        raise exception 'that item is not in the draw of this test' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger in_draw before insert on cell for each row execute function cell_in_draw()`.execute(db)
  await sql`create table citation (
    engagement_id uuid not null,
    test_line_id uuid not null,
    item_id uuid not null,
    letter text not null,
    file_id uuid not null,
    place text not null default '',
    primary key (engagement_id, test_line_id, item_id, letter, file_id),
    foreign key (engagement_id, test_line_id, item_id, letter) references cell,
    foreign key (engagement_id, file_id) references evidence_file
  )`.execute(db)
  await sql`create index citation_file on citation (engagement_id, file_id)`.execute(db)
  await sql`create table sign_off (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    test_line_id uuid not null,
    kind text not null check (kind in ('prepared', 'reviewed')),
    person_id uuid not null references person,
    signed_at timestamptz not null default app_now(),
    line_version integer not null,
    voided_at timestamptz,
    voided_by uuid references person,
    void_reason text,
    primary key (engagement_id, id),
    foreign key (engagement_id, test_line_id) references test_line
  )`.execute(db)
  await sql`create unique index sign_off_standing on sign_off (engagement_id, test_line_id, kind) where voided_at is null`.execute(db)
  await sql`create unique index sign_off_two_people on sign_off (engagement_id, test_line_id, person_id) where voided_at is null`.execute(db)
  for (const table of ['test_line', 'test_procedure', 'attribute', 'cell', 'citation', 'sign_off']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
  }
  await sql`grant delete on test_procedure, attribute, citation to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
