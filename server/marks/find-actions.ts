import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { findReading } from '../evidence/readings-store.ts'
import { findFile } from '../evidence/store.ts'
import { runChild } from '../files/child.ts'
import type { FindHeader } from '../files/find.process.ts'
import { hear } from '../files/say.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { FilePlace } from './actions.ts'
import { takeProcess } from './turns.ts'

export type FoundLines = { readonly words: string, readonly matches: FindHeader['matches'], readonly more: boolean }

/**
 * The lines of a text that hold the words; null for a file without lines. A large file takes seconds, in which no
 * transaction is held. Throws NotFound, Refused for a file in quarantine, Busy where too many look at once.
 */
export async function findWords({ db, vault }: Site, scope: EngagementScope, at: FilePlace, words: string): Promise<FoundLines | null> {
  const source = await inScope(db, scope, async (trx) => {
    const file = await findFile(trx, scope, (await findRequest(trx, scope, at.request)).id, at.file)
    const reading = await findReading(trx, scope, file.sha256)
    return reading?.kind === 'lines' ? { path: vault.localPath(file.sha256), charset: reading.facts.charset } : null
  })
  if (source === null) return null
  const end = await takeProcess(async () => runChild({ program: './find.process.ts', path: source.path, wishes: [source.charset, 1, words] }))
  const found = end.ended === 'well' ? hear(end.output)?.header as FindHeader | undefined : undefined
  return { words, matches: found?.matches ?? [], more: found?.more ?? false }
}
