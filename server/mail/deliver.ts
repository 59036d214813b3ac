import { sql } from 'kysely'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import type { Scope } from '../scope.ts'
import type { Sealer } from '../secrets.ts'
import { renderMail } from '../web/view.ts'
import { dueDateCalendar, meetingInvitation } from './calendar.ts'
import { subject, type MessageName, type Messages, type RequestMail, type WithMeeting } from './messages.ts'
import { unsubscribePath } from './stopping.ts'
import { Bounced, type Outgoing, type Transport } from './transport.ts'

export type Postman = { readonly db: Db, readonly sealer: Sealer, readonly publicUrl: URL, readonly from: string, readonly transport: Transport }

/**
 * Sends one mail of the outbox, once; a failed attempt is noted and thrown, so that the queue tries again later. What the
 * mail server refuses for good, and what is of no use any more, is given up and noted.
 */
export async function deliver(postman: Postman, mailId: string): Promise<void> {
  const failure = await inMail(postman.db, mailId, async (trx, mail) => {
    if (!mail || mail.sent_at || mail.given_up_at) return null
    if (mail.late) {
      await settle(trx, mail, { outcome: 'late', given_up_at: sql<Date>`now()` })
      return null
    }
    try {
      await postman.transport(await compose(trx, postman, mail))
    } catch (error) {
      const why = (error as Error).message.slice(0, 500)
      if (error instanceof Bounced) {
        await settle(trx, mail, { attempts: mail.attempts + 1, last_error: why, outcome: 'bounced', given_up_at: sql<Date>`now()` })
        return null
      }
      await trx.updateTable('mail').set({ attempts: mail.attempts + 1, last_error: why }).where('id', '=', mail.id).execute()
      return why
    }
    await settle(trx, mail, { attempts: mail.attempts + 1, sent_at: sql<Date>`now()`, last_error: null })
    return null
  })
  if (failure !== null) throw new Error(`The mail could not be sent: ${failure}`)
}

type StoredMail = NonNullable<Awaited<ReturnType<typeof lockMail>>>

async function inMail<T>(db: Db, mailId: string, work: (trx: Tx, mail: StoredMail | undefined) => Promise<T>): Promise<T> {
  const scope: Scope = { actor: { kind: 'job', name: 'deliver_mail' }, side: 'program', organizationId: null, rank: null, role: null, engagement: null, address: 'job', at: null }
  return await inScope(db, scope, async (trx) => {
    await sql`select set_config('app.mail', ${mailId}, true)`.execute(trx)
    return await work(trx, await lockMail(trx, mailId))
  })
}

async function lockMail(trx: Tx, mailId: string) {
  return await trx.selectFrom('mail').selectAll().select(sql<boolean>`coalesce(good_until < now(), false)`.as('late'))
    .where('id', '=', mailId).forUpdate().executeTakeFirst()
}

/** The end of a mail, sent or not: what it led to is forgotten. */
async function settle(trx: Tx, mail: StoredMail, end: object): Promise<void> {
  await trx.updateTable('mail').set({ ...end, link_sealed: null, code_sealed: null }).where('id', '=', mail.id).execute()
}

async function compose(trx: Tx, { sealer, publicUrl, from }: Postman, mail: StoredMail): Promise<Outgoing> {
  await sql`select set_config('app.person', ${mail.person_id}, true)`.execute(trx)
  const person = await trx.selectFrom('person').select(['name', 'email']).where('id', '=', mail.person_id).executeTakeFirstOrThrow()
  const template = mail.template as MessageName
  const facts = mail.facts as Messages[MessageName]
  const title = subject(template, facts as never)
  const links = pathsOf(mail, sealer).map((path) => new URL(path, publicUrl).href)
  const code = mail.code_sealed === null ? null : sealer.unseal('mail code', mail.code_sealed)
  const unsubscribe = template === 'digest' ? new URL(unsubscribePath(sealer, mail.person_id), publicUrl).href : null
  const link = links[0] ?? publicUrl.href
  const model = { withCode: false, title, ...facts, ...'places' in facts ? listed(facts, links) : {}, subject: title, name: oneLine(person.name), link, code, unsubscribe, site: publicUrl.href, sentAt: mail.created_at }
  const calendar = calendarOf(facts, 'title' in facts ? facts.title : title, link, mail.created_at, publicUrl)
  return {
    messageId: `<${mail.id}@${publicUrl.hostname}>`,
    from,
    to: { name: oneLine(person.name), address: oneLine(person.email) },
    subject: oneLine(title),
    ...renderMail(template, model),
    at: mail.created_at,
    ...calendar ? { calendar } : {},
    ...unsubscribe === null ? {} : { unsubscribe },
  }
}

function pathsOf({ link_sealed: sealed }: StoredMail, sealer: Sealer): string[] {
  if (sealed === null) return []
  const text = sealer.unseal('mail link', sealed)
  return text.startsWith('[') ? JSON.parse(text) as string[] : [text]
}

/** The things of a digest with the link of each, in the order both were written. */
function listed({ places }: Messages['digest'], links: readonly string[]) {
  const rest = [...links]
  return {
    places: places.map((one) => ({ ...one, lines: one.lines.map((line) => ({ ...line, link: rest.shift() ?? '' })) })),
    preview: places.flatMap(({ lines }) => lines).map(({ text }) => text).slice(0, 2).join('; '),
  }
}

/** The calendar file of a mail about a due date or a meeting. It says no more than the mail and holds no link that opens anything. */
function calendarOf(facts: object, title: string, link: string, at: Date, publicUrl: URL): Outgoing['calendar'] | null {
  const { meeting, calendar, dueOn, zone, ask, number } = facts as Partial<RequestMail & WithMeeting>
  if (meeting) {
    const content = meetingInvitation({ ...meeting, startsAt: new Date(meeting.startsAt), endsAt: new Date(meeting.endsAt), url: link.includes('/answer/') ? publicUrl.href : link, at })
    return { method: meeting.cancelled ? 'CANCEL' : 'REQUEST', content }
  }
  if (!calendar || dueOn === undefined || zone === undefined) return null
  const content = dueDateCalendar({
    uid: `${calendar.uid}@${publicUrl.hostname}`, sequence: calendar.sequence, dueOn, zone, at,
    summary: `Due: ${title} (${number})`, description: ask ?? '',
  })
  return { method: 'PUBLISH', content }
}

/** A line break in a header would start another header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
