import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // What the list of engagements counts of each row it shows.
  await sql`create index request_standing on request (engagement_id, status, due_on)`.execute(db)

  // Partners and managers know of every engagement of the firm, what stands in its row and no more; others of their own.
  await sql`create function listed_engagements() returns table (engagement_id uuid) language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select engagement.id from engagement
      where exists (select from person join organization on organization.id = person.organization_id
          where person.id = app_person() and person.removed_at is null and organization.kind = 'firm' and person.rank in ('partner', 'manager'))
        or (app_is_firm() and exists (select from membership where membership.engagement_id = engagement.id and person_id = app_person() and removed_at is null));
    end`.execute(db)
  await sql`create function list_engagements(words text, client uuid, person uuid, in_phase text, sorting text, backward boolean, many integer, skipped integer)
    returns table (total bigint, id uuid, client_name text, system_name text, type smallint, as_of date, period_start date, period_end date, zone text, phase text, purpose text,
      role text, report_date date, release_date date, assembly_days smallint, archived boolean,
      requests bigint, accepted bigint, with_firm bigint, overdue bigint, next_due date, lines bigint, concluded bigint, exceptions bigint, team jsonb, moved jsonb)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      with found as materialized (
        select listed.*, organization.name as client_name, count(*) over () as total,
          row_number() over (order by
            case when sorting = 'phase' then array_position(array['draft', 'planning', 'fieldwork', 'wrap_up', 'reporting', 'issued', 'archived', 'withdrawn'], listed.phase) end * (case when backward then -1 else 1 end),
            case when sorting = 'end' then (coalesce(listed.period_end, listed.as_of) - date '2000-01-01') * (case when backward then -1 else 1 end) end,
            case when sorting = 'client' and not backward then organization.name end, case when sorting = 'client' and backward then organization.name end desc,
            listed.phase in ('issued', 'archived', 'withdrawn'), organization.name, coalesce(listed.period_end, listed.as_of) desc, listed.id) as place
        from listed_engagements() mine join engagement listed on listed.id = mine.engagement_id join organization on organization.id = listed.client_id
        where (words = '' or organization.name ilike words or listed.system_name ilike words)
          and (client is null or listed.client_id = client) and (in_phase = '' or listed.phase = in_phase)
          and (person is null or exists (select from membership where membership.engagement_id = listed.id and person_id = person and removed_at is null))
        order by place limit many offset skipped
      )
      select found.total, found.id, found.client_name, found.system_name, found.type, found.as_of, found.period_start, found.period_end, found.zone, found.phase, found.purpose,
        own.role, found.report_date, found.release_date, found.assembly_days, found.archived_at is not null,
        asked.requests, asked.accepted, asked.with_firm, asked.overdue, asked.next_due, tested.lines, tested.concluded,
        (select count(*) from exception where exception.engagement_id = found.id and exception.status <> 'cleared'),
        (select coalesce(jsonb_agg(jsonb_build_object('name', person.name, 'role', membership.role) order by array_position(array['partner', 'manager', 'senior', 'staff', 'quality_reviewer'], membership.role), person.name), '[]')
          from membership join person on person.id = membership.person_id
          where membership.engagement_id = found.id and membership.removed_at is null and membership.role in ('partner', 'manager', 'senior', 'staff', 'quality_reviewer')),
        (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'on', due_on, 'version', version)), '[]') from milestone where milestone.engagement_id = found.id)
      from found
        left join membership own on own.engagement_id = found.id and own.person_id = app_person() and own.removed_at is null
        left join lateral (select count(*) as requests, count(*) filter (where status = 'accepted') as accepted, count(*) filter (where status in ('submitted', 'in_review')) as with_firm,
            count(*) filter (where status in ('open', 'in_progress', 'returned') and due_on < (app_now() at time zone found.zone)::date) as overdue,
            min(due_on) filter (where status in ('open', 'in_progress', 'returned') and due_on >= (app_now() at time zone found.zone)::date) as next_due
          from request where request.engagement_id = found.id and status not in ('draft', 'cancelled', 'not_applicable')) asked on true
        left join lateral (select count(*) as lines, count(conclusion) as concluded from test_line where test_line.engagement_id = found.id) tested on true
      order by found.place;
    end`.execute(db)
  // What the list can be narrowed to: the clients and the firm's people of the engagements it may show.
  await sql`create function engagement_choices() returns table (kind text, id uuid, name text) language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      with listed as materialized (select engagement.id, engagement.client_id from listed_engagements() mine join engagement on engagement.id = mine.engagement_id)
      select 'client', organization.id, organization.name from organization where organization.id in (select client_id from listed)
      union all
      select 'person', person.id, person.name from person join organization on organization.id = person.organization_id and organization.kind = 'firm'
        where person.id in (select person_id from membership where engagement_id in (select id from listed) and removed_at is null) and person.removed_at is null
      order by 1, 3;
    end`.execute(db)
  for (const signature of ['listed_engagements()', 'list_engagements(text, uuid, uuid, text, text, boolean, integer, integer)', 'engagement_choices()']) {
    await sql`revoke execute on function ${sql.raw(signature)} from public`.execute(db)
  }
  await sql`grant execute on function list_engagements(text, uuid, uuid, text, text, boolean, integer, integer), engagement_choices() to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
