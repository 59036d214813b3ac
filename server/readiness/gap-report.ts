import type { ReadinessState, RemediationStatus } from '../database/schema/carried.ts'

/** One criterion as the report tells it. `state` is null where nobody assessed it. */
export type GapRow = {
  readonly criterion: string
  readonly title: string
  readonly series: string
  readonly controls: readonly string[]
  readonly state: ReadinessState | null
  readonly gap: string
  readonly owner: string
  readonly dueOn: string | null
  readonly status: RemediationStatus | null
}

/** All that the report says; JSON, so that a thread can write it. */
export type GapReport = {
  readonly client: string
  readonly firm: string
  readonly system: string
  readonly span: string
  readonly zone: string
  /** Date and time in the engagement's zone. */
  readonly writtenAt: string
  readonly by: string
  readonly rows: readonly GapRow[]
}

/** How many criteria stand in each state, and how many gaps are not verified. */
export function summaryOf(rows: readonly GapRow[]) {
  const of = (state: ReadinessState | null) => rows.filter((row) => row.state === state).length
  return {
    in_place: of('in_place'), missing: of('missing'), badly_designed: of('badly_designed'), undocumented: of('undocumented'), not_assessed: of(null),
    open: rows.filter(({ status }) => status !== null && status !== 'verified').length,
  }
}
