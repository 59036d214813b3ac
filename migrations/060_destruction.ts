import { sql, type Kysely } from 'kysely'

/** What stays below an engagement whose file is destroyed: the leaves of its log, which only commit to what they said. */
const staying = sql.lit('{trail_head,trail_entry}')

export async function up(db: Kysely<any>): Promise<void> {
  await keepDestructions(db)
  await letThrough(db)
  await refuseStragglers(db)
  await destroy(db)
  await freeBytes(db)
  await listDestroyed(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}

/** What the firm still says of a file that is gone; and what the vault may no longer hold. The program writes neither by itself. */
async function keepDestructions(db: Kysely<any>): Promise<void> {
  await sql`create table destruction (
    archive_id uuid primary key references engagement,
    approved_by uuid not null references person,
    reason text not null check (reason <> ''),
    destroyed_at timestamptz not null default now(),
    row_count bigint,
    file_count bigint,
    check ((row_count is null) = (file_count is null))
  )`.execute(db)
  await sql`create table freed_blob (sha256 text primary key, freed_at timestamptz not null default now())`.execute(db)
  await sql`create trigger append_only before update on destruction for each row when (old.row_count is not null) execute function refuse_change()`.execute(db)
  await sql`create trigger never_removed before delete on destruction for each row execute function refuse_change()`.execute(db)
  for (const table of ['destruction', 'freed_blob']) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`alter table ${sql.table(table)} force row level security`.execute(db)
    await sql`create policy owner_sees_all on ${sql.table(table)} to current_user using (true) with check (true)`.execute(db)
  }
  // It is under way only inside the one transaction that destroys: nobody else ever sees a destruction without its counts.
  await sql`create function is_being_destroyed(which uuid) returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return exists (select from destruction where archive_id = which and row_count is null)`.execute(db)
  await sql`create function is_destroyed(which uuid) returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    return exists (select from destruction where archive_id = which)`.execute(db)
  await sql`revoke execute on function is_being_destroyed(uuid), is_destroyed(uuid) from public`.execute(db)
  await sql`grant execute on function is_being_destroyed(uuid), is_destroyed(uuid) to tickmark_app`.execute(db)
}

/** Every guard of a deletion below an engagement first asks whether the file is being destroyed; the leaves of the log stand all the same. */
async function letThrough(db: Kysely<any>): Promise<void> {
  await sql`do $$
    declare
      guard record;
      asking text := 'begin
        if tg_op = ''DELETE'' then
          if tg_table_name not in (''trail_head'', ''trail_entry'') and is_being_destroyed((to_jsonb(old)->>''engagement_id'')::uuid) then return old; end if;
        end if;';
    begin
      for guard in select distinct pg_proc.oid, pg_get_functiondef(pg_proc.oid) as wording from pg_trigger join pg_proc on pg_proc.oid = tgfoid
        join pg_attribute on attrelid = tgrelid and attname = 'engagement_id' and not attisdropped
        where not tgisinternal and tgtype & 8 = 8 and tgtype & 1 = 1
      loop
        execute regexp_replace(guard.wording, '\\mbegin\\M', asking, 'i');
      end loop;
    end $$`.execute(db)
}

/** What goes on after a lock ends with the file: whoever was about to write waits for the destruction and is refused. */
async function refuseStragglers(db: Kysely<any>): Promise<void> {
  await sql`create function refuse_destroyed() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      if is_archived(new.engagement_id) then
        perform from engagement where id = new.engagement_id for share;
        if is_destroyed(new.engagement_id) then
          raise exception 'the file is destroyed: % of % refused', lower(tg_op), tg_table_name using errcode = 'restrict_violation';
        end if;
      end if;
      return new;
    end $$`.execute(db)
  for (const table of ['access_entry', 'archive_addition']) {
    await sql`create trigger destroyed before insert or update on ${sql.table(table)} for each row execute function refuse_destroyed()`.execute(db)
  }
  await sql`create trigger destroyed before update on engagement for each row when (is_destroyed(old.id)) execute function refuse_change()`.execute(db)
}

