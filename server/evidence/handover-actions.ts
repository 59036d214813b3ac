import { isStillAdmitted } from '../access/links.ts'
import type { Site } from '../access/site.ts'
import { findMember } from '../access/store.ts'
import { addPerson } from '../accounts/actions.ts'
import { findIdByEmail } from '../accounts/store.ts'
import { inScope } from '../database/connect.ts'
import { Forbidden, Invalid, Refused } from '../errors.ts'
import { findPerson, saveMembership } from '../engagements/team-store.ts'
import { post } from '../mail/outbox.ts'
import { reassignOne } from '../requests/actions.ts'
import { requestNumber } from '../requests/rules.ts'
import { lockRequest } from '../requests/store.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { listLeads } from './gate-store.ts'
import { findContact, insertHandover, lockHandover, updateHandover, type Colleague } from './handover-store.ts'
import { refuseUnlessAnswerable } from './rules.ts'

/**
 * Gives a request to a colleague: at once where they are on the engagement, and then the caller's link has ended; through
 * the lead, who gets a mail, where they are not. Throws Invalid for `email`, Refused where the request waits for nobody.
 */
export async function handOver(site: Site, scope: EngagementScope, number: number, colleague: Colleague): Promise<{ given: boolean, to: string }> {
  return await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    if (!await isStillAdmitted(trx, scope)) throw new Forbidden()
    refuseUnlessAnswerable(request.status)
    const contact = await findContact(trx, scope, colleague.email)
    if (contact && (contact.id === personOf(scope) || contact.id === request.owner_id)) throw new Invalid({ email: 'This request is with them already.' })
    if (contact) {
      await record(trx, scope, ...await reassignOne(trx, scope, site.sealer, number, contact.id))
      return { given: true, to: contact.name }
    }
    const leads = await listLeads(trx, scope)
    if (leads.length === 0) throw new Refused('Nobody coordinates this audit at your company, so a colleague who is not on it cannot be added from here. Ask the auditor who wrote to you.')
    const handoverId = await insertHandover(trx, scope, request.id, colleague)
    for (const { id } of leads) {
      await post(trx, scope, site.sealer, {
        to: id, template: 'handover_wanted', about: request.id, link: `/engagements/${scope.engagement.id}/client-review`,
        facts: { firm: scope.engagement.firm, client: scope.engagement.client, from: scope.actor.name, number: requestNumber(number), title: request.title, colleague: colleague.name, email: colleague.email, words: colleague.words },
      })
    }
    await record(trx, scope, { kind: 'handover.asked', facts: { handoverId, requestId: request.id, number }, detail: { ...colleague } })
    return { given: false, to: colleague.name }
  })
}

/** The lead agrees: the colleague joins as a control owner, unless they are on the engagement by now, and gets the request. */
export async function approveHandover(site: Site, scope: EngagementScope, handoverId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const handover = await lockHandover(trx, scope, handoverId)
    if (handover.status !== 'asked') throw new Refused('Somebody has decided on this handover already. The request shows with whom it is now.')
    const personId = await findIdByEmail(trx, handover.email)
      ?? await addPerson(trx, scope, { organizationId: scope.engagement.clientId, email: handover.email, name: handover.name, title: '', rank: null })
    const person = await findPerson(trx, scope, personId)
    if (person?.organizationId !== scope.engagement.clientId) throw new Refused(`This address belongs to nobody at ${scope.engagement.client}, so the request cannot be given to them.`)
    const member = await findMember(trx, scope.engagement.id, personId)
    if (!member) await saveMembership(trx, scope, personId, 'owner')
    await updateHandover(trx, scope, handoverId, 'approved')
    const joined: TrailEvent[] = member ? [] : [{ kind: 'member.added', facts: { personId, role: 'owner' }, detail: { name: person.name } }]
    await record(trx, scope, ...joined, decided(handover, 'approved'), ...await reassignOne(trx, scope, site.sealer, handover.number, personId))
  })
}

/** The lead leaves the request where it is. */
export async function declineHandover(site: Site, scope: EngagementScope, handoverId: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const handover = await lockHandover(trx, scope, handoverId)
    if (handover.status !== 'asked') throw new Refused('Somebody has decided on this handover already. The request shows with whom it is now.')
    await updateHandover(trx, scope, handoverId, 'declined')
    await record(trx, scope, decided(handover, 'declined'))
  })
}

function decided({ id, request_id: requestId, number, name, email }: Awaited<ReturnType<typeof lockHandover>>, decision: 'approved' | 'declined'): TrailEvent {
  return { kind: 'handover.decided', facts: { handoverId: id, requestId, number, decision }, detail: { name, email } }
}
