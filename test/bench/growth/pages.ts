import { sql } from 'kysely'
import type { Db } from '../../../server/database/connect.ts'
import { hashToken, newToken } from '../../../server/secrets.ts'
import type { TestApp } from '../../support/app.ts'
import type { Team } from '../../support/cast.ts'
import { sessionCookie } from '../../support/sign-in.ts'

export type Visit = { readonly page: string, readonly path: string, readonly cookie: string }

/** Every main page of one engagement, of the people on it and of the firm: whose it is, and where. */
export async function mainPages(testApp: TestApp, owner: Db, { engagement: { id }, base, partner, senior, manager, lead, owner: asked }: Team): Promise<Visit[]> {
  const found = await sql<{ request: number, control: string, population: number, line: string, draw: number, exception: number, open: string, opened: number }>`select
    (select number from request where engagement_id = ${id} and status = 'in_review' order by number limit 1) as request,
    (select number from request where id = link.request_id) as opened, link.request_id as open,
    (select number from control where engagement_id = ${id} and number like 'TX-%' order by number limit 1) as control,
    (select number from population where engagement_id = ${id} and number > 1000 order by number limit 1) as population,
    (select number from draw where engagement_id = ${id} and number > 1000 order by number limit 1) as draw,
    (select control.number || '.T' || sequence from test_line join control on control.engagement_id = test_line.engagement_id and control.id = control_id where test_line.engagement_id = ${id} and control.number like 'TX-%' order by 1 limit 1) as line,
    (select number from exception where engagement_id = ${id} order by number desc limit 1) as exception
    from answer_link link join request on request.engagement_id = link.engagement_id and request.id = link.request_id where link.engagement_id = ${id} and request.status = 'open' and request.number < 9000 order by request.number limit 1`.execute(owner)
  const { request, control, population, line, draw, exception, open, opened } = found.rows[0]!
  const [ofPartner, ofSenior, ofManager, ofLead, ofOwner] = [await sessionCookie(testApp, partner), await sessionCookie(testApp, senior), await sessionCookie(testApp, manager), await sessionCookie(testApp, lead), await sessionCookie(testApp, asked)]
  const inEngagement: readonly (readonly [page: string, path: string])[] = [
    ['overview', ''], ['requests', '/requests'], ['requests, words', '/requests?q=system+7'], ['requests, overdue', '/requests?due=overdue'], ['request', `/requests/${requestNumber(request)}`],
    ['matches', `/requests/${requestNumber(request)}/matches`], ['controls', '/controls'], ['control', `/controls/${control}`], ['coverage', '/coverage'],
    ['populations', '/populations'], ['population', `/populations/${population}`], ['rows', `/populations/${population}/rows`], ['rows, words', `/populations/${population}/rows?column=title&how=contains&value=step+49`],
    ['sample', `/populations/${population}/draws/${draw}`], ['sample sizes', '/sample-sizes'], ['testing', '/testing'], ['testing board', '/testing/board'], ['grid', `/testing/${line}`],
    ['exceptions', '/exceptions'], ['exception', `/exceptions/E-${String(exception).padStart(2, '0')}`], ['matrix', '/matrix'],
    ['trail', '/trail'], ['trail of a request', `/trail?about=${requestNumber(request)}`], ['search', '/search?q=ledger'], ['timeline', '/timeline'], ['team', '/team'], ['setup', '/setup'], ['legend', '/legend'],
  ]
  return [
    { page: 'home', path: '/', cookie: ofSenior }, { page: 'engagements', path: '/engagements', cookie: ofSenior }, { page: 'people', path: '/people', cookie: ofManager }, { page: 'log of the firm', path: '/trail', cookie: ofManager }, { page: 'templates', path: '/templates', cookie: ofManager }, { page: 'opinion', path: `${base}/opinion`, cookie: ofPartner },
    ...inEngagement.map(([page, path]) => ({ page, path: `${base}${path}`, cookie: ofSenior })),
    { page: 'home of the lead', path: '/', cookie: ofLead }, { page: 'requests of the lead', path: `${base}/requests`, cookie: ofLead }, { page: 'search of the lead', path: `${base}/search?q=ledger`, cookie: ofLead },
    { page: 'home of an owner', path: '/', cookie: ofOwner }, { page: 'answer, signed in', path: `${base}/requests/${requestNumber(opened)}/answer`, cookie: ofOwner },
    { page: 'answer by link', path: `/answer/requests/${open}`, cookie: await openLink(testApp, owner, id, open, asked.id) },
  ]
}

/** The cookie of an owner who pressed the button behind the link to a request. */
export async function openLink({ app, site }: TestApp, owner: Db, engagementId: string, requestId: string, personId: string): Promise<string> {
  const token = newToken()
  await owner.insertInto('answer_link').values({ engagement_id: engagementId, request_id: requestId, person_id: personId, token_hash: hashToken(token), expires_at: new Date(Date.now() + 86_400_000) }).execute()
  const response = await app.inject({ method: 'POST', url: `/answer/${token}`, headers: { host: site.config.publicUrl.host, origin: site.config.publicUrl.origin } })
  const [cookie] = response.cookies
  if (!cookie) throw new Error(`the link answered ${response.statusCode}`)
  return `${cookie.name}=${cookie.value}`
}

export function requestNumber(number: number): string {
  return `R-${String(number).padStart(3, '0')}`
}
