import { programScope } from '../access/program.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { PAGES_AT_ONCE } from '../files/pdf.ts'
import { enqueue, type JobContext } from '../jobs/queue.ts'
import { drawPages, openEntry, readContents } from './reader.ts'
import { findReading, insertLeaves, insertReading } from './readings-store.ts'
import { findFileForPreview } from './store.ts'

/** Pages of a document that are drawn by themselves; more when somebody asks. */
export const DRAWN_AHEAD = 200

/** The job `read_evidence`: finds out what of a file can be shown, in a process of its own. A file that is gone meanwhile is no error. */
export async function readEvidence(site: Site, { engagementId, fileId }: { readonly engagementId: string, readonly fileId: string }, context?: JobContext): Promise<void> {
  const scope = await programScope(site.db, engagementId, 'read_evidence')
  const file = await inScope(site.db, scope, async (trx) => {
    const found = await findFileForPreview(trx, scope, fileId)
    return found && await findReading(trx, scope, found.sha256) === null ? found : null
  })
  if (file === null) return
  const { reading, leaves } = await readContents(site.vault, file).catch((error: Error) => {
    if (!context?.lastAttempt) throw error
    return { reading: { kind: 'none' as const, total: 0 as const, reason: 'The program failed while reading this file, several times. Download it to open it, and tell the person who runs this server.' }, leaves: [] }
  })
  await inScope(site.db, scope, async (trx) => {
    await insertReading(trx, scope, file.sha256, reading)
    await insertLeaves(trx, scope, file.sha256, leaves)
    if (reading.kind === 'pages') await goOn(trx, { engagementId, fileId, first: 1 + PAGES_AT_ONCE }, file.sha256, reading.total)
  })
}

/** The job `draw_leaves`: draws pages from `first` on, and goes on by itself until the first 200 are there. */
export async function drawLeaves(site: Site, { engagementId, fileId, first }: { readonly engagementId: string, readonly fileId: string, readonly first: number }): Promise<void> {
  const scope = await programScope(site.db, engagementId, 'draw_leaves')
  const { file, reading } = await inScope(site.db, scope, async (trx) => {
    const found = await findFileForPreview(trx, scope, fileId)
    return { file: found, reading: found && await findReading(trx, scope, found.sha256) }
  })
  if (!file || !reading) return
  const leaves = reading.kind === 'entries' ? [await openEntry(site.vault, file, first)] : await drawPages(site.vault, file, first)
  await inScope(site.db, scope, async (trx) => {
    await insertLeaves(trx, scope, file.sha256, leaves)
    if (reading.kind === 'pages') await goOn(trx, { engagementId, fileId, first: first + PAGES_AT_ONCE }, file.sha256, reading.total)
  })
}

/** Has the pages from `first` on drawn next, up to the end of their two hundred. */
async function goOn(trx: Tx, payload: { readonly engagementId: string, readonly fileId: string, readonly first: number }, sha256: string, pages: number): Promise<void> {
  const { first } = payload
  if (first <= pages && first % DRAWN_AHEAD !== 1) await enqueue(trx, 'draw_leaves', payload, `leaves:${payload.engagementId}:${sha256}:${first}`)
}

