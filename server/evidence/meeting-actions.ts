import { isStillAdmitted } from '../access/links.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Forbidden, Refused } from '../errors.ts'
import type { WithMeeting } from '../mail/messages.ts'
import { post } from '../mail/outbox.ts'
import { requestNumber } from '../requests/rules.ts'
import { lockRequest, type RequestRow } from '../requests/store.ts'
import { openWay } from '../requests/way-actions.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { listReaders, type TeamReader } from '../threads/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { writeDateTime } from '../web/times.ts'
import { findMeeting, listAddresses, updateMeeting, updateProposal, type MeetingRow } from './meeting-store.ts'
import { meetingMoves, refuseOwnProposal, refuseUnlessMet, type Proposal } from './meetings.ts'

/** Proposes a time to meet about an inquiry or a walkthrough, in the place of any before it; the other side gets a mail. Throws Refused. */
export async function proposeMeeting(site: Site, scope: EngagementScope, number: number, proposal: Proposal): Promise<void> {
  await arrange(site, scope, number, async (trx, request) => {
    const before = await findMeeting(trx, scope, request.id)
    await updateProposal(trx, scope, request.id, proposal)
    const meeting = (await findMeeting(trx, scope, request.id))!
    return [
      { kind: 'meeting.proposed', facts: { requestId: request.id, number, startsAt: proposal.startsAt.toISOString(), minutes: proposal.minutes }, detail: { place: proposal.place } },
      // What stood in the calendars is taken out until the new time is agreed.
      ...before?.status === 'confirmed' ? await tell(trx, site, scope, request, { ...before, sequence: meeting.sequence }, 'cancelled') : [],
      ...await tell(trx, site, scope, request, meeting, 'proposed'),
    ]
  })
}

/** Agrees to the time the other side proposed; both sides get an invitation for their calendars. Throws Refused. */
export async function confirmMeeting(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await arrange(site, scope, number, async (trx, request) => {
    refuseOwnProposal(await findMeeting(trx, scope, request.id), scope.side)
    await updateMeeting(trx, scope, request.id, 'confirmed')
    const meeting = (await findMeeting(trx, scope, request.id))!
    return [
      { kind: 'meeting.confirmed', facts: { requestId: request.id, number, startsAt: meeting.starts_at.toISOString() } },
      ...await tell(trx, site, scope, request, meeting, 'agreed'),
    ]
  })
}

/** Calls off what was proposed or agreed; calendars take it out. Throws Refused. */
export async function cancelMeeting(site: Site, scope: EngagementScope, number: number): Promise<void> {
  await arrange(site, scope, number, async (trx, request) => {
    const before = await findMeeting(trx, scope, request.id)
    if (!before || !(meetingMoves.cancel.from as readonly string[]).includes(before.status)) throw new Refused('There is no meeting to call off.')
    await updateMeeting(trx, scope, request.id, 'cancelled')
    const meeting = (await findMeeting(trx, scope, request.id))!
    return [{ kind: 'meeting.cancelled', facts: { requestId: request.id, number } }, ...await tell(trx, site, scope, request, meeting, 'cancelled')]
  })
}

async function arrange(site: Site, scope: EngagementScope, number: number, act: (trx: Tx, request: RequestRow) => Promise<TrailEvent[]>): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const request = await lockRequest(trx, scope, number)
    if (scope.actor.kind === 'link' && !await isStillAdmitted(trx, scope)) throw new Forbidden('The link you came by has ended meanwhile.')
    refuseUnlessMet(request.kind, request.status)
    await record(trx, scope, ...await act(trx, request))
  })
}

type Word = 'proposed' | 'agreed' | 'cancelled'

/** Mails both sides what became of the meeting; a proposal goes to the other side alone, and calendars hold only what was agreed. */
async function tell(trx: Tx, site: Site, scope: EngagementScope, request: RequestRow, meeting: MeetingRow, word: Word): Promise<TrailEvent[]> {
  const readers = await listReaders(trx, scope, request.owner_id)
  const firm = firmContacts(request, meeting, readers)
  const client = clientContacts(request, readers)
  const told = [...firm, ...client].filter(({ id, firm: ofFirm }) => word !== 'proposed' ? true : id !== personOf(scope) && ofFirm !== (scope.side === 'firm'))
  const invitation = word === 'proposed' ? null : await invitationOf(trx, scope, request, meeting, firm[0], client, word === 'cancelled')
  const events: TrailEvent[] = []
  for (const reader of told) {
    const way = reader.role === 'owner' ? await openWay(trx, scope, site.sealer, request, reader) : { link: `/engagements/${scope.engagement.id}/requests/${requestNumber(request.number)}`, days: null, events: [] }
    await post(trx, scope, site.sealer, { to: reader.id, template: 'meeting', link: way.link, about: request.id, facts: {
      firm: scope.engagement.firm, client: scope.engagement.client, from: scope.actor.name, number: requestNumber(request.number), title: request.title, days: way.days,
      word, when: writeDateTime(meeting.starts_at, scope.engagement.zone), zone: scope.engagement.zone, minutes: meeting.minutes, place: meeting.place, ...invitation ? { meeting: invitation } : {},
    } })
    events.push(...way.events)
  }
  return events
}

function firmContacts(request: RequestRow, meeting: MeetingRow, readers: readonly TeamReader[]): TeamReader[] {
  const wanted = [meeting.proposed_side === 'firm' ? meeting.proposed_by : meeting.confirmed_by ?? request.issued_by, request.reviewer_id]
  const found = readers.filter(({ id, firm }) => firm && wanted.includes(id))
  return found.length > 0 ? found.toSorted((a, b) => wanted.indexOf(a.id) - wanted.indexOf(b.id)) : readers.filter(({ id, firm }) => firm && id === request.issued_by)
}

function clientContacts(request: RequestRow, readers: readonly TeamReader[]): TeamReader[] {
  const owner = readers.filter(({ id }) => id === request.owner_id)
  return owner.length > 0 ? owner : readers.filter(({ role }) => role === 'lead')
}

async function invitationOf(trx: Tx, scope: EngagementScope, request: RequestRow, meeting: MeetingRow, organizer: TeamReader | undefined, client: readonly TeamReader[], cancelled: boolean): Promise<WithMeeting['meeting'] | null> {
  if (!organizer) return null
  const addresses = await listAddresses(trx, [organizer.id, ...client.map(({ id }) => id)])
  const of = (id: string) => addresses.filter((one) => one.id === id).map(({ name, email }) => ({ name, email }))
  return {
    uid: `meeting-${request.id}`, sequence: meeting.sequence, startsAt: meeting.starts_at.toISOString(), endsAt: new Date(meeting.starts_at.getTime() + meeting.minutes * 60_000).toISOString(),
    zone: scope.engagement.zone, summary: `${requestNumber(request.number)}: ${request.title}`, description: [meeting.place, request.ask].filter(Boolean).join('\n'),
    organizer: of(organizer.id)[0]!, attendees: client.flatMap(({ id }) => of(id)), cancelled,
  }
}
