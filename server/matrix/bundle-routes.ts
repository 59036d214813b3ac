import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { contentDisposition } from '../files/names.ts'
import { readForm } from '../web/form.ts'
import { recordBundle, streamBundle } from './bundle-actions.ts'
import { samplePieces } from './bundle-samples-pages.ts'
import { measureBundle } from './bundle-store.ts'

declare module '../web/view.ts' {
  interface Pages {
    'matrix/evidence': { base: string, client: string, firm: string, files: number, bytes: number, withheld: number }
  }
}

const address = '/engagements/:engagement/matrix/evidence'
// Whoever writes to a slow disk may pause for a while.
const pauseMs = 60 * 60_000

/** All evidence as one archive. */
export async function bundleRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(address, { config: { permit: 'evidence.export' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const measured = await inScope(site.db, scope, async (trx) => measureBundle(trx, scope))
    const { id, client, firm } = scope.engagement
    return await reply.page('matrix/evidence', { title: 'Evidence as a ZIP', tab: 'matrix', frame: 'center', base: `/engagements/${id}`, client, firm, ...measured })
  })

  app.post(address, { config: { permit: 'evidence.export', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    const wish = readForm(z.object({
      copy: z.enum(['firm', 'client'], 'Say whom the copy is made for.'), versions: z.enum(['newest', 'all'], 'Say which versions it holds.'),
    }), request.body)
    await recordBundle(site, scope, wish)
    reply.raw.setTimeout(pauseMs, () => reply.raw.destroy())
    return await reply.type('application/zip')
      .header('content-disposition', contentDisposition(`${scope.engagement.client} - evidence${wish.copy === 'client' ? ' for the client' : ''}.zip`, 'attachment'))
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('cache-control', 'private, no-store')
      .send(streamBundle(site, scope, wish, samplePieces(site, scope)))
  })
}
