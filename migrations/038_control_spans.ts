import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table control
    add column effective_from date,
    add column effective_to date,
    add column key_systems text not null default '',
    add column ipe text[] not null default '{}' check (array_position(ipe, '') is null),
    add column replaces uuid,
    add foreign key (engagement_id, replaces) references control,
    add unique (engagement_id, replaces),
    add check (effective_from <= effective_to),
    add check (replaces <> id)`.execute(db)

  // A control replaced in the middle of the period is two controls, each tested for its own days.
  await sql`create function spans_apart() returns trigger language plpgsql as $$
    begin
      if exists (select from control before where before.engagement_id = new.engagement_id and before.id = new.replaces
          and not coalesce(before.effective_to < new.effective_from, false))
        or exists (select from control after where after.engagement_id = new.engagement_id and after.replaces = new.id
          and not coalesce(new.effective_to < after.effective_from, false)) then
        raise exception 'a control ends before the one that replaces it begins' using errcode = 'restrict_violation';
      end if;
      return null;
    end $$`.execute(db)
  await sql`create constraint trigger spans_apart after insert or update of effective_from, effective_to, replaces on control
    deferrable initially deferred for each row execute function spans_apart()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
