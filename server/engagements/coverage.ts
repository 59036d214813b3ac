/** A control somebody else is expected to run, and the client's own control that watches over them, if any. */
export type Assumed = { readonly criterion: string, readonly organization: string, readonly monitor: string | null }
export type Mapping = { readonly criterion: string, readonly number: string }
export type Exclusion = { readonly criterion: string, readonly reason: string }

export type CoverageState = 'control' | 'csoc' | 'unmonitored' | 'uncovered' | 'excluded'

export type Coverage = {
  readonly criterion: string
  readonly state: CoverageState
  /** Numbers of the controls that serve it. */
  readonly controls: readonly string[]
  readonly assumed: readonly Assumed[]
  /** Why it does not apply, where that was declared. */
  readonly reason: string | null
}

/**
 * How each criterion is accounted for: by at least one control, by controls of a carved-out organization that a control
 * of the client monitors, or by the reason for which it does not apply. What controls serve although it was declared not
 * applicable stays excluded, with its controls named.
 */
export function coverageOf(criteria: readonly string[], mappings: readonly Mapping[], assumed: readonly Assumed[], exclusions: readonly Exclusion[]): Coverage[] {
  const controls = Map.groupBy(mappings, ({ criterion }) => criterion)
  const others = Map.groupBy(assumed, ({ criterion }) => criterion)
  const reasons = new Map(exclusions.map(({ criterion, reason }) => [criterion, reason]))
  return criteria.map((criterion) => {
    const own = (controls.get(criterion) ?? []).map(({ number }) => number)
    const theirs = others.get(criterion) ?? []
    const reason = reasons.get(criterion) ?? null
    return { criterion, controls: own, assumed: theirs, reason, state: stateOf(own, theirs, reason) }
  })
}

/** Whether nothing more is needed for the criterion. */
export function isCovered(state: CoverageState): boolean {
  return state === 'control' || state === 'csoc' || state === 'excluded'
}

function stateOf(own: readonly string[], theirs: readonly Assumed[], reason: string | null): CoverageState {
  if (reason !== null) return 'excluded'
  if (own.length > 0) return 'control'
  if (theirs.length === 0) return 'uncovered'
  return theirs.some(({ monitor }) => monitor !== null) ? 'csoc' : 'unmonitored'
}
