import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { registerGuard } from './access/guard.ts'
import { outsideScope } from './access/program.ts'
import type { Site } from './access/site.ts'
import { accountRoutes } from './accounts/routes.ts'
import { controlRoutes } from './controls/routes.ts'
import { isMigrated } from './database/migrate.ts'
import { departureRoutes } from './departures/routes.ts'
import { isDemoDoor } from './demo/door.ts'
import { demoRoutes } from './demo/routes.ts'
import { clientViewRoutes } from './engagements/client-view-routes.ts'
import { feedRoutes } from './engagements/feed-routes.ts'
import { coverageRoutes } from './engagements/coverage-routes.ts'
import { destructionRoutes } from './engagements/destruction-routes.ts'
import { descriptionRoutes } from './engagements/description-routes.ts'
import { setupRoutes } from './engagements/setup-routes.ts'
import { additionRoutes } from './engagements/additions-routes.ts'
import { firmPolicyRoutes } from './engagements/firm-policy-routes.ts'
import { phaseRoutes } from './engagements/phase-routes.ts'
import { recordRoutes } from './engagements/records-routes.ts'
import { jumpRoutes } from './engagements/jump-routes.ts'
import { linkRuleRoutes } from './engagements/link-rule-routes.ts'
import { milestoneRoutes } from './engagements/milestones-routes.ts'
import { engagementRoutes } from './engagements/routes.ts'
import { readShell } from './engagements/shell.ts'
import { teamRoutes } from './engagements/team-routes.ts'
import { previewEvidence, sweepUploads } from './evidence/preview-actions.ts'
import { drawLeaves, readEvidence } from './evidence/reading-actions.ts'
import { evidenceRoutes } from './evidence/routes.ts'
import { opinionRoutes } from './exceptions/opinion-routes.ts'
import { exceptionRoutes } from './exceptions/routes.ts'
import { trailRoutes } from './history/routes.ts'
import type { Handlers } from './jobs/queue.ts'
import { deliver } from './mail/deliver.ts'
import { mailboxTransport, smtpTransport } from './mail/transport.ts'
import { markRoutes } from './marks/routes.ts'
import { matrixRoutes } from './matrix/routes.ts'
import { sampleRoutes } from './populations/draw-routes.ts'
import { policyRoutes } from './populations/policy-routes.ts'
import { readPopulation } from './populations/read-actions.ts'
import { populationRoutes } from './populations/routes.ts'
import { sizeRoutes } from './populations/size-routes.ts'
import { readerScope, sendDigest, startDigests } from './requests/digest-actions.ts'
import { remindOwners, startReminders } from './requests/reminder-actions.ts'
import { requestRoutes } from './requests/routes.ts'
import { issueSeries } from './requests/series-actions.ts'
import { readinessRoutes } from './readiness/routes.ts'
import { rollForwardRoutes } from './rollforward/routes.ts'
import { searchRoutes } from './search/routes.ts'
import { templateRoutes } from './templates/routes.ts'
import { testingRoutes } from './testing/routes.ts'
import { threadRoutes } from './threads/routes.ts'
import { registerAssets } from './web/assets.ts'
import { registerCompression } from './web/compress.ts'
import { registerFailures } from './web/failure.ts'
import { createServer } from './web/http.ts'
import { registerReadiness } from './web/ready.ts'
import { registerViews } from './web/view.ts'

/** Every noun's routes; the address of each begins with the noun, so this list is the map of the site. */
const nouns: readonly ((app: FastifyInstance, site: Site) => Promise<void>)[] = [
  accountRoutes,
  engagementRoutes, phaseRoutes, destructionRoutes, recordRoutes, additionRoutes, firmPolicyRoutes, jumpRoutes, linkRuleRoutes, teamRoutes, clientViewRoutes, milestoneRoutes, feedRoutes, setupRoutes, descriptionRoutes, coverageRoutes,
  controlRoutes,
  trailRoutes,
  requestRoutes, threadRoutes, evidenceRoutes, markRoutes,
  populationRoutes, sampleRoutes, sizeRoutes, policyRoutes,
  exceptionRoutes, opinionRoutes, testingRoutes, templateRoutes,
  matrixRoutes,
  rollForwardRoutes, readinessRoutes, departureRoutes,
  searchRoutes,
  demoRoutes,
]

/** The whole application on its parts, not yet listening. */
export async function build(site: Site): Promise<FastifyInstance> {
  const app = await createServer(site.config)
  registerViews(app, { shell: async (request) => readShell(site.db, request) })
  registerCompression(app)
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

/** What each job does; every handler runs under the application's own role. */
export function handlersOf(site: Site): Handlers {
  const { config, db, sealer } = site
  const transport = config.smtpUrl === null ? mailboxTransport(join(config.dataDir, 'mailbox')) : smtpTransport(config.smtpUrl)
  const postman = { db, sealer, publicUrl: config.publicUrl, from: config.mailFrom, transport }
  return {
    deliver_mail: async ({ mailId }) => deliver(postman, mailId),
    make_preview: async (payload) => previewEvidence(site, payload),
    read_evidence: async (payload, context) => readEvidence(site, payload, context),
    draw_leaves: async (payload) => drawLeaves(site, payload),
    read_population: async (payload, context) => readPopulation(site, payload, context),
    // A third of a second of lists and papers, which only a demo that loads needs to read.
    load_demo: async () => (await import('./demo/load.ts')).loadDemo(site),
    issue_series: async () => issueSeries(site),
    sweep_uploads: async () => sweepUploads(site),
    begin_mornings: async () => {
      await startReminders(site, outsideScope('begin_mornings'))
      await startDigests(site, outsideScope('begin_mornings'))
    },
    remind_owners: async (payload) => remindOwners(site, payload),
    send_digest: async ({ personId, day }) => sendDigest(site, readerScope(personId, outsideScope('send_digest')), day),
  }
}
