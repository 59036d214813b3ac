import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // An empty list may mean that nobody asked yet; a row here says that somebody did and there is none.
  await sql`create table declared_none (
    engagement_id uuid not null references engagement,
    subject text not null check (subject in ('subservice', 'cuec', 'requirement', 'incident', 'change', 'restriction')),
    declared_at timestamptz not null default app_now(),
    declared_by uuid not null references person,
    primary key (engagement_id, subject)
  )`.execute(db)
  await sql`select protect_engagement_table('declared_none'::regclass)`.execute(db)
  await sql`revoke update on declared_none from tickmark_app`.execute(db)
  await sql`grant delete on declared_none to tickmark_app`.execute(db)

  // The client's own control that watches over the organization; without one its controls cover nothing.
  await sql`alter table subservice add monitor_id uuid, add foreign key (engagement_id, monitor_id) references control`.execute(db)
  await sql`grant update (monitor_id) on subservice to tickmark_app`.execute(db)

  await sql`create view covered_criterion with (security_invoker = true) as
    select engagement_id, criterion, 'control' as by from control_criterion
    union
    select csoc.engagement_id, csoc_criterion.criterion, 'csoc' as by
      from csoc_criterion
        join csoc on csoc.engagement_id = csoc_criterion.engagement_id and csoc.id = csoc_criterion.csoc_id
        join subservice on subservice.engagement_id = csoc.engagement_id and subservice.id = csoc.subservice_id
      where subservice.method = 'carve_out' and subservice.monitor_id is not null
    union
    select engagement_id, criterion, 'excluded' as by from criterion_exclusion`.execute(db)
  await sql`grant select on covered_criterion to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
