import { programScope } from '../access/program.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { removeFreed } from '../engagements/destruction-actions.ts'
import { makePreview } from '../files/preview.ts'
import { enqueue } from '../jobs/queue.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { countLines } from './findings.ts'
import { searchableText } from './searchable.ts'
import { findFileForPreview, listUnseen, updatePreview, type FileRow, type PreviewFacts } from './store.ts'
import { insertText } from './text-store.ts'

const SWEPT_AFTER = 24 * 3600 * 1000

/** The job `make_preview`: draws a picture of an image, looks at the size of a table, and keeps what a search finds in a text. A file that is gone meanwhile is no error. */
export async function previewEvidence(site: Site, { engagementId, fileId }: { readonly engagementId: string, readonly fileId: string }): Promise<void> {
  const scope = await programScope(site.db, engagementId, 'make_preview')
  const file = await inScope(site.db, scope, async (trx) => findFileForPreview(trx, scope, fileId))
  if (file?.preview !== 'pending') return
  const facts = await lookAt(site, file)
  const text = file.kind === 'text' || file.kind === 'csv' ? await searchableText(site.vault.read(file.sha256)) : null
  await inScope(site.db, scope, async (trx) => {
    await updatePreview(trx, scope, file, facts)
    if (text !== null) await insertText(trx, scope, file.sha256, text)
    await enqueue(trx, 'read_evidence', { engagementId, fileId }, `reading:${engagementId}:${file.sha256}`)
  })
}

const MOST_AT_ONCE = 12
const LARGE = 64 * 1024 * 1024

/** Does the job's work at once for what a draft holds, as far as that is quick, so that an answer is not submitted before it was looked at. */
export async function previewDraft(site: Site, scope: EngagementScope, number: number): Promise<void> {
  const waiting = await inScope(site.db, scope, async (trx) => listUnseen(trx, scope, (await findRequest(trx, scope, number)).id))
  const quick = waiting.filter(({ size }) => size <= LARGE).slice(0, MOST_AT_ONCE)
  for (const { id } of quick) {
    try {
      await previewEvidence(site, { engagementId: scope.engagement.id, fileId: id })
    } catch (error) {
      // Bytes that the store has lost are for the job to report; the answer may go, and the reviewer is told.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

/** The job `sweep_uploads`: removes what broken uploads left behind a day ago, and the bytes that destroyed files have freed. */
export async function sweepUploads(site: Site): Promise<void> {
  await site.vault.sweep(SWEPT_AFTER)
  await removeFreed(site)
}

async function lookAt({ vault }: Site, file: FileRow): Promise<PreviewFacts> {
  if (file.kind === 'csv' || file.kind === 'text') {
    return { preview: 'none', preview_reason: null, lines: await countLines(vault.read(file.sha256), file.kind === 'csv') }
  }
  const preview = await makePreview({ vault, sha256: file.sha256, kind: file.kind })
  if (preview.state === 'none') return { preview: 'none', preview_reason: file.kind === 'image' ? preview.reason : null }
  return { preview: 'ready', preview_sha256: preview.sha256, width: preview.originalWidth, height: preview.originalHeight, picture_hash: preview.hash }
}
