import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table request_template (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organization,
    kind text not null check (kind in ('population', 'sample', 'configuration', 'document', 'inquiry', 'walkthrough')),
    title text not null check (title <> ''),
    ask text not null check (ask <> ''),
    why text not null default '',
    checklist text[] not null default '{}',
    example text not null default '',
    formats text not null default '',
    criteria text[] not null default '{}',
    keywords text[] not null default '{}',
    due_days integer check (due_days between -366 and 366),
    version integer not null default 1,
    changed_by uuid not null references person,
    changed_at timestamptz not null default app_now(),
    removed_at timestamptz
  )`.execute(db)
  await sql`create table attribute_template (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null references organization,
    title text not null check (title <> ''),
    item_noun text not null default 'items',
    procedures jsonb not null check (jsonb_typeof(procedures) = 'array'),
    attributes jsonb not null check (jsonb_typeof(attributes) = 'array'),
    criteria text[] not null default '{}',
    keywords text[] not null default '{}',
    version integer not null default 1,
    changed_by uuid not null references person,
    changed_at timestamptz not null default app_now(),
    removed_at timestamptz
  )`.execute(db)
  await sql`create function app_keeps_templates_of() returns uuid language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return (select organization_id from person where id = app_person() and rank in ('partner', 'manager', 'senior') and removed_at is null)`.execute(db)
  await sql`revoke execute on function app_keeps_templates_of() from public`.execute(db)
  await sql`grant execute on function app_keeps_templates_of() to tickmark_app`.execute(db)
  const changing = {
    request_template: ['kind', 'title', 'ask', 'why', 'checklist', 'example', 'formats', 'criteria', 'keywords', 'due_days', 'version', 'changed_by', 'changed_at', 'removed_at'],
    attribute_template: ['title', 'item_noun', 'procedures', 'attributes', 'criteria', 'keywords', 'version', 'changed_by', 'changed_at', 'removed_at'],
  }
  for (const [table, columns] of Object.entries(changing)) {
    const name = sql.table(table)
    await sql`create unique index ${sql.ref(`${table}_title`)} on ${name} (organization_id, lower(title)) where removed_at is null`.execute(db)
    await sql`grant select, insert on ${name} to tickmark_app`.execute(db)
    await sql`grant update (${sql.join(columns.map((column) => sql.ref(column)))}) on ${name} to tickmark_app`.execute(db)
    await sql`create trigger stays_removed before update on ${name} for each row when (old.removed_at is not null) execute function keep_word()`.execute(db)
    await sql`alter table ${name} enable row level security`.execute(db)
    await sql`alter table ${name} force row level security`.execute(db)
    await sql`create policy owner_sees_all on ${name} to current_user using (true) with check (true)`.execute(db)
    await sql`create policy read_by_firm on ${name} for select using (app_is_firm())`.execute(db)
    await sql`create policy kept_by_seniors on ${name} for insert with check (changed_by = app_person() and organization_id = app_keeps_templates_of())`.execute(db)
    await sql`create policy changed_by_seniors on ${name} for update using (organization_id = app_keeps_templates_of())
      with check (changed_by = app_person() and organization_id = app_keeps_templates_of())`.execute(db)
  }
  await rememberUses(db)
}

/** What came of a template in an engagement, so that applying it again makes nothing twice. */
async function rememberUses(db: Kysely<any>): Promise<void> {
  await sql`create table template_use (
    engagement_id uuid not null references engagement,
    id uuid not null default gen_random_uuid(),
    template_id uuid not null,
    template_version integer not null check (template_version > 0),
    request_id uuid,
    test_line_id uuid,
    control_id uuid,
    applied_by uuid not null references person,
    applied_at timestamptz not null default app_now(),
    primary key (engagement_id, id),
    unique nulls not distinct (engagement_id, template_id, control_id),
    foreign key (engagement_id, request_id) references request,
    foreign key (engagement_id, test_line_id) references test_line,
    foreign key (engagement_id, control_id) references control,
    check (num_nonnulls(request_id, test_line_id) = 1),
    check ((test_line_id is null) = (control_id is null))
  )`.execute(db)
  await sql`select protect_engagement_table('template_use'::regclass)`.execute(db)
  await sql`revoke update on template_use from tickmark_app`.execute(db)
  await sql`create policy own_workpaper on template_use as restrictive for select to tickmark_app using (coalesce(app_side(), 'client') <> 'client')`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
