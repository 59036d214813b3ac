import type { Tx } from '../database/connect.ts'
import type { CellResult } from '../database/schema/testing.ts'
import { evaluate, type LimitKind, type Suggestion } from '../populations/evaluation.ts'
import { policyName } from '../populations/frequency.ts'
import { findTerms } from '../populations/policy-store.ts'
import { limitPercent, percent, ratePercent } from '../populations/rates.ts'
import type { EngagementScope } from '../scope.ts'
import { plural } from '../web/helpers.ts'
import { findDrawing } from './evaluation-store.ts'

export type EvaluationPanel = {
  readonly deviations: number
  readonly n: number
  readonly notApplicable: string
  readonly rate: string
  readonly limit: string | null
  readonly limitWord: string
  readonly confidence: string
  readonly tolerable: string
  readonly policy: string
  readonly tone: 'red' | 'amber' | 'ok' | 'muted'
  readonly sentence: string
  readonly explanation: string
}

type Grid = { readonly pending: number, readonly items: readonly { readonly id: string }[], readonly cells: readonly { readonly item_id: string, readonly result: CellResult }[] }

const limitWords: Readonly<Record<LimitKind, string>> = { shown: 'Upper limit', indicative: 'Upper limit, indicative', hidden: 'Not shown', not_pooled: 'None', exact: 'Exact rate' }
const tones: Readonly<Record<Suggestion, EvaluationPanel['tone']>> = { supports: 'ok', too_small: 'amber', does_not_support: 'red' }

/** What a line tested to the last cell says against the policy of its engagement; null while a cell is pending or nothing applied. */
export async function evaluationPanel(trx: Tx, scope: EngagementScope, drawId: string | null, { pending, items, cells }: Grid): Promise<EvaluationPanel | null> {
  if (drawId === null || pending > 0) return null
  const standing = new Set(items.map(({ id }) => id))
  const itemsWith = (...results: readonly CellResult[]) => new Set(cells.filter(({ item_id: item, result }) => standing.has(item) && results.includes(result)).map(({ item_id: item }) => item)).size
  const [n, deviations] = [itemsWith('pass', 'deviation'), itemsWith('deviation')]
  if (n === 0) return null
  const { policy } = await findTerms(trx, scope)
  const found = evaluate({ ...await findDrawing(trx, scope, drawId), n, deviations, confidence: policy.confidence, tolerable: policy.tolerable })
  return {
    deviations, n, notApplicable: n === items.length ? '' : `${plural(items.length - n, 'item')} to which no attribute applied not counted`,
    rate: ratePercent(found.rate), limit: found.limit === null ? null : limitPercent(found.limit), limitWord: limitWords[found.kind],
    confidence: percent(policy.confidence), tolerable: percent(policy.tolerable), policy: policyName(policy),
    tone: found.suggestion === null ? 'muted' : tones[found.suggestion], sentence: found.sentence, explanation: found.explanation,
  }
}
