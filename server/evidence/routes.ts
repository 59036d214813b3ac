import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../access/site.ts'
import { UploadRefused } from '../files/faults.ts'
import { wantsJson } from '../web/failure.ts'
import { answerRoutes } from './answer-routes.ts'
import { bulkDecisionRoutes } from './bulk-routes.ts'
import { fileRoutes } from './file-routes.ts'
import { gateRoutes } from './gate-routes.ts'
import { handoverRoutes } from './handover-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { listRoutes } from './list-routes.ts'
import { meetingRoutes } from './meeting-routes.ts'
import { ownRoutes } from './own-routes.ts'
import { quarantineRoutes } from './quarantine-routes.ts'
import { reviewRoutes } from './review-routes.ts'

/** Everything about evidence: the link, the owner's page, the files, the review. */
export async function evidenceRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.setErrorHandler(explainUpload)
  await linkRoutes(app, site)
  await listRoutes(app, site)
  await answerRoutes(app, site)
  await handoverRoutes(app, site)
  await gateRoutes(app, site)
  await fileRoutes(app, site)
  await reviewRoutes(app, site)
  await quarantineRoutes(app, site)
  await ownRoutes(app, site)
  await meetingRoutes(app, site)
  await bulkDecisionRoutes(app, site)
}

/** An upload that failed as a whole says so in its own words; everything else goes the way of all errors. */
async function explainUpload(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (!(error instanceof UploadRefused)) throw error
  if (wantsJson(request)) return await reply.code(error.statusCode).send({ error: error.message })
  const page = { title: 'Not uploaded', what: error.message, next: 'Go back and send it again. Files that were already listed on the page are safe.' }
  return await reply.page('failure/show', page, { status: error.statusCode, layout: 'plain' })
}
