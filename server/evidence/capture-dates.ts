import { Temporal } from 'temporal-polyfill'
import type { RequestKind } from '../database/schema/requests.ts'
import { writeDate } from '../web/times.ts'
import { momentOf, type Statement } from './rules.ts'

/** What the date of evidence is held against. All dates are ISO days in `zone`; `first` and `last` bound what is asked about. */
export type AskedTime = {
  readonly kind: RequestKind
  readonly type: 1 | 2
  readonly first: string
  readonly last: string
  readonly issuedOn: string | null
  readonly zone: string
}

/** How many days before an as-of date evidence still counts as close to it. */
const CLOSE = 30

/**
 * What is worth a second look in the moment a statement names, or null. A Type 1 looks at one day; a Type 2 at a period,
 * which a list must have outlived and a document fall into; a setting is looked at while the auditors do their work.
 */
export function dateFinding(asked: AskedTime, statement: Pick<Statement, 'at' | 'zone'>): { readonly head: string, readonly text: string } | null {
  const day = dayOf(statement, asked.zone)
  if (day === null || asked.kind === 'inquiry' || asked.kind === 'walkthrough') return null
  const finding = asked.type === 1 ? againstDay(asked, day) : findings[asked.kind](asked, day)
  return finding && { head: finding[0], text: finding[1] }
}

/** The day on which a statement's moment falls in `zone`; a date without a time is that day everywhere. Null when it cannot be read. */
export function dayOf(statement: Pick<Statement, 'at' | 'zone'>, zone: string): string | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(statement.at)) return statement.at
  const moment = momentOf(statement)
  return moment && Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString()
}

type Against = (asked: AskedTime, day: string) => readonly [head: string, text: string] | null

const findings: Readonly<Record<Exclude<RequestKind, 'inquiry' | 'walkthrough'>, Against>> = {
  population: ({ first, last }, day) => day > last ? null : [
    `Made on ${writeDate(day)}, and what is asked about runs to ${writeDate(last)}.`,
    `A list of ${writeDate(first)} to ${writeDate(last)} cannot hold what happened after it was made. Run it again once the time is over, or say why it is enough.`,
  ],
  sample: ({ first }, day) => day >= first ? null : [
    `Made on ${writeDate(day)}, before the period began on ${writeDate(first)}.`,
    'It cannot show what happened later. Check the date, or say why it is right.',
  ],
  document: ({ first, last }, day) => {
    if (day > last) return [`Dated ${writeDate(day)}, after ${writeDate(last)}.`, 'It may not have been in force before. Send the one that was, or say why this one is right.']
    return day >= first ? null : [`Dated ${writeDate(day)}, before the period began on ${writeDate(first)}.`, 'If it stayed in force, say so. If a newer one replaced it, send that.']
  },
  configuration: ({ issuedOn }, day) => issuedOn === null || day >= issuedOn ? null : [
    `Taken on ${writeDate(day)}, before it was asked for on ${writeDate(issuedOn)}.`,
    'A setting is looked at as it stands while the auditors do their work. Take it anew, or say why this one is right.',
  ],
}

function againstDay({ last: asOf }: AskedTime, day: string): ReturnType<Against> {
  if (day > asOf) return [`From ${writeDate(day)}, after ${writeDate(asOf)}.`, `The examination looks at ${writeDate(asOf)}. Send what shows that day, or say why this does.`]
  const { days } = Temporal.PlainDate.from(day).until(Temporal.PlainDate.from(asOf), { largestUnit: 'day' })
  return days <= CLOSE ? null : [`From ${writeDate(day)}, ${days} days before ${writeDate(asOf)}.`, `The examination looks at ${writeDate(asOf)}. Send something closer to it, or say that nothing changed in between.`]
}
