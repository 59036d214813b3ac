import { sql } from 'kysely'
import { inScope } from '../../server/database/connect.ts'
import { rowsPage } from '../../server/populations/browse-pages.ts'
import { browseRows } from '../../server/populations/browse-store.ts'
import { readBrowse, type BrowseWords } from '../../server/populations/browse.ts'
import { findPopulation } from '../../server/populations/store.ts'
import { renderTemplate } from '../../server/web/view.ts'
import type { Bench } from './bench.ts'
import { openStage } from './list-stage.ts'

const header = ['change_id', 'deployed_at', 'repository', 'author', 'approver', 'title', 'change_type', 'pipeline_run']

/** What people ask of a long list, from the middle of it; the plain statement beside each returns the same page. */
const asked: readonly { readonly name: string, readonly words: BrowseWords, readonly plain: string }[] = [
  { name: 'a kind of row, 1 in 140', words: { column: 'change_type', how: 'equals', value: 'emergency', after: '500000' }, plain: "cells[7] = 'emergency' and row_number > 500000 order by row_number" },
  { name: 'words in a column', words: { column: 'title', how: 'contains', value: 'step 499', after: '400000' }, plain: "cells[6] ilike '%step 499%' and row_number > 400000 order by row_number" },
  { name: 'words in any column that stand nowhere', words: { how: 'contains', value: 'no such words' }, plain: "array_to_string(cells, chr(31)) ilike '%no such words%' and row_number <= 5001 order by row_number" },
  { name: 'outside the period', words: { scope: 'out' }, plain: 'not in_period order by row_number' },
  { name: 'by key', words: { sort: 'key', after: '500001~CHG-1500000' }, plain: "(key, row_number) > ('CHG-1500000', 500001) order by key, row_number" },
  { name: 'newest first, in scope', words: { sort: 'date-down', scope: 'in', after: '500001~2026-03-31' }, plain: "in_period and (occurred_on, row_number) < ('2026-03-31', 500001) order by occurred_on desc, row_number desc" },
]

export const bench: Bench = {
  what: 'a page of 100 out of 1,000,000 rows × 8 columns filtered, sorted and written as HTML, the slowest of six ways of asking; a bare statement looks until it has found, a page only as long as its patience',
  aim: { most: 100 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const { site, owner, team } = await openStage(ending)
    const rows = size === 'full' ? 1_000_000 : 3000
    const { scope } = team.staff
    const engagement = team.engagement.id
    const { id } = await owner.insertInto('population').values({
      engagement_id: engagement, number: 1, name: 'Production changes', occurrence: 'one deployment', source: 'calendar', every: 'day', items_sha256: '', header, key_column: 'change_id', date_column: 'deployed_at',
      status: 'checking', reading: 'done', row_count: rows, in_scope_count: rows, created_by: team.staff.id,
    }).returning('id').executeTakeFirstOrThrow()
    await sql`insert into population_row select ${engagement}, ${id}, n + 2, 'CHG-' || (1000001 + n), date '2025-10-01' + (n::bigint * 365 / ${sql.lit(rows)})::integer, n % 5000 <> 77,
        array['CHG-' || (1000001 + n), to_char(timestamp '2025-10-01 04:00' + n * interval '31 seconds', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'repo-' || n % 6, 'dev' || n % 97, 'lead' || n % 13,
          'Raise limit step ' || n % 500, case when n % 140 = 0 then 'emergency' else 'normal' end, (880000 + n)::text]
      from generate_series(0, ${sql.lit(rows - 1)}) n`.execute(owner)
    await sql`vacuum analyze population_row`.execute(owner)
    const took = new Map<string, number[]>()
    const ours = async () => slowest(async ({ name, words }) => {
      const begun = performance.now()
      await inScope(site.db, scope, async (trx) => {
        const population = await findPopulation(trx, scope, 1)
        const browse = readBrowse(words, header)
        const page = await browseRows(trx, scope, population, browse, 100)
        return renderTemplate('populations/rows', rowsPage(scope, population, { browse, page, check: null, at: null, missing: null }))
      })
      const taken = performance.now() - begun
      took.set(name, [...took.get(name) ?? [], taken])
      return taken
    })
    const floor = async () => slowest(async ({ plain }) => {
      const begun = performance.now()
      await sql.raw(`select row_number, key, occurred_on, in_period, cells from population_row where engagement_id = '${engagement}' and population_id = '${id}' and ${plain} limit 101`).execute(owner)
      return performance.now() - begun
    })
    return { ours, floor, figures: () => Object.fromEntries([...took].map(([name, times]) => [name, `${times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)]!.toFixed(0)} ms`])) }
  },
}

async function slowest(take: (one: typeof asked[number]) => Promise<number>): Promise<number> {
  let most = 0
  for (const one of asked) most = Math.max(most, await take(one))
  return most
}
