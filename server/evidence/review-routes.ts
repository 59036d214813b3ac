import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { returnReasons, type ReturnReason } from '../requests/rules.ts'
import { formState, readForm } from '../web/form.ts'
import { accept, releaseReview, returnAccepted, returnSubmission, startReview } from './actions.ts'
import { addressOf, fileOf, numberOf, queryOf, versionOf } from './address-routes.ts'
import { decideFile, type FileChoice } from './file-actions.ts'
import { readNoted } from './noted-routes.ts'
import { showPage, type Undecided } from './pages.ts'
import { readReturn } from './return-form-routes.ts'

const one = '/engagements/:engagement/requests/:number'

const fileForm = z.object({ decision: z.enum(['accepted', 'returned', 'undecided'], 'Choose what to do with the file.') })
const fileReturnForm = z.object({
  reason: z.enum(Object.keys(returnReasons) as [ReturnReason, ...ReturnReason[]], 'Choose why it goes back.'),
  words: z.string('Say in your own words what is wrong with it.').max(2000, 'Keep it under 2,000 characters.'),
})

/** The auditor's decision on submitted evidence, as a whole and file by file. */
export async function reviewRoutes(app: FastifyInstance, site: Site): Promise<void> {
  const answer = async (request: FastifyRequest, reply: FastifyReply, of: Undecided['of'], act: () => Promise<void>, file: string | null = null) => {
    try {
      await act()
    } catch (error) {
      return await showAgain(site, request, reply, of, error, file)
    }
    return await reply.redirect(addressOf(request, file), 303)
  }

  app.post(`${one}/review`, { config: { permit: 'request.review' } }, async (request, reply) => {
    await startReview(site, engagementScope(request), numberOf(request))
    return await reply.redirect(addressOf(request), 303)
  })

  app.post(`${one}/review/release`, { config: { permit: 'request.review' } }, async (request, reply) => {
    await releaseReview(site, engagementScope(request), numberOf(request))
    return await reply.redirect(addressOf(request), 303)
  })

  app.post(`${one}/acceptance`, { config: { permit: 'request.review' } }, async (request, reply) => await answer(request, reply, 'acceptance', async () => {
    await accept(site, engagementScope(request), numberOf(request), versionOf(request), readNoted(request.body))
  }))

  app.post(`${one}/return`, { config: { permit: 'request.review' } }, async (request, reply) => await answer(request, reply, 'return', async () => {
    const scope = engagementScope(request)
    await returnSubmission(site, scope, numberOf(request), versionOf(request), readReturn(request.body, scope))
  }))

  app.post(`${one}/acceptance/reversal`, { config: { permit: 'request.decide' } }, async (request, reply) => await answer(request, reply, 'return', async () => {
    const scope = engagementScope(request)
    await returnAccepted(site, scope, numberOf(request), readReturn(request.body, scope))
  }))

  app.post(`${one}/files/:file/decision`, { config: { permit: 'request.review' } }, async (request, reply) => {
    const file = fileOf(request)
    return await answer(request, reply, 'file', async () => decideFile(site, engagementScope(request), numberOf(request), versionOf(request), file, readChoice(request.body)), file)
  })
}

/** What was typed is shown again when a field is wrong, and when somebody else decided first. */
async function showAgain(site: Site, request: FastifyRequest, reply: FastifyReply, of: Undecided['of'], error: unknown, file: string | null): Promise<FastifyReply> {
  if (!(error instanceof Invalid) && !(error instanceof Refused)) throw error
  const scope = engagementScope(request)
  const again = { of, form: formState(request.body, error instanceof Invalid ? error : undefined), conflict: error instanceof Refused ? error.message : null }
  const page = await inScope(site.db, scope, async (trx) => showPage(trx, site, scope, numberOf(request), queryOf(request, file), again))
  return await reply.page('requests/show', page, { status: error instanceof Invalid ? 422 : 409 })
}

function readChoice(body: unknown): FileChoice {
  const { decision } = readForm(fileForm, body)
  return decision === 'returned' ? { decision, ...readForm(fileReturnForm, body) } : { decision }
}
