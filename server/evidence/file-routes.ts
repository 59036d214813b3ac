import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { engagementScope, linkScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { lend, lentFile } from '../files/lending.ts'
import { sendFile, sendPreview } from '../files/send.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { recordView } from '../trail/views.ts'
import { fileOf, numberOf } from './address-routes.ts'
import { findFile, type FileRow } from './store.ts'

const ways = [
  { path: '/answer/requests/:request/files/:file', permit: 'link', scopeOf: linkScope, requestOf: async (_trx: Tx, request: FastifyRequest) => linkScope(request).actor.requestId },
  { path: '/engagements/:engagement/requests/:number/files/:file', permit: 'evidence.view', scopeOf: engagementScope, requestOf: requestInPath },
] as const

/** Evidence as it was sent, for download only and where there is one from its own origin, and the picture this program drew of it. Each opening is noted. */
export async function fileRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/lent', { config: { permit: 'public' } }, async (request, reply): Promise<FastifyReply> => {
    const { file: sealed } = request.query as { file?: unknown }
    const file = typeof sealed === 'string' ? lentFile(site.sealer, sealed, new Date()) : null
    if (file === null) throw new NotFound('This link to a file lived a minute. Open the file again from its page.')
    return await sendFile(reply, site.vault, file)
  })

  for (const { path, permit, scopeOf, requestOf } of ways) {
    const open = async (request: FastifyRequest, kind: 'file_previewed' | 'file_downloaded'): Promise<FileRow> => {
      const scope = scopeOf(request)
      return await inScope(site.db, scope, async (trx) => {
        const file = await findFile(trx, scope, await requestOf(trx, request), fileOf(request))
        if (kind === 'file_previewed' && file.preview_sha256 === null) throw new NotFound('There is no picture of this file.')
        if (request.method === 'GET') await recordView(trx, scope, kind, file.id)
        return file
      })
    }

    app.get(path, { config: { permit } }, async (request, reply): Promise<FastifyReply> => {
      const file = await open(request, 'file_downloaded')
      const sent = { sha256: file.sha256, name: file.name, mediaType: file.media_type }
      if (site.config.filesUrl === null) return await sendFile(reply, site.vault, sent)
      return await reply.header('cache-control', 'private, no-store').redirect(lend(site.sealer, site.config.filesUrl, sent, new Date()), 302)
    })

    app.get(`${path}/preview`, { config: { permit } }, async (request, reply): Promise<FastifyReply> => {
      const file = await open(request, 'file_previewed')
      return await sendPreview(reply, site.vault, file.preview_sha256!)
    })
  }
}

async function requestInPath(trx: Tx, request: FastifyRequest): Promise<string> {
  const scope: EngagementScope = engagementScope(request)
  return (await findRequest(trx, scope, numberOf(request))).id
}
