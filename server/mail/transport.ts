import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import nodemailer from 'nodemailer'

/** A mail as it leaves. `messageId` is the same for every attempt, so that a copy is recognised. */
export type Outgoing = {
  readonly messageId: string
  readonly from: string
  readonly to: { readonly name: string, readonly address: string }
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly at: Date
  /** A calendar file; its method says what it asks of its reader. */
  readonly calendar?: { readonly method: 'PUBLISH' | 'REQUEST' | 'CANCEL', readonly content: string }
  /** Where one POST ends mails of this kind (RFC 8058). */
  readonly unsubscribe?: string
}

export type Transport = (mail: Outgoing) => Promise<void>

/** The mail server refused for good (5xx): the same mail would be refused again. */
export class Bounced extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Bounced'
  }
}

/** Sends through the firm's mail server, which must answer within `patience` milliseconds: a delivery holds its mail's row meanwhile. Throws Bounced. */
export function smtpTransport(url: string, patience = 20_000): Transport {
  const transporter = nodemailer.createTransport({ url, dnsTimeout: patience, connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience })
  return async ({ at, calendar, unsubscribe, ...mail }) => {
    await transporter.sendMail({
      ...mail,
      date: at,
      ...calendar ? calendarParts(calendar) : {},
      ...unsubscribe === undefined ? {} : { headers: { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } },
      disableFileAccess: true, disableUrlAccess: true,
    }).catch((error: unknown) => { throw isForGood(error) ? new Bounced((error as Error).message) : error })
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

// An invitation is an alternative of the words, so that programs show its buttons; a date to note is a file beside them.
function calendarParts({ method, content }: NonNullable<Outgoing['calendar']>) {
  if (method !== 'PUBLISH') return { icalEvent: { method, content, filename: 'invitation.ics' } }
  return { attachments: [{ filename: 'due-date.ics', content, contentType: 'text/calendar; charset=utf-8; method=PUBLISH' }] }
}

// A refused sender or password is ours to mend and is tried again; a refused recipient or content is not.
function isForGood(error: unknown): boolean {
  const { responseCode, command } = error as { responseCode?: number, command?: string }
  return responseCode !== undefined && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA')
}
