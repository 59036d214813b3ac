import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { personScope } from '../access/session.ts'
import type { Site } from '../access/site.ts'
import { begin } from '../accounts/session-cookie.ts'
import { findAccount } from '../accounts/store.ts'
import { inScope } from '../database/connect.ts'
import { NotFound } from '../errors.ts'
import { record } from '../trail/record.ts'
import { readForm } from '../web/form.ts'
import { demoPage, mailboxPage, mailPage } from './pages.ts'
import { findMail, listMails, readPeople, readProgress } from './store.ts'

const personForm = z.object({ person: z.string('Choose somebody.') })
const listing = z.object({ search: z.string().trim().max(254).catch(''), page: z.coerce.number().int().min(1).max(100_000).catch(1) })

/** The two doors that only a demo on one's own machine has: signing in with one click, and the mails nobody sends. */
export async function demoRoutes(app: FastifyInstance, site: Site): Promise<void> {
  const { config: { dataDir, publicUrl } } = site

  app.get('/demo', { config: { permit: 'demo' } }, async (_request, reply) => {
    const page = demoPage(await readPeople(dataDir), await readProgress(dataDir))
    if (page.loading) reply.header('refresh', '2')
    return await reply.page('demo/show', page)
  })

  app.post('/demo/sign-in', { config: { permit: 'demo' } }, async (request, reply) => {
    const { person: id } = readForm(personForm, request.body)
    const person = (await readPeople(dataDir)).find(({ personId }) => personId === id)
    if (!person) throw new NotFound('This is none of the demo’s people.')
    const scope = personScope({ id, name: person.name }, request.ip)
    await inScope(site.db, scope, async (trx) => {
      if (!await findAccount(trx, id)) throw new NotFound('This person is not in the database. Load the demo anew with an empty DATA_DIR.')
      await record(trx, scope, { kind: 'account.signed_in', facts: { twoStep: false } })
    })
    await begin(site, request, reply, id, { twoStep: true, pending: false })
    return await reply.redirect('/', 303)
  })

  app.get('/mailbox', { config: { permit: 'demo' } }, async (request, reply) => {
    const { search, page } = listing.parse(request.query)
    return await reply.page('demo/mailbox', mailboxPage(search, page, await listMails(dataDir, search, page)))
  })

  app.get<{ Params: { mail: string } }>('/mailbox/:mail', { config: { permit: 'demo' } }, async (request, reply) => {
    const mail = await findMail(dataDir, request.params.mail)
    if (!mail) throw new NotFound('This mail is not in the mailbox.')
    return await reply.page('demo/mail', mailPage(mail, publicUrl))
  })
}
