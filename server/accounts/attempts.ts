import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { hashToken } from '../secrets.ts'
import { networkOf } from '../web/network.ts'

/** How often something may be tried on one subject in a span of minutes. */
export type Limit = { readonly subject: string, readonly most: number, readonly minutes: number }

export const limits = {
  signIn: (email: string): Limit => ({ subject: `sign-in to ${email}`, most: 5, minutes: 15 }),
  signInFrom: (address: string): Limit => ({ subject: `sign-in from ${networkOf(address)}`, most: 100, minutes: 15 }),
  secondStep: (personId: string): Limit => ({ subject: `code of ${personId}`, most: 10, minutes: 10 }),
  password: (personId: string): Limit => ({ subject: `password of ${personId}`, most: 10, minutes: 15 }),
  reset: (email: string): Limit => ({ subject: `reset of ${email}`, most: 3, minutes: 60 }),
  resetFrom: (address: string): Limit => ({ subject: `reset from ${networkOf(address)}`, most: 30, minutes: 60 }),
}

/**
 * Counts one attempt at each subject and answers true; when one of them has had its fill, counts nothing and answers
 * false. Subjects are kept as hashes. Attempts at the same subject wait for each other, so that none slips through.
 */
export async function takeAttempt(trx: Tx, ...limited: Limit[]): Promise<boolean> {
  // Everybody locks in the same order, so nobody waits for each other in a circle.
  const all = limited.map((limit) => ({ ...limit, hash: hashToken(limit.subject) })).toSorted((a, b) => a.hash < b.hash ? -1 : 1)
  for (const { hash } of all) await sql`select pg_advisory_xact_lock(hashtextextended(${hash}, 0))`.execute(trx)
  for (const { hash, most, minutes } of all) {
    const { count } = await trx.selectFrom('attempt').select(({ fn }) => fn.countAll<number>().as('count'))
      .where('subject_hash', '=', hash).where('at', '>', sql<Date>`clock_timestamp() - make_interval(mins => ${minutes})`)
      .executeTakeFirstOrThrow()
    if (count >= most) return false
  }
  await trx.deleteFrom('attempt').where('at', '<', sql<Date>`clock_timestamp() - interval '1 day'`).execute()
  await trx.insertInto('attempt').values(all.map(({ hash }) => ({ subject_hash: hash }))).execute()
  return true
}

/** Starts a subject's count again: its owner has proved who they are. */
export async function forgetAttempts(trx: Tx, limit: Limit): Promise<void> {
  await trx.deleteFrom('attempt').where('subject_hash', '=', hashToken(limit.subject)).execute()
}
