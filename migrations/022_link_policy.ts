import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table engagement add column link_policy text not null default 'link'
    check (link_policy in ('link', 'link_and_code', 'account_only'))`.execute(db)
  // When the code mailed beside the link was given; a session without one opens nothing where the engagement asks for it.
  await sql`alter table link_session add column code_at timestamptz`.execute(db)

  await sql`create table answer_code (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    link_id uuid not null,
    purpose text not null check (purpose in ('request', 'list')),
    code_hash text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    tries smallint not null default 0 check (tries between 0 and 5),
    used_at timestamptz,
    primary key (engagement_id, id),
    foreign key (engagement_id, link_id) references answer_link
  )`.execute(db)
  await sql`create index answer_code_link on answer_code (engagement_id, link_id, created_at)`.execute(db)
  await sql`create table list_session (
    engagement_id uuid not null,
    id_hash text not null,
    link_id uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    address text not null,
    primary key (engagement_id, id_hash),
    foreign key (engagement_id, link_id) references answer_link
  )`.execute(db)
  await sql`create index list_session_hash on list_session (id_hash)`.execute(db)
  for (const table of ['answer_code', 'list_session']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
    await sql`revoke update on ${sql.table(table)} from tickmark_app`.execute(db)
  }
  await sql`grant update (tries, used_at) on answer_code to tickmark_app`.execute(db)
  await sql`grant update (ended_at) on list_session to tickmark_app`.execute(db)
  await sql`create policy owner_sees_all on list_session to current_user using (true) with check (true)`.execute(db)

  // The list outlives the request it was reached from, but not a link that was taken back or a recipient who left.
  await sql`create function find_list_session(hash text)
    returns table (engagement_id uuid, link_id uuid, request_id uuid, person_id uuid, expired boolean, end_reason text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select answer_link.engagement_id, answer_link.id, answer_link.request_id, answer_link.person_id,
        list_session.expires_at <= now() or list_session.ended_at is not null,
        case when answer_link.end_reason in ('revoked', 'left') then answer_link.end_reason end
      from list_session join answer_link on answer_link.engagement_id = list_session.engagement_id and answer_link.id = list_session.link_id
      where list_session.id_hash = hash;
    end`.execute(db)
  await sql`revoke execute on function find_list_session(text) from public`.execute(db)
  await sql`grant execute on function find_list_session(text) to tickmark_app`.execute(db)

  await extendMail(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function extendMail(db: Kysely<any>): Promise<void> {
  // A mail about a request is shown beside it when it comes back; one that is of no use later is not sent later.
  await sql`alter table mail
    add column request_id uuid,
    add column code_sealed text,
    add column good_until timestamptz,
    add column outcome text check (outcome in ('bounced', 'late')),
    add column given_up_at timestamptz,
    add check ((outcome is null) = (given_up_at is null)),
    add check (request_id is null or engagement_id is not null),
    add foreign key (engagement_id, request_id) references request`.execute(db)
  await sql`create index mail_bounced on mail (engagement_id, request_id) where outcome = 'bounced'`.execute(db)
  await sql`grant update (code_sealed, outcome, given_up_at) on mail to tickmark_app`.execute(db)
}
