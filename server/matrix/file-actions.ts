import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { recordView } from '../trail/views.ts'
import { findExport, findExportFile, insertExportFile } from './exports-store.ts'
import type { Format } from './formats.ts'
import { writeFile } from './write.ts'

/**
 * The file of an export in that format, byte by byte the one that was sent first; throws NotFound, and an error where the
 * vault no longer holds those bytes. In a locked engagement one that was never written is written, but not kept.
 */
export async function fetchExport(site: Pick<Site, 'db' | 'vault'>, scope: EngagementScope, number: number, format: Format) {
  const { found, sha256 } = await inScope(site.db, scope, async (trx) => {
    const kept = await findExport(trx, scope, number)
    await recordView(trx, scope, 'matrix_downloaded', `${number}/matrix.${format}`)
    return { found: kept, sha256: await findExportFile(trx, scope, number, format) }
  })
  if (sha256 !== null) return { kept: found, bytes: await readKept(site, sha256) }
  const bytes = await writeFile({ reading: found.reading, contentSha256: found.content_sha256, format })
  if (scope.engagement.phase === 'archived') return { kept: found, bytes }
  const blob = await site.vault.store(Readable.from([bytes]))
  // Whoever asked at the same time and was first has sent another writing of it.
  const first = await inScope(site.db, scope, async (trx) => insertExportFile(trx, scope, { number, format, sha256: blob.sha256, size: blob.size }))
  return { kept: found, bytes: first === blob.sha256 ? bytes : await readKept(site, first) }
}

async function readKept({ vault }: Pick<Site, 'vault'>, sha256: string): Promise<Buffer> {
  const bytes = Buffer.concat(await vault.read(sha256).toArray() as Buffer[])
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error(`The kept file ${sha256} of an export is no longer what was sent`)
  return bytes
}
