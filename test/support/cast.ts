import { randomUUID } from 'node:crypto'
import { connect, type Db } from '../../server/database/connect.ts'
import type { EngagementFacts, EngagementScope, FirmRank, PersonScope, Role } from '../../server/scope.ts'
import type { TestApp } from './app.ts'

export type Member = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly scope: EngagementScope & PersonScope
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, form?: Form, headers?: Record<string, string>): Promise<Answer>
}

export type Answer = { readonly status: number, readonly body: string, readonly location: string | undefined, readonly headers: Record<string, unknown>, json(): unknown }
type Form = Record<string, string | readonly string[]>

export type Team = Readonly<Record<'partner' | 'reviewer' | 'manager' | 'senior' | 'staff' | 'lead' | 'owner', Member>> & {
  readonly engagement: EngagementFacts
  /** '/engagements/<id>' */
  readonly base: string
}

/** Two clients of one firm: the team everything is tried with, and the same people of a second client as outsiders. */
export type Cast = { readonly ours: Team, readonly outsiders: Team }

const people = [
  ['partner', 'Miriam Okafor', 'partner', 'partner'], ['reviewer', 'Daniel Reyes', 'partner', 'quality_reviewer'],
  ['manager', 'Priya Natarajan', 'manager', 'manager'], ['senior', 'Tom Bergstrom', 'senior', 'senior'],
  ['staff', 'Lena Fischer', 'staff', 'staff'], ['lead', 'Joel Castellanos', null, 'lead'], ['owner', 'Noor Haddad', null, 'owner'],
] as const

/** Writes the standing cast into the database of the application. */
export async function gather(testApp: TestApp): Promise<Cast> {
  const owner = connect(testApp.ownerUrl, 2)
  try {
    const firm = await owner.insertInto('organization').values({ kind: 'firm', name: 'Harlow & Pine CPAs LLP' }).returning('id').executeTakeFirstOrThrow()
    return {
      ours: await assemble(testApp, owner, firm.id, 'PaySmart Global, Inc.', 'paysmart'),
      outsiders: await assemble(testApp, owner, firm.id, 'Larkfield Health Data, Inc.', 'larkfield'),
    }
  } finally {
    await owner.destroy()
  }
}

async function assemble(testApp: TestApp, owner: Db, firmId: string, client: string, domain: string): Promise<Team> {
  const { id: clientId } = await owner.insertInto('organization').values({ kind: 'client', name: client }).returning('id').executeTakeFirstOrThrow()
  const ids = people.map(() => randomUUID())
  await owner.insertInto('person').values(people.map(([key, name, rank], index) => ({
    id: ids[index]!, organization_id: rank ? firmId : clientId, email: `${key}.${domain}@${rank ? 'harlowpine' : domain}.example`, name, rank,
  }))).execute()
  const engagement: EngagementFacts = {
    id: randomUUID(), clientId, client, firm: 'Harlow & Pine CPAs LLP', system: 'Payments Platform', type: 2, asOf: null,
    periodStart: '2025-10-01', periodEnd: '2026-09-30', zone: 'America/New_York',
    categories: ['security', 'availability', 'processing_integrity'], phase: 'fieldwork',
  }
  await owner.insertInto('engagement').values({
    id: engagement.id, client_id: clientId, system_name: engagement.system, type: 2, period_start: engagement.periodStart,
    period_end: engagement.periodEnd, zone: engagement.zone, categories: [...engagement.categories], phase: 'fieldwork', created_by: ids[0]!,
  }).execute()
  await owner.insertInto('membership').values(people.map(([, , , role], index) => ({ engagement_id: engagement.id, person_id: ids[index]!, role }))).execute()
  const members = await Promise.all(people.map(async ([key, name, rank, role], index) => {
    const member = await join(testApp, engagement, { id: ids[index]!, name, email: `${key}.${domain}@${rank ? 'harlowpine' : domain}.example`, rank, role, organizationId: rank ? firmId : clientId })
    return [key, member] as const
  }))
  return { ...Object.fromEntries(members), engagement, base: `/engagements/${engagement.id}` } as unknown as Team
}

type Newcomer = { id: string, name: string, email: string, rank: FirmRank | null, role: Role, organizationId: string }

async function join({ app, site }: TestApp, engagement: EngagementFacts, person: Newcomer): Promise<Member> {
  const cookie = await site.sessions.begin(person.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  const base = { cookie: `${cookie.name}=${cookie.value}`, host: site.config.publicUrl.host }
  return {
    ...person,
    scope: {
      actor: { kind: 'person', id: person.id, name: person.name }, side: person.rank ? 'firm' : 'client',
      organizationId: person.organizationId, rank: person.rank, role: person.role, engagement, address: '127.0.0.1', at: null,
    },
    get: async (path, headers = {}) => answer(await app.inject({ method: 'GET', url: path, headers: { ...base, ...headers } })),
    post: async (path, form = {}, headers = {}) => answer(await app.inject({
      method: 'POST', url: path, payload: encode(form),
      headers: { ...base, origin: site.config.publicUrl.origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })),
  }
}

function encode(form: Form): string {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    for (const item of typeof value === 'string' ? [value] : value) body.append(name, item)
  }
  return body.toString()
}

function answer(response: { statusCode: number, body: string, headers: Record<string, unknown>, json(): unknown }): Answer {
  const { location } = response.headers
  return { status: response.statusCode, body: response.body, location: typeof location === 'string' ? location : undefined, headers: response.headers, json: () => response.json() }
}
