import type { Tx } from '../database/connect.ts'
import { observedOf } from '../evidence/observed-pages.ts'
import { listObservations } from '../evidence/review-store.ts'
import type { EngagementScope } from '../scope.ts'
import { listRecorded } from './lines-store.ts'

/** What the firm wrote down in the request an item names: who, in which role, when, what was asked or done and what came of it. */
export async function readRecord(trx: Tx, scope: EngagementScope, itemId: string): Promise<{ name: string, value: string }[]> {
  const answers = await listRecorded(trx, scope, itemId)
  if (!answers[0]) return []
  const observations = await listObservations(trx, scope, answers[0].requestId)
  const newest = answers.find(({ submissionId }) => observations.has(submissionId))
  const observation = observations.get(newest?.submissionId ?? '')
  if (!newest || !observation) return []
  const { pairs, lines } = observedOf(newest.kind, observation)
  return [
    ...pairs.map(({ name, value }) => ({ name, value })),
    ...lines.map(({ text, answer }, index) => ({ name: `${newest.kind === 'inquiry' ? 'Question' : 'Step'} ${index + 1}`, value: answer === '' ? text : `${text} – ${answer}` })),
  ]
}
