import { findControlIds } from '../requests/store.ts'
import { saveEntries, saveSubservice } from '../engagements/description-actions.ts'
import { listSubservices } from '../engagements/description-store.ts'
import type { FactKind, NoneSubject } from '../database/schema/description.ts'
import { as, look, type Stage } from './stage.ts'

/** What somebody writes into the description in one go: facts by kind (a dated one with its day), what user entities run, and what there is none of. */
export type Description = {
  readonly facts: Readonly<Partial<Record<FactKind, readonly (string | readonly [text: string, on: string])[]>>>
  readonly cuecs?: readonly (readonly [text: string, criteria: string])[]
  readonly none?: readonly NoneSubject[]
  /** Where the firm has it from; empty where the client writes itself. */
  readonly source: string
}

/** An organization the client relies on, carved out: what it does, for which criteria, and what is expected of it there. */
export type CarvedOut = { readonly name: string, readonly service: string, readonly criteria: readonly string[], readonly monitor: string, readonly csocs: readonly (readonly [text: string, criteria: string])[] }

/** Writes a description as that person, unless its first fact stands already. */
export async function describeSystem(stage: Stage, key: string, { facts, cuecs = [], none = [], source }: Description, at: Date): Promise<void> {
  const kinds = Object.keys(facts) as FactKind[]
  const typed = [
    ...kinds.flatMap((kind) => (facts[kind] ?? []).map((fact, index) => {
      const [text, on] = typeof fact === 'string' ? [fact, ''] : fact
      return entry(kind, index, text, '', on)
    })),
    ...cuecs.map(([text, criteria], index) => entry('cuec', index, text, criteria, '')),
  ]
  const first = kinds[0]
  const write = async () => saveEntries(stage.site, await as(stage, key, at), [...kinds, ...cuecs.length > 0 ? ['cuec' as const] : []], typed, Object.fromEntries(none.map((subject) => [subject, true])), source)
  await (first === undefined ? stage.deeds.once('none.declared', { subject: none[0] }, write) : stage.deeds.once('fact.written', { about: first }, write))
}

/** Enters an organization with what is expected of it, unless it is there. */
export async function carveOut(stage: Stage, key: string, { name, service, criteria, monitor, csocs }: CarvedOut, source: string, at: Date): Promise<void> {
  const known = await look(stage, async (trx, scope) => listSubservices(trx, scope))
  if (known.some((one) => one.name === name)) return
  const monitorId = (await look(stage, async (trx, scope) => findControlIds(trx, scope, [monitor]))).get(monitor) ?? null
  await saveSubservice(stage.site, await as(stage, key, at), null, { name, service, method: 'carve_out', criteria, monitorId }, '',
    csocs.map(([text, of], index) => entry('csoc', index, text, of, '')), source)
}

function entry(kind: string, index: number, text: string, criteria: string, on: string) {
  return { key: `${kind}-new${index}`, text, criteria, on, seen: '', removed: false }
}
