import { Lucia, type Adapter, type DatabaseSession, type DatabaseUser } from 'lucia'
import { sql } from 'kysely'
import { inScope, type Db, type Tx } from '../database/connect.ts'
import { hashToken, newToken } from '../secrets.ts'
import type { FirmRank, PersonScope } from '../scope.ts'

/** A person whose session holds, and how far they have come in signing in. */
export type SignedIn = {
  readonly personId: string
  readonly name: string
  readonly email: string
  readonly rank: FirmRank | null
  readonly organizationId: string
  readonly organizationName: string
  readonly side: 'firm' | 'client'
  readonly sessionId: string
  readonly token: string
  readonly startedAt: Date
  readonly twoStepConfirmed: boolean
  /** False until the second step is done; the firm's people must, the client's when they have set one up. */
  readonly complete: boolean
}

export type SessionCookie = { readonly name: string, readonly value: string, readonly options: { httpOnly: true, secure: boolean, sameSite: 'lax', path: '/', maxAge?: number } }

export type Sessions = {
  readonly cookieName: string
  begin(personId: string, how: { twoStep: boolean, pending: boolean, address: string, browser: string }): Promise<SessionCookie>
  read(token: string | undefined): Promise<SignedIn | null>
  end(token: string): Promise<void>
  blankCookie(): SessionCookie
}

const LIFETIME_SECONDS = 12 * 3600
const PENDING_SECONDS = 10 * 60

type SessionFacts = { public_id: string, two_step_at: Date | null, created_at: Date, last_seen_at: Date, address: string, browser: string, seconds: number }
type PersonFacts = { name: string, email: string, rank: FirmRank | null, organization_id: string, organization_kind: 'firm' | 'client', organization_name: string, two_step_confirmed: boolean }

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionFacts, PersonFacts>
    DatabaseSessionAttributes: SessionFacts
    DatabaseUserAttributes: PersonFacts
  }
}

/** Sessions kept in the database by the hash of their token. `secure`: the site is served over https. */
export function openSessions(db: Db, secure: boolean): Sessions {
  const cookieName = secure ? '__Host-session' : 'session'
  const lucia = new Lucia<SessionFacts, PersonFacts>(databaseAdapter(db), {
    sessionCookie: { name: cookieName },
    getSessionAttributes: (facts) => facts,
    getUserAttributes: (facts) => facts,
  })
  const cookie = (value: string, maxAge?: number): SessionCookie => ({
    name: cookieName, value, options: { httpOnly: true, secure, sameSite: 'lax', path: '/', ...(maxAge === undefined ? {} : { maxAge }) },
  })
  return {
    cookieName,
    async begin(personId, how) {
      const token = newToken()
      await lucia.createSession(personId, {
        public_id: '', two_step_at: how.twoStep ? new Date() : null, created_at: new Date(), last_seen_at: new Date(),
        address: how.address, browser: how.browser.slice(0, 300), seconds: how.pending ? PENDING_SECONDS : LIFETIME_SECONDS,
      }, { sessionId: token })
      return cookie(token)
    },
    async read(token) {
      if (token === undefined || token.length !== 43) return null
      const { user, session } = await lucia.validateSession(token)
      if (!user || !session) return null
      if (session.last_seen_at.getTime() < Date.now() - 60_000) await touch(db, user.id, token)
      return signedIn(user, session, token)
    },
    async end(token) {
      await lucia.invalidateSession(token)
    },
    blankCookie: () => cookie('', 0),
  }
}

/** Ends every session of a person, here and elsewhere. */
export async function endAllSessions(trx: Tx, personId: string): Promise<number> {
  const result = await trx.deleteFrom('session').where('person_id', '=', personId).executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** A scope of that person outside any engagement, for what happens around signing in. */
export function personScope(person: { id: string, name: string }, address: string): PersonScope {
  return {
    actor: { kind: 'person', id: person.id, name: person.name },
    side: 'client', organizationId: null, rank: null, role: null, engagement: null, address, at: null,
  }
}

function signedIn(user: PersonFacts & { id: string }, session: SessionFacts, token: string): SignedIn {
  const firm = user.organization_kind === 'firm'
  return {
    personId: user.id,
    name: user.name,
    email: user.email,
    rank: user.rank,
    organizationId: user.organization_id,
    organizationName: user.organization_name,
    side: user.organization_kind,
    sessionId: session.public_id,
    token,
    startedAt: session.created_at,
    twoStepConfirmed: user.two_step_confirmed,
    complete: session.two_step_at !== null || (!firm && !user.two_step_confirmed),
  }
}

async function touch(db: Db, personId: string, token: string): Promise<void> {
  await inScope(db, personScope({ id: personId, name: '' }, ''), async (trx) => {
    await trx.updateTable('session').set({ last_seen_at: sql`now()` }).where('id_hash', '=', hashToken(token)).execute()
  })
}

/** What lucia needs of the database. It sees raw tokens; the database only ever sees their hashes. */
function databaseAdapter(db: Db): Adapter {
  const forPerson = <T>(personId: string, work: (trx: Tx) => Promise<T>) => inScope(db, personScope({ id: personId, name: '' }, ''), work)
  return {
    async getSessionAndUser(token) {
      const found = await findSession(db, token)
      return found ?? [null, null]
    },
    async setSession(session) {
      const { address, browser, two_step_at: twoStepAt, seconds } = session.attributes
      await forPerson(session.userId, async (trx) => {
        await trx.insertInto('session').values({
          id_hash: hashToken(session.id), person_id: session.userId, address, browser,
          two_step_at: twoStepAt, expires_at: sql<Date>`now() + make_interval(secs => ${seconds})`,
        }).execute()
      })
    },
    async deleteSession(token) {
      const found = await findSession(db, token)
      if (found) await forPerson(found[0].userId, async (trx) => trx.deleteFrom('session').where('id_hash', '=', hashToken(token)).execute())
    },
    async deleteUserSessions(personId) {
      await forPerson(personId, async (trx) => endAllSessions(trx, personId))
    },
    async getUserSessions() {
      throw new Error('Sessions are listed by the accounts room, which never sees a token')
    },
    // The lifetime is absolute: lucia would push it on at every use.
    async updateSessionExpiration() {},
    async deleteExpiredSessions() {},
  }
}

async function findSession(db: Db, token: string): Promise<[DatabaseSession, DatabaseUser] | null> {
  const result = await sql<SessionFacts & PersonFacts & { person_id: string, expires_at: Date }>`select * from find_session(${hashToken(token)})`.execute(db)
  const row = result.rows[0]
  if (!row) return null
  const { person_id: userId, expires_at: expiresAt } = row
  return [
    { id: token, userId, expiresAt, attributes: { public_id: row.public_id, two_step_at: row.two_step_at, created_at: row.created_at, last_seen_at: row.last_seen_at, address: '', browser: '', seconds: 0 } },
    { id: userId, attributes: { name: row.name, email: row.email, rank: row.rank, organization_id: row.organization_id, organization_kind: row.organization_kind, organization_name: row.organization_name, two_step_confirmed: row.two_step_confirmed } },
  ]
}
