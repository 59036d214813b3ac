import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<any>): Promise<void> {
  // What can be read in a piece of evidence, once for all rows that hold the same bytes.
  await sql`create table evidence_text (
    engagement_id uuid not null references engagement,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content text not null check (octet_length(content) <= 400000),
    words tsvector not null generated always as (to_tsvector('simple', content)) stored,
    primary key (engagement_id, sha256)
  )`.execute(db)
  await sql`create index evidence_text_words on evidence_text using gin (words)`.execute(db)
  await sql`create index evidence_file_sha256 on evidence_file (engagement_id, sha256)`.execute(db)
  await sql`select protect_engagement_table('evidence_text'::regclass)`.execute(db)
  await sql`revoke update on evidence_text from tickmark_app`.execute(db)
}

export async function down(): Promise<void> {
  throw new Error('Migrations only go forward')
}
