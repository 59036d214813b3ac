import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // Each reminder of a due date goes out once: the key keeps a second worker, or a second attempt, from sending it again.
  await sql`create table reminder (
    engagement_id uuid not null,
    request_id uuid not null,
    due_on date not null,
    step text not null check (step in ('before', 'on', 'after')),
    sent_at timestamptz not null default app_now(),
    primary key (engagement_id, request_id, due_on, step),
    foreign key (engagement_id, request_id) references request
  )`.execute(db)
  await sql`select protect_engagement_table('reminder'::regclass)`.execute(db)
  await sql`revoke update on reminder from tickmark_app`.execute(db)

  await sql`create table digest_choice (
    person_id uuid primary key references person,
    zone text,
    stopped_at timestamptz
  )`.execute(db)
  await sql`create table digest (
    person_id uuid not null references person,
    day date not null,
    things integer not null check (things >= 0),
    made_at timestamptz not null default app_now(),
    primary key (person_id, day)
  )`.execute(db)
  for (const table of ['digest_choice', 'digest']) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`alter table ${sql.table(table)} force row level security`.execute(db)
    await sql`create policy owner_sees_all on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
    await sql`create policy own on ${sql.table(table)} using (person_id = app_person()) with check (person_id = app_person())`.execute(db)
    await sql`grant select, insert on ${sql.table(table)} to tickmark_app`.execute(db)
  }
  await sql`grant update (zone, stopped_at) on digest_choice to tickmark_app`.execute(db)
  await sql`create policy read_for_reminders on request for select to current_user using (true)`.execute(db)
  await defineMornings(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

/** Whose morning it is, asked before the program is inside any engagement; the answers are ids and days and nothing else. */
async function defineMornings(db: Kysely<any>): Promise<void> {
  await sql`create function engagements_at_morning() returns table (engagement_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      -- A zone that this database does not know would fail for everybody, so those are sorted out before any is used.
      with known as materialized (
        select engagement.id, engagement.zone from engagement
        where engagement.phase in ('planning', 'fieldwork', 'wrap_up', 'reporting') and engagement.zone in (select name from pg_timezone_names)
      ), local as materialized (
        select known.id, app_now() at time zone known.zone as time from known
      )
      select local.id from local
      where extract(hour from local.time) >= 7 and extract(isodow from local.time) < 6
        and exists (select from request where request.engagement_id = local.id and request.status in ('open', 'in_progress', 'returned')
          and request.due_on between local.time::date - 10 and local.time::date + 10);
    end`.execute(db)
  await sql`create function people_at_morning() returns table (person_id uuid, day date)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      with placed as (
        select person.id, coalesce(digest_choice.zone, (
          select engagement.zone from membership join engagement on engagement.id = membership.engagement_id
          where membership.person_id = person.id and membership.removed_at is null and engagement.phase not in ('draft', 'archived', 'withdrawn')
          order by membership.added_at, engagement.id limit 1)) as zone
        from person left join digest_choice on digest_choice.person_id = person.id
        where person.removed_at is null and digest_choice.stopped_at is null
      ), known as materialized (
        select placed.id, placed.zone from placed where placed.zone in (select name from pg_timezone_names)
      ), local as materialized (
        select known.id, app_now() at time zone known.zone as time from known
      )
      select local.id, local.time::date from local
      where extract(hour from local.time) between 7 and 11 and extract(isodow from local.time) < 6
        and not exists (select from digest where digest.person_id = local.id and digest.day = local.time::date);
    end`.execute(db)
  await sql`revoke execute on function engagements_at_morning(), people_at_morning() from public`.execute(db)
  await sql`grant execute on function engagements_at_morning(), people_at_morning() to tickmark_app`.execute(db)
}
