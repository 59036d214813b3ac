import type { FastifyInstance, FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid } from '../errors.ts'
import { idIn } from '../web/address.ts'
import { formState, readForm } from '../web/form.ts'
import { clientMember, firmMember, roleChange } from './forms.ts'
import { addClientMember, addFirmMember, changeRole, inviteMember } from './team-actions.ts'
import { memberPage, teamPage } from './team-pages.ts'

const team = '/engagements/:engagement/team'
const member = `${team}/:person`

export async function teamRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(team, { config: { permit: 'engagement.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/team', await inScope(site.db, scope, async (trx) => teamPage(trx, scope)))
  })

  app.post(`${team}/firm`, { config: { permit: 'team.manage' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { personId, firmRole } = readForm(firmMember, request.body)
      await addFirmMember(site, scope, personId, firmRole)
      return await reply.redirect(teamOf(request), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('engagements/team', await inScope(site.db, scope, async (trx) => teamPage(trx, scope, { firm: formState(request.body, error) })), { status: 422 })
    }
  })

  app.post(`${team}/client`, { config: { permit: 'team.manage' } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      await addClientMember(site, scope, readForm(clientMember, request.body))
      return await reply.redirect(teamOf(request), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('engagements/team', await inScope(site.db, scope, async (trx) => teamPage(trx, scope, { client: formState(request.body, error) })), { status: 422 })
    }
  })

  app.get(member, { config: { permit: 'team.manage' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('engagements/member', await inScope(site.db, scope, async (trx) => memberPage(trx, scope, personIn(request))))
  })

  app.post(`${member}/role`, { config: { permit: 'team.manage' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const personId = personIn(request)
    try {
      await changeRole(site, scope, personId, readForm(roleChange, request.body).role)
      return await reply.redirect(teamOf(request), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('engagements/member', await inScope(site.db, scope, async (trx) => memberPage(trx, scope, personId, formState(request.body, error))), { status: 422 })
    }
  })

  app.post(`${member}/invitation`, { config: { permit: 'team.manage' } }, async (request, reply) => {
    await inviteMember(site, engagementScope(request), personIn(request))
    return await reply.redirect(teamOf(request), 303)
  })
}

function teamOf(request: FastifyRequest): string {
  return `/engagements/${engagementScope(request).engagement.id}/team`
}

function personIn(request: FastifyRequest): string {
  return idIn(request, 'person', 'This person is not, or no longer, on the team.')
}
