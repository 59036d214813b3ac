import { sql, type Kysely } from 'kysely'

const criterion = sql.raw(String.raw`criterion text not null check (criterion ~ '^(CC|A|C|PI|P)[1-9]\.[1-9]$')`)

/** Who wrote a row last and where it comes from; `side` tells whether the firm entered it as supplied, or the client itself. */
const authorship = sql.raw(`
    source text not null default '',
    side text not null check (side in ('firm', 'client')),
    version integer not null default 1 check (version > 0),
    created_at timestamptz not null default app_now(),
    created_by uuid not null references person,
    changed_at timestamptz not null default app_now(),
    changed_by uuid not null references person,
    primary key (engagement_id, id)`)

/** The columns the program changes after a row was written. */
const changing: Readonly<Record<string, readonly string[]>> = {
  subservice: ['position', 'name', 'service', 'method', 'source', 'side', 'version', 'changed_at', 'changed_by'],
  csoc: ['position', 'text', 'source', 'side', 'version', 'changed_at', 'changed_by'],
  cuec: ['position', 'text', 'source', 'side', 'version', 'changed_at', 'changed_by'],
  system_fact: ['position', 'text', 'occurred_on', 'source', 'side', 'version', 'changed_at', 'changed_by'],
  subservice_criterion: [],
  csoc_criterion: [],
  cuec_criterion: [],
  criterion_exclusion: [],
}

export async function up(db: Kysely<any>): Promise<void> {
  // A draft may start before its dates are known; nothing later goes without them.
  await sql`alter table engagement add setup_version integer not null default 1 check (setup_version > 0)`.execute(db)
  await sql`alter table engagement drop constraint engagement_check`.execute(db)
  await sql`alter table engagement add constraint engagement_dates check (
    case when type = 1 then period_start is null and period_end is null else as_of is null end
    and (period_start <= period_end or period_start is null or period_end is null)
    and (phase in ('draft', 'withdrawn') or case when type = 1 then as_of is not null else period_start is not null and period_end is not null end))`.execute(db)

  await keepDependencies(db)
  await sql`create table criterion_exclusion (
    engagement_id uuid not null references engagement,
    ${criterion},
    reason text not null check (reason <> ''),
    excluded_at timestamptz not null default app_now(),
    excluded_by uuid not null references person,
    primary key (engagement_id, criterion)
  )`.execute(db)
  await sql`create table system_fact (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('commitment', 'requirement', 'infrastructure', 'software', 'people', 'procedures', 'data', 'incident', 'change', 'restriction')),
    position integer not null,
    text text not null check (text <> ''),
    occurred_on date,
    ${authorship}
  )`.execute(db)

  for (const [table, columns] of Object.entries(changing)) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
    await sql`grant delete on ${sql.table(table)} to tickmark_app`.execute(db)
    if (columns.length > 0) await sql`grant update (${sql.join(columns.map((column) => sql.ref(column)))}) on ${sql.table(table)} to tickmark_app`.execute(db)
  }
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function keepDependencies(db: Kysely<any>): Promise<void> {
  await sql`create table subservice (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    position integer not null,
    name text not null check (name <> ''),
    service text not null check (service <> ''),
    method text not null check (method in ('carve_out', 'inclusive')),
    ${authorship}
  )`.execute(db)
  await sql`create table csoc (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    subservice_id uuid not null,
    position integer not null,
    text text not null check (text <> ''),
    ${authorship},
    foreign key (engagement_id, subservice_id) references subservice
  )`.execute(db)
  await sql`create index csoc_subservice on csoc (engagement_id, subservice_id)`.execute(db)
  await sql`create table cuec (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    position integer not null,
    text text not null check (text <> ''),
    ${authorship}
  )`.execute(db)
  for (const noun of ['subservice', 'csoc', 'cuec']) {
    await sql`create table ${sql.table(`${noun}_criterion`)} (
      engagement_id uuid not null,
      ${sql.ref(`${noun}_id`)} uuid not null,
      ${criterion},
      primary key (engagement_id, ${sql.ref(`${noun}_id`)}, criterion),
      foreign key (engagement_id, ${sql.ref(`${noun}_id`)}) references ${sql.table(noun)} on delete cascade
    )`.execute(db)
  }
}
