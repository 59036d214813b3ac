import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create function protect_engagement_table(name regclass) returns void language plpgsql as $$
    begin
      execute format('alter table %s enable row level security', name);
      execute format('alter table %s force row level security', name);
      execute format('create policy in_scope on %s using (engagement_id = any ((select visible_engagements())::uuid[]))
        with check (engagement_id = app_engagement())', name);
      execute format('grant select, insert, update on %s to tickmark_app', name);
    end $$`.execute(db)

  await sql`create table control (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    number text not null check (number ~ '^[^\s]{1,20}$'),
    owner_title text not null default '',
    owner_id uuid,
    frequencies text[] not null default '{}' check (frequencies <@ array['annual', 'semiannual', 'quarterly', 'monthly',
      'semimonthly', 'weekly', 'daily', 'multiple_daily', 'event_driven', 'continuous']),
    type text not null check (type in ('preventive', 'detective', 'corrective')),
    nature text not null check (nature in ('manual', 'automated', 'it_dependent_manual')),
    risk text not null default 'moderate' check (risk in ('low', 'moderate', 'high')),
    wording_version integer not null default 1,
    version integer not null default 1,
    created_at timestamptz not null default app_now(),
    primary key (engagement_id, id),
    unique (engagement_id, number),
    foreign key (engagement_id, owner_id) references membership (engagement_id, person_id)
  )`.execute(db)
  await sql`create table control_wording (
    engagement_id uuid not null,
    control_id uuid not null,
    version integer not null check (version > 0),
    text text not null check (text <> ''),
    source text not null check (source <> ''),
    entered_by uuid not null references person,
    entered_at timestamptz not null default app_now(),
    confirmed_by uuid references person,
    confirmed_at timestamptz,
    primary key (engagement_id, control_id, version),
    foreign key (engagement_id, control_id) references control
  )`.execute(db)
  await sql`create table control_criterion (
    engagement_id uuid not null,
    control_id uuid not null,
    criterion text not null check (criterion ~ '^(CC|A|C|PI|P)[1-9]\.[1-9]$'),
    primary key (engagement_id, control_id, criterion),
    foreign key (engagement_id, control_id) references control
  )`.execute(db)
  await sql`create index control_criterion_criterion on control_criterion (engagement_id, criterion)`.execute(db)
  for (const table of ['control', 'control_wording', 'control_criterion']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
  }
  await sql`grant delete on control_criterion to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
