import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // They only read a setting; unless said so, no question under row security is worked on by two.
  for (const name of ['app_engagement', 'app_person', 'app_side']) await sql`alter function ${sql.ref(name)}() parallel safe`.execute(db)

  await sql`alter table draw
    drop constraint draw_method_check,
    add constraint draw_method_check check (method in ('random', 'systematic', 'stratified', 'haphazard', 'targeted', 'all')),
    add column stratum_column text,
    add column strata jsonb,
    add column second_reason text not null default '',
    add check ((method = 'stratified') = (stratum_column is not null and strata is not null)),
    add check (method not in ('haphazard', 'targeted') or reason <> '')`.execute(db)

  // What was done to a sample after its draw: more items in the same order, or one item in the place of another.
  await sql`create table draw_step (
    engagement_id uuid not null,
    draw_id uuid not null,
    number integer not null check (number > 0),
    kind text not null check (kind in ('extension', 'replacement')),
    size integer not null check (size > 0),
    ground text not null check (ground in ('deviation', 'other', 'void', 'duplicate', 'out_of_scope', 'not_applied')),
    reason text not null check (reason <> ''),
    replaced_id uuid,
    taken_at timestamptz not null default app_now(),
    taken_by uuid not null references person,
    primary key (engagement_id, draw_id, number),
    unique (engagement_id, replaced_id),
    foreign key (engagement_id, draw_id) references draw,
    foreign key (engagement_id, replaced_id) references sample_item,
    check ((kind = 'replacement') = (replaced_id is not null)),
    check ((kind = 'replacement') = (ground in ('void', 'duplicate', 'out_of_scope', 'not_applied'))),
    check (kind = 'extension' or size = 1)
  )`.execute(db)
  await sql`alter table sample_item
    add column stratum text,
    add column note text not null default '',
    add column further boolean not null default false,
    add column step integer,
    add foreign key (engagement_id, draw_id, step) references draw_step`.execute(db)

  // The items that one of several requests of a draw asks for; a request without any asks for all that stand.
  await sql`create table request_item (
    engagement_id uuid not null,
    request_id uuid not null,
    item_id uuid not null,
    primary key (engagement_id, request_id, item_id),
    unique (engagement_id, item_id),
    foreign key (engagement_id, request_id) references request,
    foreign key (engagement_id, item_id) references sample_item
  )`.execute(db)

  for (const table of ['draw_step', 'request_item']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
    await sql`create trigger append_only before update or delete on ${sql.table(table)} for each row execute function refuse_change()`.execute(db)
  }

  // An item that another stands for is no longer tested and no longer asked for; it stays in the record of the draw.
  await sql`create view standing_item with (security_invoker = true) as
    select item.* from sample_item item where not exists (select from draw_step step
      where step.engagement_id = item.engagement_id and step.replaced_id = item.id)`.execute(db)
  await sql`grant select on standing_item to tickmark_app`.execute(db)

  await sql`create or replace function refuse_more_items() returns trigger language plpgsql as $$
    begin
      if exists (select from added join draw on draw.engagement_id = added.engagement_id and draw.id = added.draw_id
        where added.population_id <> draw.population_id or (added.step is null and added.rank > draw.size)) then
        raise exception 'a draw takes no more items than were drawn' using errcode = 'restrict_violation';
      end if;
      if exists (select from added join draw_step step on step.engagement_id = added.engagement_id and step.draw_id = added.draw_id and step.number = added.step
        join sample_item item on item.engagement_id = step.engagement_id and item.draw_id = step.draw_id and item.step = step.number
        group by step.engagement_id, step.draw_id, step.number, step.size having count(distinct item.id) > step.size) then
        raise exception 'a step takes no more items than it says' using errcode = 'restrict_violation';
      end if;
      return null;
    end $$`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
