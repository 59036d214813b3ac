import { sql } from 'kysely'
import { inScope } from '../../server/database/connect.ts'
import { newSeed } from '../../server/populations/draw.ts'
import { select } from '../../server/populations/select-actions.ts'
import { readFrame } from '../../server/populations/selection-store.ts'
import type { Bench } from './bench.ts'
import { openStage } from './list-stage.ts'

export const bench: Bench = {
  what: 'the keys, their hash and the 60 items of a draw from 1,000,000 rows, under row security, against a bare statement for each',
  aim: { ratio: 1.5, most: 1500 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const { site, owner, team } = await openStage(ending)
    const rows = size === 'full' ? 1_000_000 : 3000
    const { scope } = team.staff
    const engagement = team.engagement.id
    const { id } = await owner.insertInto('population').values({
      engagement_id: engagement, number: 1, name: 'Production changes', occurrence: 'one deployment', source: 'calendar', every: 'day', items_sha256: '', header: ['change_id'], key_column: 'change_id',
      status: 'checking', reading: 'done', row_count: rows, in_scope_count: rows, created_by: team.staff.id,
    }).returning('id').executeTakeFirstOrThrow()
    await sql`insert into population_row (engagement_id, population_id, row_number, key, in_period, cells)
      select ${engagement}, ${id}, n, 'CHG-' || (1000000 + n), true, array['CHG-' || (1000000 + n)] from generate_series(1, ${sql.lit(rows)}) n`.execute(owner)
    await sql`vacuum analyze population_row`.execute(owner)
    const n = 60
    return {
      ours: async () => inScope(site.db, scope, async (trx) => {
        const frame = { populationId: id, filter: null }
        const { count } = await readFrame(trx, scope, frame)
        await select(trx, scope, frame, { method: 'random', n, seed: newSeed(), populationSize: count, stratumColumn: null, picks: [] })
      }),
      floor: async () => {
        const own = sql.raw(`from population_row where engagement_id = '${engagement}' and population_id = '${id}' and in_period`)
        await sql`select encode(sha256(convert_to(string_agg(key || chr(10), '' order by row_number), 'UTF8')), 'hex') ${own}`.execute(owner)
        await sql`select key, row_number, encode(sha256(convert_to(${`${newSeed()}:`} || key, 'UTF8')), 'hex') as digest ${own} order by digest limit ${n}`.execute(owner)
      },
    }
  },
}
