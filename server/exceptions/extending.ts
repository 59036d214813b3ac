import { Refused } from '../errors.ts'

export type Decision = { readonly number: number, readonly size: number, readonly decidedAt: Date }
export type Step = { readonly number: number, readonly size: number, readonly takenAt: Date }
export type Carried = 'as_decided' | 'other_size' | 'undecided'

/** Throws Refused where no further items may be selected because of this exception; `size` 0 is the decision not to. */
export function refuseExtending(size: number, { spread, method }: { readonly spread: 'isolated' | 'systematic' | null, readonly method: string | null }): void {
  if (size === 0) return
  if (method === null) throw new Refused('This test has no sample, so none can be extended. Record that, and why.')
  if (method === 'all') throw new Refused('Every item of the population was tested, so there are none to add. Record that, and why.')
  if (spread === 'systematic') throw new Refused('The cause is systematic, so further items would only dilute what was found. Record that the sample is not extended, and why.')
}

/**
 * Each extension held against the decisions: the newest one made before it, when no earlier extension used it up, says
 * whether it was carried out as decided. An extension without such a decision was not decided before looking.
 */
export function holdAgainst(steps: readonly Step[], decisions: readonly Decision[]): { readonly step: number, readonly carried: Carried, readonly decision: number | null }[] {
  const used = new Set<number>()
  return steps.toSorted((one, other) => one.takenAt.getTime() - other.takenAt.getTime()).map((step) => {
    const decision = decisions.findLast((one) => one.size > 0 && one.decidedAt <= step.takenAt && !used.has(one.number))
    if (!decision) return { step: step.number, carried: 'undecided' as const, decision: null }
    used.add(decision.number)
    return { step: step.number, carried: decision.size === step.size ? 'as_decided' as const : 'other_size' as const, decision: decision.number }
  })
}