/** One statement deletes from every table at once, so that the keys between them are asked once all of it is gone. */
async function destroy(db: Kysely<any>): Promise<void> {
  await sql`create function destroy_engagement(which uuid, why text) returns table (rows_gone bigint, files_gone bigint) language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      side text := coalesce(current_setting('app.side', true), '');
      file engagement;
      name text;
      spots text[];
      parts text[] := '{}';
      counts text[] := '{}';
      remaining bigint;
    begin
      select * into file from engagement where id = which for no key update;
      if file.id is null or app_engagement() is distinct from which then raise exception 'there is no such file here' using errcode = 'insufficient_privilege'; end if;
      if is_destroyed(which) then raise exception 'the file is destroyed already' using errcode = 'restrict_violation'; end if;
      if not exists (select from membership join person on person.id = person_id join organization on organization.id = organization_id
        where engagement_id = which and person_id = app_person() and membership.removed_at is null and person.removed_at is null
          and membership.role = 'partner' and organization.kind = 'firm') then
        raise exception 'only the engagement partner approves a destruction' using errcode = 'insufficient_privilege';
      end if;
      if file.phase <> 'archived' then raise exception 'only a locked file is destroyed' using errcode = 'restrict_violation'; end if;
      -- The clock of the database: app_now() follows whoever asks.
      if file.retention_until is null or file.retention_until >= (now() at time zone file.zone)::date then
        raise exception 'the retention of the file is not over' using errcode = 'restrict_violation';
      end if;
      if file.legal_hold then raise exception 'a legal hold keeps the file' using errcode = 'restrict_violation'; end if;
      -- An owner who is no superuser sees what the firm wrote for itself only on the firm's side.
      perform set_config('app.side', 'firm', true);
      insert into destruction (archive_id, approved_by, reason) values (which, app_person(), why);
      select count(*) into files_gone from evidence_file where engagement_id = which;
      for name, spots in select * from tables_below() loop
        if cardinality(spots) > 0 then
          execute format('insert into freed_blob (sha256) select distinct spot from %I, unnest(array[%s]) spot where engagement_id = $1 and spot ~ ''^[0-9a-f]{64}$'' on conflict (sha256) do update set freed_at = now()',
            name, (select string_agg(quote_ident(one), ', ') from unnest(spots) one)) using which;
        end if;
        parts := parts || format('%I as (delete from %I where engagement_id = $1 returning 1)', 'gone_' || name, name);
        counts := counts || format('(select count(*) from %I)', 'gone_' || name);
      end loop;
      execute 'with ' || array_to_string(parts, ', ') || ' select ' || array_to_string(counts, ' + ') into rows_gone using which;
      for name in select below.name from tables_below() below loop
        execute format('select count(*) from %I where engagement_id = $1', name) into remaining using which;
        if remaining > 0 then raise exception '% rows of % would stay', remaining, name; end if;
      end loop;
      perform set_config('app.side', side, true);
      update destruction set row_count = rows_gone, file_count = files_gone where archive_id = which;
      return next;
    end $$`.execute(db)
  // By the catalog, so that a table made later is destroyed with the others; with the columns that may name bytes in the vault.
  await sql`create function tables_below() returns table (name text, spots text[]) language sql stable set search_path = pg_catalog, public, pg_temp
    begin atomic
      select relname::text, array(select spot.attname::text from pg_attribute spot where spot.attrelid = pg_class.oid and not spot.attisdropped and spot.atttypid = 'text'::regtype and spot.attname like '%sha256')
      from pg_class join pg_attribute own on own.attrelid = pg_class.oid and own.attname = 'engagement_id' and not own.attisdropped
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> all (${staying}::text[])
      order by relname;
    end`.execute(db)
  await sql`revoke execute on function destroy_engagement(uuid, text), tables_below() from public`.execute(db)
  await sql`grant execute on function destroy_engagement(uuid, text) to tickmark_app`.execute(db)
}

/** The vault asks which bytes are freed, which of some any row still names, and says which it has removed. */
async function freeBytes(db: Kysely<any>): Promise<void> {
  await sql`create function freed_blobs(many integer, after text) returns table (sha256 text) language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    begin atomic
      select freed_blob.sha256 from freed_blob where freed_blob.sha256 > after order by 1 limit many;
    end`.execute(db)
  // Row by row of the engagements: an owner who is no superuser sees those of one at a time.
  await sql`create function named_blobs(hashes text[]) returns table (sha256 text) language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      inside text := coalesce(current_setting('app.engagement', true), '');
      side text := coalesce(current_setting('app.side', true), '');
      file uuid;
      asking text;
    begin
      select string_agg(format('select spot from %I, unnest(array[%s]) spot where engagement_id = $1 and (%s) and spot = any ($2)', below.name,
          (select string_agg(quote_ident(one), ', ') from unnest(spots) one), (select string_agg(format('%I = any ($2)', one), ' or ') from unnest(spots) one)), ' union ')
        into asking from tables_below() below where cardinality(spots) > 0;
      perform set_config('app.side', 'firm', true);
      for file in select id from engagement where not is_destroyed(id) loop
        perform set_config('app.engagement', file::text, true);
        return query execute asking using file, hashes;
      end loop;
      perform set_config('app.engagement', inside, true), set_config('app.side', side, true);
    end $$`.execute(db)
  await sql`create function forget_freed(hashes text[]) returns void language sql security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      delete from freed_blob where sha256 = any (hashes);
    end`.execute(db)
  await sql`revoke execute on function freed_blobs(integer, text), named_blobs(text[]), forget_freed(text[]) from public`.execute(db)
  await sql`grant execute on function freed_blobs(integer, text), named_blobs(text[]), forget_freed(text[]) to tickmark_app`.execute(db)
}

/** Of a destroyed file its line stays for those who see every file of the firm, and nobody is asked to destroy it again. */
async function listDestroyed(db: Kysely<any>): Promise<void> {
  await sql`create function list_destroyed() returns table (id uuid, client_name text, system_name text, type smallint, as_of date, period_start date, period_end date, zone text, purpose text,
      retention_until date, destroyed_at timestamptz, approver text, reason text, row_count bigint, file_count bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select listed.id, client.name, listed.system_name, listed.type, listed.as_of, listed.period_start, listed.period_end, listed.zone, listed.purpose,
        listed.retention_until, destruction.destroyed_at, person.name, destruction.reason, destruction.row_count, destruction.file_count
      from listed_engagements() mine join engagement listed on listed.id = mine.engagement_id join destruction on archive_id = listed.id
        join organization client on client.id = listed.client_id join person on person.id = destruction.approved_by;
    end`.execute(db)
  await sql`create or replace function list_past_retention() returns table (id uuid, client_name text, system_name text, ended_on date, legal_hold boolean, role text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    begin atomic
      select listed.id, client.name, listed.system_name, listed.retention_until, listed.legal_hold, own.role
      from listed_engagements() mine join engagement listed on listed.id = mine.engagement_id join organization client on client.id = listed.client_id
        left join membership own on own.engagement_id = listed.id and own.person_id = app_person() and own.removed_at is null
      where listed.phase = 'archived' and listed.retention_until < (app_now() at time zone listed.zone)::date and not is_destroyed(listed.id)
      order by listed.legal_hold, listed.retention_until, client.name, listed.id;
    end`.execute(db)
  await sql`revoke execute on function list_destroyed() from public`.execute(db)
  await sql`grant execute on function list_destroyed() to tickmark_app`.execute(db)
}
