import { hashPassword } from '../../server/accounts/passwords.ts'
import { newKey } from '../../server/accounts/two-step.ts'
import type { Db } from '../../server/database/connect.ts'
import type { TestApp } from '../support/app.ts'

export const PASSWORD = 'seven quiet herons at noon'

export type Visit = { readonly status: number, readonly body: string, readonly location: string | undefined, readonly headers: Readonly<Record<string, unknown>> }

/** A browser as far as cookies go: it keeps what it is given and sends it back. */
export class Visitor {
  readonly #testApp: TestApp
  readonly #headers: Record<string, string>
  cookie: string | undefined

  constructor(testApp: TestApp, headers: Record<string, string> = {}) {
    this.#testApp = testApp
    this.#headers = { host: testApp.site.config.publicUrl.host, ...headers }
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Visit> {
    return this.#keep(await this.#testApp.app.inject({ method: 'GET', url: path, headers: { ...this.#sent(), ...headers } }))
  }

  async post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Visit> {
    return this.#keep(await this.#testApp.app.inject({
      method: 'POST', url: path, payload: new URLSearchParams(form).toString(),
      headers: { ...this.#sent(), origin: this.#testApp.site.config.publicUrl.origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    }))
  }

  #sent(): Record<string, string> {
    return this.cookie === undefined ? this.#headers : { ...this.#headers, cookie: `${this.#testApp.site.sessions.cookieName}=${this.cookie}` }
  }

  #keep(response: { statusCode: number, body: string, headers: Record<string, unknown>, cookies: readonly { name: string, value: string }[] }): Visit {
    const given = response.cookies.find(({ name }) => name === this.#testApp.site.sessions.cookieName)
    if (given) this.cookie = given.value === '' ? undefined : given.value
    const { location } = response.headers
    return { status: response.statusCode, body: response.body, location: typeof location === 'string' ? location : undefined, headers: response.headers }
  }
}

/** Gives a person the password above and, if wished, a second step, whose key is returned. */
export async function giveAccount(testApp: TestApp, owner: Db, personId: string, twoStep: boolean): Promise<string> {
  const key = newKey()
  await owner.insertInto('credential').values({
    person_id: personId, password_hash: await hashPassword(PASSWORD),
    two_step_sealed: twoStep ? testApp.site.sealer.seal('two-step', key) : null, two_step_confirmed_at: twoStep ? new Date() : null,
  }).execute()
  return key
}

/** Events of the firm's log, oldest first, with what stands beside them. */
export async function firmLog(owner: Db, kind?: string): Promise<{ kind: string, personId: string | null, event: string, detail: string }[]> {
  let query = owner.selectFrom('trail_entry').innerJoin('trail_detail', (join) => join
    .onRef('trail_detail.log', '=', 'trail_entry.log').onRef('trail_detail.sequence', '=', 'trail_entry.sequence'))
    .select(['trail_entry.kind', 'trail_entry.person_id as personId', 'trail_entry.event', 'trail_detail.detail'])
    .where('trail_entry.engagement_id', 'is', null)
  if (kind !== undefined) query = query.where('trail_entry.kind', '=', kind)
  return await query.orderBy('trail_entry.sequence').execute()
}

/** The path that a mail leads to: the newest one to that person. */
export async function mailedPath(testApp: TestApp, owner: Db, personId: string): Promise<string> {
  const mail = await owner.selectFrom('mail').select('link_sealed').where('person_id', '=', personId).orderBy('created_at', 'desc').executeTakeFirstOrThrow()
  return testApp.site.sealer.unseal('mail link', mail.link_sealed ?? '')
}
