import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // Rows come by the million, so this looks once a statement.
  await sql`create function refuse_more_rows() returns trigger language plpgsql as $$
    begin
      if exists (select from population join (select distinct engagement_id, population_id from added) fresh
          on fresh.engagement_id = population.engagement_id and fresh.population_id = population.id
        where population.status in ('accepted', 'locked')) then
        raise exception 'an accepted population takes no more rows' using errcode = 'restrict_violation';
      end if;
      return null;
    end $$`.execute(db)
  await sql`create trigger no_more_rows after insert on population_row referencing new table as added
    for each statement execute function refuse_more_rows()`.execute(db)

  await sql`create function refuse_more_items() returns trigger language plpgsql as $$
    begin
      if exists (select from added join draw on draw.engagement_id = added.engagement_id and draw.id = added.draw_id
        where added.rank > draw.size or added.population_id <> draw.population_id) then
        raise exception 'a draw takes no more items than were drawn' using errcode = 'restrict_violation';
      end if;
      return null;
    end $$`.execute(db)
  await sql`create trigger no_more_items after insert on sample_item referencing new table as added
    for each statement execute function refuse_more_items()`.execute(db)

  // What a list was accepted for stays as it was read; only its state goes on.
  await sql`create function freeze_population() returns trigger language plpgsql as $$
    begin
      if old.status in ('accepted', 'locked') and
        (old.number, old.request_id, old.submission_id, old.file_id, old.name, old.occurrence, old.source_system, old.query, old.declared_count, old.header,
          old.key_column, old.date_column, old.date_meaning, old.date_format, old.reading, old.row_count, old.in_scope_count, old.findings,
          old.corroboration, old.created_at, old.created_by, old.accepted_at, old.accepted_by)
        is distinct from
        (new.number, new.request_id, new.submission_id, new.file_id, new.name, new.occurrence, new.source_system, new.query, new.declared_count, new.header,
          new.key_column, new.date_column, new.date_meaning, new.date_format, new.reading, new.row_count, new.in_scope_count, new.findings,
          new.corroboration, new.created_at, new.created_by, new.accepted_at, new.accepted_by) then
        raise exception 'an accepted population cannot be changed' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  await sql`create trigger frozen before update on population for each row execute function freeze_population()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
