import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Db } from '../../server/database/connect.ts'
import { previewEvidence } from '../../server/evidence/preview-actions.ts'
import { drawLeaves, readEvidence } from '../../server/evidence/reading-actions.ts'
import { judge } from '../../server/files/media.ts'
import type { TestApp } from '../support/app.ts'
import type { Team } from '../support/cast.ts'

export type HandedIn = { readonly id: string, readonly view: string, readonly request: number }

/** Hands files in as versions 1, 2, … of requests 1, 2, … and does the jobs that follow. */
export function handingIn({ site }: TestApp, owner: Db, ours: Team) {
  const engagement = { engagement_id: ours.engagement.id }
  const requests = new Map<number, string>()

  async function requestOf(number: number): Promise<string> {
    const known = requests.get(number)
    if (known) return known
    const { id } = await owner.insertInto('request').values({
      ...engagement, number, kind: 'document', title: `Request ${number}`, ask: 'The evidence', owner_id: ours.owner.id, due_on: '2026-10-14', status: 'submitted', issued_at: new Date(), issued_by: ours.senior.id, created_by: ours.staff.id,
    }).returning('id').executeTakeFirstOrThrow()
    requests.set(number, id)
    return id
  }

  return async (request: number, version: number, name: string, bytes: Buffer): Promise<HandedIn> => {
    const requestId = await requestOf(request)
    const { sha256, size } = await site.vault.store(Readable.from([bytes]))
    const { mediaType, kind } = await judge(bytes.subarray(0, 64 * 1024), size, name)
    const submission = await owner.insertInto('submission').values({ ...engagement, request_id: requestId, number: version }).returning('id').executeTakeFirstOrThrow()
    const id = randomUUID()
    await owner.insertInto('evidence_file').values({ ...engagement, id, request_id: requestId, submission_id: submission.id, position: 1, name, size, sha256, media_type: mediaType, kind, uploaded_by: ours.owner.id, channel: 'link' }).execute()
    await owner.updateTable('submission').set({ status: 'submitted', submitted_at: new Date(), submitted_by: ours.owner.id, channel: 'link' }).where('id', '=', submission.id).execute()
    const payload = { engagementId: ours.engagement.id, fileId: id }
    await previewEvidence(site, payload)
    await readEvidence(site, payload)
    await drawLeaves(site, { ...payload, first: 9 })
    return { id, request, view: `${ours.base}/requests/R-${String(request).padStart(3, '0')}/files/${id}/view` }
  }
}
