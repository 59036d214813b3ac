import { inScope, type Db } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'
import { newToken } from '../secrets.ts'
import { record } from '../trail/record.ts'
import { endFeed, insertFeed } from './feed-store.ts'

/** Makes a calendar address and returns its token, which is never shown again; the one before ends. */
export async function makeFeed(db: Db, scope: PersonScope): Promise<string> {
  const token = newToken()
  await inScope(db, scope, async (trx) => {
    await endFeed(trx, scope)
    await insertFeed(trx, scope, token)
    await record(trx, scope, { kind: 'account.calendar_made', facts: {} })
  })
  return token
}

/** Ends the calendar address; nothing happens where there is none. */
export async function stopFeed(db: Db, scope: PersonScope): Promise<void> {
  await inScope(db, scope, async (trx) => {
    if (await endFeed(trx, scope)) await record(trx, scope, { kind: 'account.calendar_ended', facts: {} })
  })
}
