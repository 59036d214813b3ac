import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { openSessions } from '../../server/access/session.ts'
import type { Site } from '../../server/access/site.ts'
import { readConfig } from '../../server/config.ts'
import { connect, type Db } from '../../server/database/connect.ts'
import { openVault } from '../../server/files/vault.ts'
import { Sealer } from '../../server/secrets.ts'
import { gather, type Team } from '../support/cast.ts'
import { createDatabase } from '../support/database.ts'
import type { Ending } from './bench.ts'

export type Stage = { readonly site: Site, readonly owner: Db, readonly ownerUrl: string, readonly team: Team, readonly folder: string }

/** A migrated database, a vault and the cast, without the application in front of them. */
export async function openStage(ending: Ending): Promise<Stage> {
  const { db, ownerUrl } = await createDatabase({ teardown: ending } as Parameters<typeof createDatabase>[0])
  const folder = await mkdtemp(join(tmpdir(), 'tickmark-bench-'))
  ending(async () => rm(folder, { recursive: true }))
  const config = readConfig({ LOG_LEVEL: 'silent', DATA_DIR: folder, PORT: '3000' })
  const vault = await openVault({ folder: join(folder, 'evidence'), maxBytes: config.maxUploadBytes })
  const site: Site = { config, db, vault, sealer: new Sealer('a secret for benches that nobody needs to guess'), sessions: openSessions(db, false) }
  const { ours } = await gather({ app: null as unknown as FastifyInstance, site, ownerUrl, queueUrl: '', dataDir: folder })
  const owner = connect(ownerUrl, 2)
  ending(async () => owner.destroy())
  return { site, owner, ownerUrl, team: ours, folder }
}

/** A list of the engagement that waits to be read, its file in the vault; returns the population's id. */
export async function placeList({ site, owner, team }: Stage, path: string, name: string): Promise<string> {
  const engagement = { engagement_id: team.engagement.id }
  const by = team.staff.id
  const blob = await site.vault.store(createReadStream(path))
  const { last } = await owner.selectFrom('request').select((eb) => eb.fn.count<number>('id').as('last')).executeTakeFirstOrThrow()
  const number = last + 1
  const request = await owner.insertInto('request').values({
    ...engagement, number, kind: 'population', title: 'Production changes', ask: 'All of them', owner_id: team.owner.id, due_on: '2026-10-14', status: 'open', issued_at: new Date(), issued_by: by, created_by: by,
  }).returning('id').executeTakeFirstOrThrow()
  const submission = await owner.insertInto('submission').values({ ...engagement, request_id: request.id, number: 1 }).returning('id').executeTakeFirstOrThrow()
  const file = await owner.insertInto('evidence_file').values({
    ...engagement, request_id: request.id, submission_id: submission.id, position: 1, name, size: blob.size, sha256: blob.sha256, media_type: 'text/csv', kind: 'csv', uploaded_by: team.owner.id, channel: 'link',
  }).returning('id').executeTakeFirstOrThrow()
  const { id } = await owner.insertInto('population').values({
    ...engagement, number, request_id: request.id, submission_id: submission.id, file_id: file.id, name: 'Production changes', occurrence: 'one deployment', key_column: 'change_id', date_column: 'deployed_at',
    date_meaning: 'deployed', date_format: JSON.stringify({ order: null, zone: null }), status: 'checking', created_by: by,
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Forgets the rows of a list, so that it can be read again; outside the clock, and without asking of each row who else points to it. */
export async function forgetRows({ owner }: Stage, populationId: string): Promise<void> {
  await owner.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await trx.deleteFrom('population_row').where('population_id', '=', populationId).execute()
  })
  await sql`vacuum population_row`.execute(owner)
}
