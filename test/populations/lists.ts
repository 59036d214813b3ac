import { Readable } from 'node:stream'
import { inScope } from '../../server/database/connect.ts'
import { readPopulation } from '../../server/populations/read-actions.ts'
import { draftRequest, issue } from '../../server/requests/actions.ts'
import { insertLine } from '../../server/testing/store.ts'
import type { TestApp } from '../support/app.ts'
import type { Member, Team } from '../support/cast.ts'

export type SubmittedList = { readonly request: number, readonly requestId: string, readonly submissionId: string, readonly fileId: string }

/** A population request in review whose owner submitted these bytes as a CSV file. `declared` is the count in the statement. */
export async function submitList({ site }: TestApp, team: Team, text: string | Buffer, { declared = null, name = 'changes.csv', submitter = team.owner }: { declared?: number | null, name?: string, submitter?: Member } = {}): Promise<SubmittedList> {
  const { scope } = team.manager
  const controlId = await controlNamed(site, team, 'CH-01')
  const { id: requestId, number } = await inScope(site.db, scope, async (trx) => draftRequest(trx, scope, {
    kind: 'population', title: 'Production changes', ask: 'All changes deployed in the period.', why: '', system: 'GitForge', example: '', priority: 'normal',
    ownerId: team.owner.id, dueOn: '2026-10-21', controlIds: [controlId], checklist: [], drawId: null,
  }))
  await issue(site, scope, [number])
  const blob = await site.vault.store(Readable.from([Buffer.from(text)]))
  return await inScope(site.db, scope, async (trx) => {
    const engagement = scope.engagement.id
    const submission = await trx.insertInto('submission').values({
      engagement_id: engagement, request_id: requestId, number: 1, source_system: 'GitForge', query: 'environment = production',
      generated_by: 'Noor Haddad', generated_at: '2026-10-19T09:31', generated_zone: 'America/New_York', row_count: declared,
    }).returning('id').executeTakeFirstOrThrow()
    const file = await trx.insertInto('evidence_file').values({
      engagement_id: engagement, request_id: requestId, submission_id: submission.id, position: 1, name, size: blob.size, sha256: blob.sha256,
      media_type: 'text/csv', kind: 'csv', uploaded_by: submitter.id, channel: 'login',
    }).returning('id').executeTakeFirstOrThrow()
    await trx.updateTable('submission').set({ status: 'submitted', submitted_at: new Date(), submitted_by: submitter.id, channel: 'login' })
      .where('engagement_id', '=', engagement).where('id', '=', submission.id).execute()
    for (const status of ['submitted', 'in_review'] as const) {
      await trx.updateTable('request').set({ status, reviewer_id: team.manager.id }).where('engagement_id', '=', engagement).where('id', '=', requestId).execute()
    }
    return { request: number, requestId, submissionId: submission.id, fileId: file.id }
  })
}

/** What somebody fills in on the mapping page. */
export const mappingForm = { name: 'Production changes', occurrence: 'one deployment to production', key: 'change_id', date: 'deployed_at', meaning: 'Deployed to production' }

/** Maps the submitted list over HTTP and has the job read it; returns the population's number. */
export async function readList(testApp: TestApp, team: Team, fileId: string, form: Record<string, string> = {}): Promise<number> {
  const answer = await team.staff.post(`${team.base}/populations`, { ...mappingForm, ...form, file: fileId })
  if (answer.status !== 303) throw new Error(`mapping was answered with ${answer.status}: ${answer.body.replace(/<[^>]*>/g, ' ')}`)
  const number = Number(answer.location?.split('POP-')[1])
  await runReading(testApp, team, number)
  return number
}

/** Does what the job for this population does. */
export async function runReading({ site }: TestApp, team: Team, number: number): Promise<void> {
  await readPopulation(site, { engagementId: team.engagement.id, populationId: (await stored({ site }, team, number)).id })
}

export async function stored({ site }: Pick<TestApp, 'site'>, team: Team, number: number) {
  return await inScope(site.db, team.manager.scope, async (trx) => trx.selectFrom('population').selectAll()
    .where('engagement_id', '=', team.engagement.id).where('number', '=', number).executeTakeFirstOrThrow())
}

/** A list that was read and accepted. */
export async function acceptedList(testApp: TestApp, team: Team, text: string): Promise<number> {
  const { fileId } = await submitList(testApp, team, text)
  const number = await readList(testApp, team, fileId)
  const { status, body } = await team.senior.post(`${team.base}/populations/${number}/acceptance`)
  if (status !== 303) throw new Error(`acceptance was answered with ${status}: ${body}`)
  return number
}

/** A planned test of a control, which is added when it is not there yet. */
export async function planLine({ site }: TestApp, team: Team, control = 'CH-01', title = 'Changes are reviewed'): Promise<string> {
  const controlId = await controlNamed(site, team, control)
  const { scope } = team.manager
  return await inScope(site.db, scope, async (trx) => (await insertLine(trx, scope, { controlId, title, itemNoun: 'changes' })).id)
}

/** The trail's kinds of entry, in order. */
export async function trailOf({ site }: TestApp, team: Team): Promise<string[]> {
  const rows = await inScope(site.db, team.manager.scope, async (trx) => trx.selectFrom('trail_entry').select('kind').where('log', '=', team.engagement.id).orderBy('sequence').execute())
  return rows.map(({ kind }) => kind)
}

/** `count` changes of the period with keys CHG-1001 and up. */
export function changes(count: number, more: readonly string[] = []): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const day = new Date(Date.UTC(2025, 9, 1) + (index % 360) * 86_400_000).toISOString().slice(0, 10)
    return `CHG-${1001 + index},${day}T15:00:00Z,${index % 4 === 0 ? 'emergency' : 'normal'},${index % 3}`
  })
  return `${['change_id,deployed_at,type,reviewer_count', ...rows, ...more].join('\n')}\n`
}

async function controlNamed(site: TestApp['site'], team: Team, number: string): Promise<string> {
  const { scope } = team.manager
  return await inScope(site.db, scope, async (trx) => {
    const engagement = scope.engagement.id
    const found = await trx.selectFrom('control').select('id').where('engagement_id', '=', engagement).where('number', '=', number).executeTakeFirst()
    if (found) return found.id
    const { id } = await trx.insertInto('control').values({ engagement_id: engagement, number, frequencies: ['event_driven'], type: 'preventive', nature: 'manual', risk: 'moderate', wording_version: 1 }).returning('id').executeTakeFirstOrThrow()
    await trx.insertInto('control_wording').values({ engagement_id: engagement, control_id: id, version: 1, text: 'Changes are reviewed before deployment.', source: 'Control list', entered_by: team.manager.id }).execute()
    return id
  })
}
