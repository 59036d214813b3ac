import { Readable } from 'node:stream'
import { inScope } from '../../server/database/connect.ts'
import { draftRequest, issue } from '../../server/requests/actions.ts'
import type { TestApp } from '../support/app.ts'
import type { Team } from '../support/cast.ts'
import type { SubmittedList } from './lists.ts'

/** The next version of a list that was returned: the same request in review again, with another file. */
export async function submitAgain({ site }: TestApp, team: Team, first: SubmittedList, text: string, declared: number | null = null): Promise<SubmittedList> {
  const { scope } = team.manager
  const blob = await site.vault.store(Readable.from([Buffer.from(text)]))
  return await inScope(site.db, scope, async (trx) => {
    const engagement = scope.engagement.id
    const submission = await trx.insertInto('submission').values({ engagement_id: engagement, request_id: first.requestId, number: 2, source_system: 'GitForge', row_count: declared }).returning('id').executeTakeFirstOrThrow()
    const file = await trx.insertInto('evidence_file').values({
      engagement_id: engagement, request_id: first.requestId, submission_id: submission.id, position: 1, name: 'again.csv', size: blob.size, sha256: blob.sha256,
      media_type: 'text/csv', kind: 'csv', uploaded_by: team.owner.id, channel: 'login',
    }).returning('id').executeTakeFirstOrThrow()
    await trx.updateTable('submission').set({ status: 'submitted', submitted_at: new Date(), submitted_by: team.owner.id, channel: 'login' })
      .where('engagement_id', '=', engagement).where('id', '=', submission.id).execute()
    for (const status of ['submitted', 'in_review'] as const) {
      await trx.updateTable('request').set({ status, reviewer_id: team.manager.id }).where('engagement_id', '=', engagement).where('id', '=', first.requestId).execute()
    }
    return { ...first, submissionId: submission.id, fileId: file.id }
  })
}

/** A population request in review that its owner answered in words only; returns its number. */
export async function submitWords({ site }: TestApp, team: Team, answer: string, rows: number | null = null): Promise<number> {
  const { scope } = team.manager
  const engagement = scope.engagement.id
  const { id, number } = await inScope(site.db, scope, async (trx) => {
    const control = await trx.selectFrom('control').select('id').where('engagement_id', '=', engagement).where('number', '=', 'CH-01').executeTakeFirstOrThrow()
    return await draftRequest(trx, scope, {
      kind: 'population', title: 'Asset disposals', ask: 'All disposals of the period.', why: '', system: 'AssetTrack', example: '', priority: 'normal',
      ownerId: team.owner.id, dueOn: '2026-10-21', controlIds: [control.id], checklist: [], drawId: null,
    })
  })
  await issue(site, scope, [number])
  await inScope(site.db, scope, async (trx) => {
    const submission = await trx.insertInto('submission').values({ engagement_id: engagement, request_id: id, number: 1, answer, row_count: rows }).returning('id').executeTakeFirstOrThrow()
    await trx.updateTable('submission').set({ status: 'submitted', submitted_at: new Date(), submitted_by: team.owner.id, channel: 'login' }).where('engagement_id', '=', engagement).where('id', '=', submission.id).execute()
    for (const status of ['submitted', 'in_review'] as const) await trx.updateTable('request').set({ status, reviewer_id: team.manager.id }).where('engagement_id', '=', engagement).where('id', '=', id).execute()
  })
  return number
}
