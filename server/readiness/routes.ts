import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerScope, engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { RemediationStatus } from '../database/schema/carried.ts'
import { Invalid, NotFound } from '../errors.ts'
import { contentDisposition } from '../files/names.ts'
import { recordView } from '../trail/views.ts'
import { formState, readForm } from '../web/form.ts'
import { assess, beginReadiness, isSeen, remediate } from './actions.ts'
import { assessment, newReadiness, step } from './forms.ts'
import { listPage, newPage, readReport, showPage, type Typed } from './pages.ts'
import { states, statuses } from './rules.ts'
import { formats, writeGaps, type Format } from './write.ts'

const narrowed = z.object({ state: z.enum([...states, 'not_assessed']).optional().catch(undefined), status: z.enum(statuses).optional().catch(undefined) })

/** What a company has and what it lacks before it is examined, criterion by criterion. */
export async function readinessRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/readiness/new', { config: { permit: 'engagement.create' } }, async (request, reply) => {
    const scope = callerScope(request)
    return await reply.page('readiness/new', await inScope(site.db, scope, async (trx) => newPage(trx, formState({ zone: 'America/New_York' }))))
  })

  app.post('/readiness', { config: { permit: 'engagement.create' } }, async (request, reply) => {
    const scope = callerScope(request)
    try {
      const { client, plan } = readForm(newReadiness, request.body)
      return await reply.redirect(`/engagements/${await beginReadiness(site, scope, client, plan)}/readiness`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('readiness/new', await inScope(site.db, scope, async (trx) => newPage(trx, formState(request.body, error))), { status: 422 })
    }
  })

  const list = '/engagements/:engagement/readiness'
  app.get(list, { config: { permit: 'readiness.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const filter = narrowed.parse(request.query)
    return await reply.page('readiness/list', await inScope(site.db, scope, async (trx) => listPage(trx, scope, filter, new Date())))
  })

  app.get(`${list}/:criterion`, { config: { permit: 'readiness.view' } }, async (request, reply) => await show(site, request, reply))

  app.post(`${list}/:criterion/assessment`, { config: { permit: 'readiness.assess' } }, async (request, reply) => await orShow(site, request, reply, 'assessment', async () => {
    const { version, ...judgement } = readForm(assessment, request.body)
    await assess(site, engagementScope(request), criterionIn(request), judgement, version)
  }))

  app.post(`${list}/:criterion/remediation`, { config: { permit: 'readiness.remediate' } }, async (request, reply) => await orShow(site, request, reply, 'remediation', async () => move(site, request, 'client')))

  app.post(`${list}/:criterion/verification`, { config: { permit: 'readiness.verify' } }, async (request, reply) => await orShow(site, request, reply, 'remediation', async () => move(site, request, 'firm')))

  app.get('/engagements/:engagement/gap-report/:format', { config: { permit: 'readiness.export' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { format } = request.params as { format: string }
    if (!isFormat(format)) throw new NotFound()
    const report = await inScope(site.db, scope, async (trx) => readReport(trx, scope, new Date()))
    const bytes = await writeGaps({ report: JSON.stringify(report), format })
    await inScope(site.db, scope, async (trx) => recordView(trx, scope, 'gap_report_downloaded', format))
    return await reply.headers({ 'content-type': formats[format], 'content-disposition': contentDisposition(`gap-report.${format}`, 'attachment'), 'cache-control': 'private, no-store' }).send(bytes)
  })
}

async function move(site: Site, request: FastifyRequest, side: 'client' | 'firm'): Promise<void> {
  const scope = engagementScope(request)
  const { to, words } = readForm(step, request.body)
  if (!await inScope(site.db, scope, async (trx) => isSeen(trx, scope, criterionIn(request)))) throw new NotFound()
  if (side === 'firm' && to === 'in_progress' && words === '') throw new Invalid({ words: 'Say what is still missing.' })
  await remediate(site, scope, criterionIn(request), side, to satisfies RemediationStatus, words)
}

async function orShow(site: Site, request: FastifyRequest, reply: FastifyReply, which: keyof Typed, work: () => Promise<void>): Promise<FastifyReply> {
  try {
    await work()
    return await reply.redirect(`/engagements/${engagementScope(request).engagement.id}/readiness/${criterionIn(request)}`, 303)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return await show(site, request, reply, { [which]: formState(request.body, error) })
  }
}

async function show(site: Site, request: FastifyRequest, reply: FastifyReply, typed?: Typed): Promise<FastifyReply> {
  const scope = engagementScope(request)
  return await reply.page('readiness/show', await inScope(site.db, scope, async (trx) => showPage(trx, scope, criterionIn(request), new Date(), typed)), { status: typed ? 422 : 200 })
}

function criterionIn(request: FastifyRequest): string {
  return (request.params as { criterion: string }).criterion
}

function isFormat(format: string): format is Format {
  return Object.hasOwn(formats, format)
}
