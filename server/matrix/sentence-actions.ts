import type { Site } from '../access/site.ts'
import type { Arrangement, ResponsePlace, SentencePart } from '../database/schema/matrix.ts'
import { inScope } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { refuseClosed, testReference } from '../testing/rules.ts'
import { findLine } from '../testing/store.ts'
import { record } from '../trail/record.ts'
import { insertSentence, latestVersion, writeLayout } from './sentences-store.ts'

export type Written = { readonly part: SentencePart, readonly text: string | null, readonly version: number }

/**
 * Prints this text for one part of a line instead of the sentence that is made from its cells; null goes back to that.
 * False when somebody wrote another since `version`, and then nothing is written. What does not agree with the cells is
 * kept, flagged, and holds the gate.
 */
export async function writeSentence(site: Pick<Site, 'db'>, scope: EngagementScope, { control, sequence }: { control: string, sequence: number }, { part, text, version }: Written): Promise<boolean> {
  refuseClosed(scope.engagement.phase)
  return await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, control, sequence, true)
    if (await latestVersion(trx, scope, line.id, part) !== version) return false
    await insertSentence(trx, scope, line.id, { part, text, version: version + 1 })
    await record(trx, scope, {
      kind: 'matrix.sentence_written',
      facts: { testLineId: line.id, reference: testReference(control, sequence), part, version: version + 1, made: text === null }, detail: { text },
    })
    return true
  })
}

/** Lays Section IV out by criterion or by control, with responses beside their exceptions or in Section V. */
export async function layOut(site: Pick<Site, 'db'>, scope: EngagementScope, layout: { arrangement: Arrangement, responses: ResponsePlace }): Promise<void> {
  refuseClosed(scope.engagement.phase)
  await inScope(site.db, scope, async (trx) => {
    await writeLayout(trx, scope, layout)
    await record(trx, scope, { kind: 'matrix.laid_out', facts: layout })
  })
}
