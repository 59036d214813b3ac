import type { EngagementFacts } from '../scope.ts'
import { assemble } from './assemble.ts'
import { gateOf, type Gate } from './gate.ts'
import { contentHash } from './hash.ts'
import { inputOf } from './input.ts'
import type { Snapshot } from './store.ts'

/** Rows as JSON text, and what the reading of them is stamped with. */
export type FreezeTask = { readonly kind: 'freeze', readonly snapshot: string, readonly engagement: EngagementFacts, readonly version: number, readonly exporter: string, readonly draft: boolean }

/** A reading as JSON text with its content hash and whether its gate is open. */
export type Frozen = { readonly reading: string, readonly contentSha256: string, readonly gate: Gate }

/** Makes the reading that an export keeps. It takes as long as there are cells, so it runs where nobody waits for it. */
export function freeze({ snapshot, engagement, version, exporter, draft }: FreezeTask): Frozen {
  const input = inputOf(JSON.parse(snapshot) as Snapshot, engagement)
  const reading = assemble({ ...input, draft, stamp: { ...input.stamp, version, exporter } })
  return { reading: JSON.stringify(reading), contentSha256: contentHash(reading), gate: gateOf(reading) }
}
