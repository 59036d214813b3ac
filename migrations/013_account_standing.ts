import { sql, type Kysely } from 'kysely'

/** Whether people have an account, without a look at their passwords: a team page says who can sign in. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create function account_standing(people uuid[])
    returns table (person_id uuid, standing text) language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select person.id, case
        when exists (select from credential where credential.person_id = person.id) then 'active'
        when exists (select from invitation where invitation.person_id = person.id and invitation.purpose = 'invitation'
          and invitation.used_at is null and invitation.expires_at > now()) then 'invited'
        else 'none' end
      from person
      where person.id = any (people) and person.organization_id = any (visible_organizations());
    end`.execute(db)
  await sql`revoke execute on function account_standing(uuid[]) from public`.execute(db)
  await sql`grant execute on function account_standing(uuid[]) to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
