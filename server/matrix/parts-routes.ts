import type { FastifyInstance } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { listFacts, listNone } from '../engagements/description-store.ts'
import { findOpinion } from '../exceptions/opinion-store.ts'
import { contentDisposition } from '../files/names.ts'
import type { EngagementScope } from '../scope.ts'
import { recordView } from '../trail/views.ts'
import { outlineMatrix } from './actions.ts'
import { formats } from './formats.ts'
import type { PartFacts } from './part-words.ts'
import { partNames, parts } from './parts.ts'
import { findReportDate } from './setup-store.ts'
import { writeFile } from './write.ts'

declare module '../web/view.ts' {
  interface Pages {
    'matrix/sections': { base: string, parts: readonly { number: string, title: string, href: string, firm: boolean, owner: string }[] }
  }
}

const base = '/engagements/:engagement/matrix/sections'

/** Drafts of the sections that the firm or the client writes itself, from what the engagement knows at the moment. */
export async function partsRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(base, { config: { permit: 'matrix.export_draft' } }, async (request, reply) => {
    const { id, client, firm } = engagementScope(request).engagement
    return await reply.page('matrix/sections', {
      title: 'Sections I, II, III and V', tab: 'matrix', frame: 'center', base: `/engagements/${id}`,
      parts: partNames.map((name) => ({ number: parts[name].number, title: parts[name].title, href: `/engagements/${id}/matrix/sections/${name}.docx`, firm: parts[name].author === 'firm', owner: parts[name].author === 'firm' ? firm : client })),
    })
  })

  for (const name of partNames) {
    app.get(`${base}/${name}.docx`, { config: { permit: 'matrix.export_draft' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const facts = await inScope(site.db, scope, async (trx) => {
        await recordView(trx, scope, 'matrix_downloaded', `sections/${name}.docx`)
        return await gather(trx, scope)
      })
      const bytes = await writeFile({ kind: 'part', name, facts })
      return await reply.type(formats.docx.mediaType)
        .header('content-disposition', contentDisposition(`${scope.engagement.client} - Section ${parts[name].number} - draft.docx`, 'attachment'))
        .header('content-security-policy', "sandbox; default-src 'none'")
        .header('cache-control', 'private, no-store')
        .send(bytes)
    })
  }
}

async function gather(trx: Tx, scope: EngagementScope): Promise<PartFacts> {
  const opinion = may(scope.role, 'opinion.view') ? await findOpinion(trx, scope) : undefined
  return {
    reading: await outlineMatrix(trx, scope), none: await listNone(trx, scope), reportDate: await findReportDate(trx, scope),
    facts: (await listFacts(trx, scope)).map(({ kind, text, on }) => ({ kind, text, on })),
    opinion: opinion ? { kind: opinion.kind, version: opinion.version } : null,
  }
}
