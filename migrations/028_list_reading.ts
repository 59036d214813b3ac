import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // How a list is read beyond its key and date: where in a workbook, up to which date, in which layers, and which of its rows at all.
  await sql`alter table population
    add column sheet text,
    add column header_row integer check (header_row > 0),
    add column until_column text,
    add column stratum_column text,
    add column scope_column text,
    add column scope_keeps boolean not null default true,
    add column scope_values text[] not null default '{}',
    add column expected_rows integer,
    add check ((scope_column is null) = (scope_values = '{}'))`.execute(db)
  await sql`create function keep_list_reading() returns trigger language plpgsql as $$
    begin
      raise exception 'an accepted population cannot be read otherwise' using errcode = 'restrict_violation';
    end $$`.execute(db)
  await sql`create trigger reading_frozen before update on population for each row
    when (old.status in ('accepted', 'locked') and
      (old.sheet, old.header_row, old.until_column, old.stratum_column, old.scope_column, old.scope_keeps, old.scope_values)
      is distinct from (new.sheet, new.header_row, new.until_column, new.stratum_column, new.scope_column, new.scope_keeps, new.scope_values))
    execute function keep_list_reading()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
