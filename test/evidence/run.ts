import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { Temporal } from 'temporal-polyfill'
import { connect, inScope, type Db } from '../../server/database/connect.ts'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { draftRequest, issue } from '../../server/requests/actions.ts'
import { requestNumber } from '../../server/requests/rules.ts'
import type { RequestDraft } from '../../server/requests/store.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { gather, type Cast, type Member, type Team } from '../support/cast.ts'

/** The application, its people, and the owner's role in its database for what no page shows. */
export type Run = TestApp & { readonly cast: Cast, readonly owner: Db }

/** A request that was issued to the control owner, as tests address it. */
export type Asked = { readonly id: string, readonly number: number, readonly url: string, readonly answerUrl: string, readonly linkUrl: string }

export type FilePart = { readonly field?: string, readonly name: string, readonly type?: string, readonly body: Buffer | string }

/** Statement fields that satisfy every kind. */
export const statement = {
  system: 'VaultKeep, production', query: 'select * from runs', by: 'Noor Haddad', at: minutesAgo(20), zone: 'America/New_York', rows: '3', edited: 'no', edits: '', words: '',
}

/** A local date and time in New York, as a form holds it. */
export function minutesAgo(minutes: number): string {
  return Temporal.Now.zonedDateTimeISO('America/New_York').subtract({ minutes }).toPlainDateTime().toString({ smallestUnit: 'minute' })
}

/** What a reviewer notes of a configuration and of a document, so that either is accepted. */
export const noted = { seen: ['system', 'account', 'value', 'moment'], documentVersion: '7', approver: 'Arthur Penhallow', effective: '2026-01-01' } as const

export async function openRun(t: Test, environment: Record<string, string> = {}): Promise<Run> {
  const testApp = await openApp(t, environment)
  const owner = connect(testApp.ownerUrl, 2)
  t.teardown(() => owner.destroy())
  return { ...testApp, owner, cast: await gather(testApp) }
}

/** Drafts and issues a request to the control owner of a team. */
export async function ask(run: Run, team: Team, wishes: Partial<RequestDraft> = {}): Promise<Asked> {
  const { scope } = team.senior
  const draft: RequestDraft = {
    kind: 'configuration', title: 'Backup schedule and alert rule', ask: 'Screens that show when backups run and who is alerted.', why: 'Control AV-02 says so.',
    system: 'VaultKeep', example: 'The whole window.', priority: 'normal', ownerId: team.owner.id, dueOn: '2099-10-21', controlIds: [],
    checklist: ['All three databases', 'Production'], drawId: null, ...wishes,
  }
  const { id, number } = await inScope(run.site.db, scope, async (trx) => draftRequest(trx, scope, draft))
  await issue(run.site, scope, [number])
  const url = `${team.base}/requests/${requestNumber(number)}`
  return { id, number, url, answerUrl: `${url}/answer`, linkUrl: `/answer/requests/${id}` }
}

/** Tokens of the links mailed for a request, oldest first; read from the outbox, where they are sealed. */
export async function tokensOf({ owner, site }: Run, request: Asked): Promise<string[]> {
  const rows = await owner.selectFrom('mail').select(['link_sealed', 'facts']).where('link_sealed', 'is not', null).where('engagement_id', '=', request.url.split('/')[2]!).orderBy('created_at').execute()
  return rows.filter(({ facts }) => facts['number'] === requestNumber(request.number)).map(({ link_sealed: sealed }) => site.sealer.unseal('mail link', sealed!)).filter((link) => link.startsWith('/answer/')).map((link) => link.split('/').at(-1)!)
}

/** Presses the button of a link and returns the cookie of the session it started. */
export async function pressLink(run: Run, token: string): Promise<string> {
  const response = await run.app.inject({ method: 'POST', url: `/answer/${token}`, headers: sameOrigin(run) })
  const [cookie] = [response.headers['set-cookie'] ?? []].flat()
  if (response.statusCode !== 303 || !cookie) throw new Error(`The link did not open: ${response.statusCode}`)
  return cookie.split(';')[0]!
}

export function sameOrigin(run: Run): Record<string, string> {
  return { host: run.site.config.publicUrl.host, origin: run.site.config.publicUrl.origin }
}

/** A body of a form as a browser without scripts sends it. */
export function multipart(fields: Record<string, string | readonly string[]>, files: readonly FilePart[] = []): { payload: Buffer, headers: Record<string, string> } {
  const boundary = `----tickmark${randomUUID()}`
  const parts: Buffer[] = []
  for (const [name, value] of Object.entries(fields)) {
    for (const item of [value].flat()) parts.push(Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${item}\r\n`))
  }
  for (const { field = 'files', name, type = 'application/octet-stream', body } of files) {
    const written = name.replaceAll('"', '%22')
    parts.push(Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${written}"\r\ncontent-type: ${type}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n'))
  }
  return { payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

export async function send(run: Run, cookie: string, url: string, fields: Record<string, string | readonly string[]>, files: readonly FilePart[] = [], more: Record<string, string> = {}) {
  const { payload, headers } = multipart(fields, files)
  return await run.app.inject({ method: 'POST', url, payload, headers: { ...sameOrigin(run), ...headers, cookie, ...more } })
}

export async function look(run: Run, cookie: string, url: string) {
  return await run.app.inject({ method: 'GET', url, headers: { ...sameOrigin(run), cookie } })
}

/** Answers by link as a person would, all in one post. */
export async function answerByLink(run: Run, request: Asked, files: readonly FilePart[] = [{ name: 'schedule.txt', body: 'daily 02:00' }]): Promise<string> {
  const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
  const response = await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2', '3'], 'why-dates': 'Agreed with the auditor' }, files)
  if (response.statusCode !== 303) throw new Error(`Not submitted: ${response.statusCode} ${response.body}`)
  return cookie
}

export async function statusOf(run: Run, request: Asked): Promise<RequestStatus> {
  return (await run.owner.selectFrom('request').select('status').where('id', '=', request.id).executeTakeFirstOrThrow()).status
}

/** Kinds of the trail's entries in their order, from `since` on. */
export async function trailOf(run: Run, team: Team, since = 0): Promise<string[]> {
  const rows = await run.owner.selectFrom('trail_entry').select('kind').where('engagement_id', '=', team.engagement.id).where('sequence', '>=', since).orderBy('sequence').execute()
  return rows.map(({ kind }) => kind)
}

/** Puts a request into a state through the actions people use. */
export async function bring(run: Run, team: Team, request: Asked, status: RequestStatus): Promise<void> {
  const must = async (member: Member, path: string, form: Record<string, string | readonly string[]> = {}) => {
    const answer = await member.post(`${request.url}/${path}`, form)
    if (answer.status !== 303) throw new Error(`${path}: ${answer.status} ${answer.body}`)
  }
  if (status === 'in_progress') {
    const cookie = await pressLink(run, (await tokensOf(run, request)).at(-1)!)
    await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'draft.txt', body: 'draft' }])
  }
  if (['submitted', 'in_review', 'accepted', 'returned'].includes(status)) await answerByLink(run, request)
  if (['in_review', 'accepted', 'returned'].includes(status)) await must(team.staff, 'review')
  if (status === 'accepted') await must(team.staff, 'acceptance', { version: '1', ...noted })
  if (status === 'returned') await must(team.staff, 'return', { version: '1', reason: 'cropped', words: 'Take the whole window.', due: '2099-11-01' })
  if (status === 'cancelled') await must(team.senior, 'cancellation', { reason: 'Not needed' })
  if (status === 'not_applicable') await must(team.senior, 'not-applicable', { reason: 'Does not apply' })
}
