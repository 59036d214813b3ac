import { sql, type Kysely } from 'kysely'

/** Who lost both phone and recovery codes gets in again through a colleague, who still sees nothing of their credentials. */
export async function up(db: Kysely<any>): Promise<void> {
  // Answers how many sessions ended, or null where there was no second step to take away.
  await sql`create function remove_two_step(subject uuid) returns integer language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare ended integer;
    begin
      if not exists (
        select from person caller join person other on other.organization_id = caller.organization_id
          join organization on organization.id = caller.organization_id
        where caller.id = app_person() and other.id = subject and caller.id <> other.id and organization.kind = 'firm'
          and caller.removed_at is null and other.removed_at is null
          and (caller.rank = 'partner' or (caller.rank = 'manager' and other.rank is distinct from 'partner'))
      ) then
        raise exception 'only a partner, or a manager for who is no partner, takes away the second step of somebody else of the firm'
          using errcode = 'insufficient_privilege';
      end if;
      update credential set two_step_sealed = null, two_step_confirmed_at = null
        where person_id = subject and two_step_confirmed_at is not null;
      if not found then
        return null;
      end if;
      delete from recovery_code where person_id = subject;
      delete from session where person_id = subject;
      get diagnostics ended = row_count;
      return ended;
    end $$`.execute(db)
  await sql`revoke execute on function remove_two_step(uuid) from public`.execute(db)
  await sql`grant execute on function remove_two_step(uuid) to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
