import type { Dates } from './period.ts'
import type { CarriedTable, Source } from './source.ts'

export type Plan = Dates & { readonly zone: string, readonly categories: readonly string[] }

/** What the report says of one kind of thing. `names` are shown where there are few enough to read. */
export type Line = { readonly what: string, readonly count: number, readonly why?: string, readonly names?: readonly string[] }

/** What came along and what did not. */
export type Report = { readonly from: { readonly id: string, readonly label: string }, readonly came: readonly Line[], readonly left: readonly Line[] }

/** Rows to write by table, in the order in which they hold on to each other. */
export type NewRows = readonly (readonly [CarriedTable | 'counter', readonly object[]])[]

/** What a part of the rolling forward knows. */
export type Carriage = {
  readonly source: Source
  readonly plan: Plan
  readonly old: Dates
  /** Id of the new engagement, of whoever makes it, and where its words come from. */
  readonly id: string
  readonly by: string
  readonly origin: string
  /** People of the client who come along. */
  readonly people: ReadonlySet<string>
  readonly criteria: ReadonlySet<string>
  /** A new id. */
  readonly fresh: () => string
}

export type Part = { readonly rows: NewRows, readonly came: readonly Line[], readonly left: readonly Line[] }
