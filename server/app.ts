import type { FastifyInstance } from 'fastify'
import { registerGuard } from './access/guard.ts'
import type { Site } from './access/site.ts'
import { isMigrated } from './database/migrate.ts'
import { isDemoDoor } from './demo/door.ts'
import { readShell } from './engagements/shell.ts'
import type { Handlers } from './jobs/queue.ts'
import { deliver, mailboxTransport, smtpTransport } from './mail/deliver.ts'
import { requestRoutes } from './requests/routes.ts'
import { registerAssets } from './web/assets.ts'
import { registerFailures } from './web/failure.ts'
import { createServer } from './web/http.ts'
import { registerReadiness } from './web/ready.ts'
import { registerViews } from './web/view.ts'

/** Every noun's routes; the address of each begins with the noun, so this list is the map of the site. */
const nouns: readonly ((app: FastifyInstance, site: Site) => Promise<void>)[] = [requestRoutes]

/** The whole application on its parts, not yet listening. */
export async function build(site: Site): Promise<FastifyInstance> {
  const app = await createServer(site.config)
  registerViews(app, { shell: async (request) => readShell(site.db, request) })
  registerFailures(app)
  registerGuard(app, {
    db: site.db,
    sessions: site.sessions,
    secureCookies: site.config.publicUrl.protocol === 'https:',
    isDemo: (request) => isDemoDoor(site.config, request),
  })
  registerAssets(app)
  registerReadiness(app, {
    database: async () => isMigrated(site.db),
    storage: async () => site.vault.probe().then(({ low }) => !low),
  })
  for (const routes of nouns) await app.register(async (scoped) => routes(scoped, site))
  return app
}
