import { sql, type Kysely } from 'kysely'

const moves: readonly (readonly [string, readonly string[]])[] = [
  ['draft', ['open', 'not_applicable', 'cancelled']],
  ['open', ['in_progress', 'submitted', 'client_review', 'not_applicable', 'cancelled']],
  ['in_progress', ['submitted', 'client_review', 'not_applicable', 'cancelled']],
  ['returned', ['submitted', 'client_review', 'not_applicable', 'cancelled']],
  ['client_review', ['submitted', 'returned', 'not_applicable', 'cancelled']],
  ['submitted', ['in_progress', 'in_review', 'not_applicable', 'cancelled']],
  ['in_review', ['submitted', 'accepted', 'returned', 'not_applicable', 'cancelled']],
  ['accepted', ['returned']],
  ['not_applicable', ['open']],
  ['cancelled', ['open']],
]

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table request (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    number integer not null check (number > 0),
    kind text not null check (kind in ('population', 'sample', 'configuration', 'document', 'inquiry', 'walkthrough')),
    title text not null check (title <> ''),
    ask text not null check (ask <> ''),
    why text not null default '',
    system text not null default '',
    example text not null default '',
    priority text not null default 'normal' check (priority in ('normal', 'high')),
    owner_id uuid,
    due_on date,
    original_due_on date,
    status text not null default 'draft' check (status in ('draft', 'open', 'in_progress', 'client_review', 'submitted',
      'in_review', 'accepted', 'returned', 'not_applicable', 'cancelled')),
    status_since timestamptz not null default app_now(),
    issued_at timestamptz,
    issued_by uuid references person,
    reviewer_id uuid references person,
    draw_id uuid,
    version integer not null default 1,
    created_at timestamptz not null default app_now(),
    created_by uuid not null references person,
    primary key (engagement_id, id),
    unique (engagement_id, number),
    foreign key (engagement_id, owner_id) references membership (engagement_id, person_id),
    check (status = 'draft' or status in ('cancelled', 'not_applicable') or (owner_id is not null and due_on is not null and issued_at is not null))
  )`.execute(db)
  await sql`create index request_status on request (engagement_id, status, status_since)`.execute(db)
  await sql`create index request_owner on request (engagement_id, owner_id)`.execute(db)
  await sql`create trigger state_move before update of status on request for each row execute function check_state_move()`.execute(db)
  for (const [from, targets] of moves) {
    for (const to of targets) await sql`insert into state_move values ('request', ${from}, ${to})`.execute(db)
  }

  await sql`create table request_control (
    engagement_id uuid not null,
    request_id uuid not null,
    control_id uuid not null,
    primary key (engagement_id, request_id, control_id),
    foreign key (engagement_id, request_id) references request,
    foreign key (engagement_id, control_id) references control
  )`.execute(db)
  await sql`create index request_control_control on request_control (engagement_id, control_id)`.execute(db)
  await sql`create table checklist_item (
    engagement_id uuid not null,
    request_id uuid not null,
    position integer not null check (position > 0),
    text text not null check (text <> ''),
    primary key (engagement_id, request_id, position),
    foreign key (engagement_id, request_id) references request
  )`.execute(db)
  await createLinks(db)
  for (const table of ['request', 'request_control', 'checklist_item', 'answer_link', 'link_session']) {
    await sql`select protect_engagement_table(${table}::regclass)`.execute(db)
  }
  await sql`grant delete on request_control, checklist_item to tickmark_app`.execute(db)
  for (const table of ['answer_link', 'link_session']) {
    await sql`create policy owner_sees_all on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
  }
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

async function createLinks(db: Kysely<any>): Promise<void> {
  await sql`create table answer_link (
    engagement_id uuid not null,
    id uuid not null default gen_random_uuid(),
    request_id uuid not null,
    person_id uuid not null references person,
    token_hash text not null,
    created_at timestamptz not null default app_now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text check (end_reason in ('accepted', 'cancelled', 'not_applicable', 'reassigned', 'revoked', 'left')),
    primary key (engagement_id, id),
    unique (engagement_id, token_hash),
    foreign key (engagement_id, request_id) references request,
    check ((ended_at is null) = (end_reason is null))
  )`.execute(db)
  await sql`create index answer_link_token on answer_link (token_hash)`.execute(db)
  await sql`create index answer_link_request on answer_link (engagement_id, request_id)`.execute(db)
  await sql`create table link_session (
    engagement_id uuid not null,
    id_hash text not null,
    link_id uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    address text not null,
    primary key (engagement_id, id_hash),
    foreign key (engagement_id, link_id) references answer_link
  )`.execute(db)
  await sql`create index link_session_hash on link_session (id_hash)`.execute(db)

  // A link opens while it lives: this question is asked before anybody's scope is known.
  await sql`create function find_answer_link(hash text)
    returns table (engagement_id uuid, link_id uuid, request_id uuid, person_id uuid, expired boolean, end_reason text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select answer_link.engagement_id, answer_link.id, answer_link.request_id, answer_link.person_id,
        answer_link.expires_at <= now(), answer_link.end_reason
      from answer_link where answer_link.token_hash = hash;
    end`.execute(db)
  await sql`create function find_link_session(hash text)
    returns table (engagement_id uuid, link_id uuid, request_id uuid, person_id uuid, expired boolean, end_reason text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select answer_link.engagement_id, answer_link.id, answer_link.request_id, answer_link.person_id,
        link_session.expires_at <= now() or answer_link.expires_at <= now(), answer_link.end_reason
      from link_session join answer_link on answer_link.engagement_id = link_session.engagement_id
        and answer_link.id = link_session.link_id
      where link_session.id_hash = hash;
    end`.execute(db)
  await sql`revoke execute on function find_answer_link(text), find_link_session(text) from public`.execute(db)
  await sql`grant execute on function find_answer_link(text), find_link_session(text) to tickmark_app`.execute(db)
}
