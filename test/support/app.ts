import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Site } from '../../server/access/site.ts'
import { openSessions } from '../../server/access/session.ts'
import { build } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { openVault } from '../../server/files/vault.ts'
import { Sealer } from '../../server/secrets.ts'
import { createDatabase } from './database.ts'

export type TestApp = { app: FastifyInstance, site: Site, ownerUrl: string, queueUrl: string, dataDir: string }

type Test = Parameters<typeof createDatabase>[0]

/** The application on a database and a vault of its own; `environment` changes the configuration it is built with. */
export async function openApp(t: Test, environment: Record<string, string> = {}): Promise<TestApp> {
  const { db, ownerUrl, queueUrl } = await createDatabase(t)
  const dataDir = mkdtempSync(join(tmpdir(), 'tickmark-'))
  const config = readConfig({ LOG_LEVEL: 'silent', DATA_DIR: dataDir, PORT: '3000', ...environment })
  const vault = await openVault({ folder: join(dataDir, 'evidence'), maxBytes: config.maxUploadBytes })
  const site: Site = { config, db, vault, sealer: new Sealer('a secret for tests that nobody needs to guess'), sessions: openSessions(db, config.publicUrl.protocol === 'https:') }
  const app = await build(site)
  await app.ready()
  t.teardown(() => app.close())
  return { app, site, ownerUrl, queueUrl, dataDir }
}
