import { createHash } from 'node:crypto'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import type { DrawRow } from './draws-store.ts'
import { keysText } from './keys.ts'
import { strataText } from './recipe.ts'
import { listParts } from './selection-store.ts'
import { listKeys, type PopulationRow, type RowFilter } from './store.ts'

const BATCH = 20_000

/** The bytes of keys.txt of a draw, in pieces. Breaks off rather than end well with bytes that do not give the recorded hash. */
export async function* streamKeys(site: Site, scope: EngagementScope, population: PopulationRow, draw: DrawRow): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const piece of pieces(site, scope, population, filterOf(population, draw))) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') !== draw.keys_sha256) throw new Error(`The keys of draw ${draw.number} do not give the hash that was recorded with it`)
}

/** The bytes of strata.txt of a divided draw: for each key the number of its part. */
export async function* streamStrata(site: Site, scope: EngagementScope, population: PopulationRow, draw: DrawRow): AsyncGenerator<Buffer> {
  const column = population.header.indexOf(draw.stratum_column ?? '')
  for (let after = 0; ;) {
    const rows = await inScope(site.db, scope, async (trx) => listParts(trx, scope, { populationId: population.id, filter: filterOf(population, draw) }, column, { after, limit: BATCH }))
    const last = rows.at(-1)
    if (last === undefined) return
    yield Buffer.from(strataText(rows.map(({ part }) => part), draw.strata ?? []))
    after = last.row
  }
}

async function* pieces(site: Site, scope: EngagementScope, population: PopulationRow, filter: RowFilter): AsyncGenerator<Buffer> {
  for (let after = 0; ;) {
    const keys = await inScope(site.db, scope, async (trx) => listKeys(trx, scope, population.id, filter, { after, limit: BATCH }))
    const last = keys.at(-1)
    if (last === undefined) return
    yield Buffer.from(keysText(keys.map(({ key }) => key)))
    after = last.row
  }
}

function filterOf(population: PopulationRow, draw: DrawRow): RowFilter {
  if (draw.filter_column === null || draw.filter_value === null) return null
  return { column: population.header.indexOf(draw.filter_column), value: draw.filter_value }
}
