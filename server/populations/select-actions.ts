import type { Tx } from '../database/connect.ts'
import type { DrawMethod, Stratum } from '../database/schema/populations.ts'
import { Invalid } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { figure } from '../sheets/table.ts'
import type { Pick } from './selection.ts'
import { countStrata, lowest, rowsAt, rowsWith, type Frame, type Placed } from './selection-store.ts'
import { allocate } from './strata.ts'
import { startOf, systematicIndexes } from './systematic.ts'

/** An item drawn: its place in the draw, its row, and what the record says of it. */
export type Drawn = Placed & { readonly rank: number, readonly stratum: string | null, readonly note: string }

export type Selection = { readonly items: readonly Drawn[], readonly strata: readonly Stratum[] | null }

export type Wanted = {
  readonly method: DrawMethod
  readonly n: number
  readonly seed: string
  readonly populationSize: number
  /** The column that divides the list, from 0. */
  readonly stratumColumn: number | null
  readonly picks: readonly Pick[]
}

/** The items of a draw, chosen where the rows are. Throws Invalid for picks that are not in scope and for strata that cannot be served. */
export async function select(trx: Tx, scope: EngagementScope, frame: Frame, wanted: Wanted): Promise<Selection> {
  const { method, n, seed, populationSize } = wanted
  if (method === 'random') return { items: ranked(await lowest(trx, scope, frame, seed, n)), strata: null }
  if (method === 'all') return { items: ranked(await lowest(trx, scope, frame, seed, populationSize)), strata: null }
  if (method === 'systematic') return { items: ranked(await rowsAt(trx, scope, frame, seed, systematicIndexes(populationSize, n, startOf(seed, populationSize, n)))), strata: null }
  if (method === 'stratified') return await selectStrata(trx, scope, frame, wanted)
  return { items: await pick(trx, scope, frame, wanted), strata: null }
}

async function selectStrata(trx: Tx, scope: EngagementScope, frame: Frame, { seed, n, stratumColumn }: Wanted): Promise<Selection> {
  if (stratumColumn === null) throw new Invalid({ stratum_column: 'Choose the column that divides the list.' })
  const sizes = await countStrata(trx, scope, frame, stratumColumn)
  if (sizes.size > 1000) throw new Invalid({ stratum_column: 'This column has more than 1,000 values. Choose one that divides the list into a few parts.' })
  const shares = allocate(sizes, n)
  const items: (Placed & { stratum: string })[] = []
  for (const [name, drawn] of shares) {
    for (const item of await lowest(trx, scope, frame, seed, drawn, { stratum: { column: stratumColumn, value: name } })) items.push({ ...item, stratum: name })
  }
  const ordered = items.toSorted((one, other) => one.digest < other.digest ? -1 : 1)
  return {
    items: ordered.map((item, index) => ({ ...item, rank: index + 1, note: '' })),
    strata: [...sizes].map(([name, size]) => ({ name, size, drawn: shares.get(name) ?? 0 })),
  }
}

async function pick(trx: Tx, scope: EngagementScope, frame: Frame, { seed, picks }: Wanted): Promise<Drawn[]> {
  const rows = new Map((await rowsWith(trx, scope, frame, seed, picks.map(({ key }) => key))).map((row) => [row.key, row]))
  const strange = picks.filter(({ key }) => !rows.has(key))
  if (strange.length > 0) throw new Invalid({ picks: `Not in scope of this list: ${strange.slice(0, 5).map(({ key }) => `“${key}”`).join(', ')}${strange.length > 5 ? ` and ${figure(strange.length - 5)} more` : ''}.` })
  return picks.map(({ key, note }, index) => ({ ...rows.get(key)!, rank: index + 1, stratum: null, note }))
}

function ranked(rows: readonly Placed[]): Drawn[] {
  return rows.map((row, index) => ({ ...row, rank: index + 1, stratum: null, note: '' }))
}
