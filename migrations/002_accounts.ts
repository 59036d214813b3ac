import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table organization (
    id uuid primary key default gen_random_uuid(),
    kind text not null check (kind in ('firm', 'client')),
    name text not null check (name <> ''),
    created_at timestamptz not null default app_now()
  )`.execute(db)
  await sql`create unique index organization_one_firm on organization (kind) where kind = 'firm'`.execute(db)

  await sql`create table person (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organization,
    email text not null check (email = lower(email) and email like '%_@_%'),
    name text not null check (name <> ''),
    title text not null default '',
    rank text check (rank in ('partner', 'manager', 'senior', 'staff')),
    created_at timestamptz not null default app_now(),
    removed_at timestamptz
  )`.execute(db)
  await sql`create unique index person_email on person (email)`.execute(db)
  await sql`create index person_organization on person (organization_id, name)`.execute(db)

  await sql`create table credential (
    person_id uuid primary key references person,
    password_hash text not null,
    two_step_sealed text,
    two_step_confirmed_at timestamptz,
    two_step_last_step bigint not null default 0,
    changed_at timestamptz not null default now()
  )`.execute(db)
  await sql`create table recovery_code (
    person_id uuid not null references person,
    code_hash text not null,
    used_at timestamptz,
    primary key (person_id, code_hash)
  )`.execute(db)
  await sql`create table invitation (
    token_hash text primary key,
    person_id uuid not null references person,
    purpose text not null check (purpose in ('invitation', 'password_reset')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
  )`.execute(db)
  await sql`create index invitation_person on invitation (person_id)`.execute(db)
  await sql`create table session (
    id_hash text primary key,
    public_id uuid not null unique default gen_random_uuid(),
    person_id uuid not null references person,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    two_step_at timestamptz,
    address text not null,
    browser text not null
  )`.execute(db)
  await sql`create index session_person on session (person_id)`.execute(db)
  await sql`create table attempt (
    subject_hash text not null,
    at timestamptz not null default clock_timestamp()
  )`.execute(db)
  await sql`create index attempt_subject on attempt (subject_hash, at)`.execute(db)

  await sql`grant select, insert, update on organization, person, credential, recovery_code, invitation to tickmark_app`.execute(db)
  await sql`grant select, insert, update, delete on session, attempt to tickmark_app`.execute(db)
  await sql`grant delete on recovery_code to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
