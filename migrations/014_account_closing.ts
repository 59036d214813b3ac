import { sql, type Kysely } from 'kysely'

/** Who takes away an account ends what it opened at once, without seeing any of it. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create function close_account(closed uuid) returns integer language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare ended integer;
    begin
      if not app_is_firm() or not exists (select from person where id = closed and removed_at is not null) then
        raise exception 'only the firm closes an account, and only of somebody removed' using errcode = 'insufficient_privilege';
      end if;
      delete from session where person_id = closed;
      get diagnostics ended = row_count;
      update invitation set used_at = now() where person_id = closed and used_at is null;
      return ended;
    end $$`.execute(db)
  await sql`revoke execute on function close_account(uuid) from public`.execute(db)
  await sql`grant execute on function close_account(uuid) to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
