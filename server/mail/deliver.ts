import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import nodemailer from 'nodemailer'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import type { Scope } from '../scope.ts'
import type { Sealer } from '../secrets.ts'
import { renderMail } from '../web/view.ts'
import { subject, type MessageName, type Messages } from './messages.ts'

/** A mail as it leaves. `messageId` is the same for every attempt, so that a copy is recognised. */
export type Outgoing = {
  readonly messageId: string
  readonly from: string
  readonly to: { readonly name: string, readonly address: string }
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly at: Date
}

export type Transport = (mail: Outgoing) => Promise<void>

export type Postman = { readonly db: Db, readonly sealer: Sealer, readonly publicUrl: URL, readonly from: string, readonly transport: Transport }

/** Sends one mail of the outbox, once; a failed attempt is noted and thrown, so that the queue tries again later. */
export async function deliver(postman: Postman, mailId: string): Promise<void> {
  const failure = await inMail(postman.db, mailId, async (trx, mail) => {
    if (!mail || mail.sent_at) return null
    try {
      await postman.transport(await compose(trx, postman, mail))
    } catch (error) {
      const why = (error as Error).message.slice(0, 500)
      await trx.updateTable('mail').set({ attempts: mail.attempts + 1, last_error: why }).where('id', '=', mail.id).execute()
      return why
    }
    await trx.updateTable('mail').set({ attempts: mail.attempts + 1, sent_at: sql`now()`, last_error: null, link_sealed: null }).where('id', '=', mail.id).execute()
    return null
  })
  if (failure !== null) throw new Error(`The mail could not be sent: ${failure}`)
}

/** Sends through the firm's mail server, which must answer within `patience` milliseconds: a delivery holds its mail's row meanwhile. */
export function smtpTransport(url: string, patience = 20_000): Transport {
  const transporter = nodemailer.createTransport({ url, dnsTimeout: patience, connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience })
  return async (mail) => {
    await transporter.sendMail({
      messageId: mail.messageId, from: mail.from, to: mail.to, subject: mail.subject, html: mail.html, text: mail.text,
      disableFileAccess: true, disableUrlAccess: true,
    })
  }
}

/** Demo mode: mails become files that the mailbox page reads. The name sorts by time. */
export function mailboxTransport(folder: string): Transport {
  return async (mail) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const name = `${mail.at.toISOString().replaceAll(':', '')}-${mail.messageId.slice(1, 37)}.json`
    await writeFile(join(folder, `.${name}`), JSON.stringify(mail), { mode: 0o600 })
    await rename(join(folder, `.${name}`), join(folder, name))
  }
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
  return await trx.selectFrom('mail').selectAll().where('id', '=', mailId).forUpdate().executeTakeFirst()
}

async function compose(trx: Tx, postman: Postman, mail: StoredMail): Promise<Outgoing> {
  await sql`select set_config('app.person', ${mail.person_id}, true)`.execute(trx)
  const person = await trx.selectFrom('person').select(['name', 'email']).where('id', '=', mail.person_id).executeTakeFirstOrThrow()
  const template = mail.template as MessageName
  const facts = mail.facts as Messages[MessageName]
  const title = subject(template, facts as never)
  const path = mail.link_sealed === null ? null : postman.sealer.unseal('mail link', mail.link_sealed)
  const model = { title, ...facts, subject: title, name: oneLine(person.name), link: path === null ? postman.publicUrl.href : new URL(path, postman.publicUrl).href, sentAt: mail.created_at }
  return {
    messageId: `<${mail.id}@${postman.publicUrl.hostname}>`,
    from: postman.from,
    to: { name: oneLine(person.name), address: oneLine(person.email) },
    subject: oneLine(title),
    ...renderMail(template, model),
    at: mail.created_at,
  }
}

/** A line break in a header would start another header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
