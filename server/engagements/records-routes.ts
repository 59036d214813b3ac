import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { RecordKind } from '../database/schema/closing.ts'
import { Invalid, NotFound } from '../errors.ts'
import { lend } from '../files/lending.ts'
import { sendFile } from '../files/send.ts'
import { recordView } from '../trail/views.ts'
import { idIn } from '../web/address.ts'
import { isDay } from '../web/days.ts'
import { formState, readForm } from '../web/form.ts'
import { takeAttached } from './attached.ts'
import { isRecordKind, sharedKinds } from './records.ts'
import { enterRecord } from './records-actions.ts'
import { recordPage } from './records-pages.ts'
import { findRecordFile } from './records-store.ts'

const path = '/engagements/:engagement/records/:kind'
const entry = z.object({
  datedOn: z.string('Enter the date as year-month-day, such as 2026-09-30.').refine(isDay, 'Enter the date as year-month-day, such as 2026-09-30.'),
  note: z.string().max(5000, 'A note has at most 5,000 characters.').default(''),
})
const withdrawal = z.object({ note: z.string('Say why it is taken back.').max(5000, 'A reason has at most 5,000 characters.') })

/** The records an engagement rests on, a page for each kind. */
export async function recordRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(path, { config: { permit: 'record.view' } }, async (request, reply) => show(request, reply, 200))

  // The file may be locked once it is on record that it is assembled, which happens after the report is issued.
  app.post(path, { config: { permit: 'record.enter', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    const kind = kindOf(request)
    let typed: Record<string, unknown> = {}
    try {
      const sent = await takeAttached(request, site.vault)
      typed = sent.typed
      await enterRecord(site, scope, kind, { ...readForm(entry, typed), file: sent.file })
      return await reply.redirect(`/engagements/${scope.engagement.id}/records/${kind}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await show(request, reply, 422, typed, error)
    }
  })

  app.post(`${path}/withdrawal`, { config: { permit: 'record.enter', whileClosed: true } }, async (request, reply) => {
    const scope = engagementScope(request)
    const kind = kindOf(request)
    const { note } = readForm(withdrawal, request.body)
    await enterRecord(site, scope, kind, { datedOn: new Date().toISOString().slice(0, 10), note, stands: false })
    return await reply.redirect(`/engagements/${scope.engagement.id}/records/${kind}`, 303)
  })

  app.get(`${path}/:record/file`, { config: { permit: 'record.view' } }, async (request, reply): Promise<FastifyReply> => {
    const scope = engagementScope(request)
    const id = idIn(request, 'record')
    const file = await inScope(site.db, scope, async (trx) => {
      const found = await findRecordFile(trx, scope, kindOf(request), id)
      if (request.method === 'GET') await recordView(trx, scope, 'file_downloaded', id)
      return found
    })
    if (site.config.filesUrl === null) return await sendFile(reply, site.vault, file)
    return await reply.header('cache-control', 'private, no-store').redirect(lend(site.sealer, site.config.filesUrl, file, new Date()), 302)
  })

  async function show(request: FastifyRequest, reply: FastifyReply, status: number, typed?: unknown, error?: Invalid): Promise<FastifyReply> {
    const scope = engagementScope(request)
    const page = await inScope(site.db, scope, async (trx) => recordPage(trx, scope, kindOf(request), error && formState(typed, error)))
    return await reply.page('engagements/record', page, { status })
  }
}

/** The kind in the address; what is the firm's own does not exist for the client. */
function kindOf(request: FastifyRequest): RecordKind {
  const { kind } = request.params as { kind: string }
  if (!isRecordKind(kind) || (engagementScope(request).side !== 'firm' && !sharedKinds.includes(kind))) throw new NotFound()
  return kind
}
