import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table engagement add column client_gate boolean not null default false`.execute(db)
  // Who handed an answer to the lead, what was proposed instead of evidence, and an address named beside it.
  await sql`alter table submission
    add column handed_at timestamptz,
    add column handed_by uuid references person,
    add column handed_channel text check (handed_channel in ('login', 'link')),
    add column proposal text check (proposal in ('not_applicable', 'cannot_provide')),
    add column proposal_words text not null default '',
    add column address text not null default '' check (address = '' or address ~ '^https?://'),
    add check ((handed_at is null) = (handed_by is null) and (handed_at is null) = (handed_channel is null)),
    add check (status = 'draft' or proposal is null or proposal_words <> '')`.execute(db)
  await sql`create trigger frozen_parts before update on submission for each row
    when (old.status <> 'draft' and (old.handed_at, old.handed_by, old.handed_channel, old.proposal, old.proposal_words, old.address)
      is distinct from (new.handed_at, new.handed_by, new.handed_channel, new.proposal, new.proposal_words, new.address))
    execute function keep_word()`.execute(db)

  await sql`create table lead_return (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    submission_id uuid not null,
    words text not null check (words <> ''),
    returned_by uuid not null references person,
    returned_at timestamptz not null default app_now(),
    primary key (engagement_id, id),
    foreign key (engagement_id, submission_id) references submission
  )`.execute(db)
  await sql`create index lead_return_submission on lead_return (engagement_id, submission_id)`.execute(db)
  await sql`create table handover (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    name text not null check (name <> ''),
    email text not null check (email <> ''),
    words text not null default '',
    status text not null default 'asked' check (status in ('asked', 'approved', 'declined')),
    asked_at timestamptz not null default app_now(),
    asked_by uuid not null references person,
    decided_at timestamptz,
    decided_by uuid references person,
    primary key (engagement_id, id),
    foreign key (engagement_id, request_id) references request,
    check ((status = 'asked') = (decided_at is null) and (decided_at is null) = (decided_by is null))
  )`.execute(db)
  await sql`create unique index handover_one_asked on handover (engagement_id, request_id) where status = 'asked'`.execute(db)
  for (const to of ['approved', 'declined']) await sql`insert into state_move values ('handover', 'asked', ${to})`.execute(db)
  await sql`create trigger state_move before update of status on handover for each row execute function check_state_move()`.execute(db)
  for (const table of ['lead_return', 'handover']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`create trigger append_only before update or delete on lead_return for each row execute function refuse_change()`.execute(db)
  await sql`grant update (status, decided_at, decided_by) on handover to tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
