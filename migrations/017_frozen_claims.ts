import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // What was claimed of an item is part of the answer: it changes only while the answer is being made.
  await sql`create function freeze_item_claim() returns trigger language plpgsql as $$
    declare claim item_claim := coalesce(new, old);
    begin
      if exists (select from submission where engagement_id = claim.engagement_id and id = claim.submission_id and status <> 'draft') then
        raise exception 'a submitted claim cannot be changed' using errcode = 'restrict_violation';
      end if;
      return claim;
    end $$`.execute(db)
  await sql`create trigger frozen before insert or update or delete on item_claim for each row execute function freeze_item_claim()`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
