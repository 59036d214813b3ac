import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { readForm } from '../web/form.ts'
import { rowsPage } from './browse-pages.ts'
import { browseRows, findRowOf, type BrowsedPage } from './browse-store.ts'
import { readBrowse, writeBrowse, type Browse } from './browse.ts'
import type { CheckName } from './findings.ts'
import { isCheckName } from './pages.ts'
import { parsePopulation, refuseWithheld } from './rules.ts'
import { findingsOf, findPopulation, listRows, type PopulationRow } from './store.ts'

const ROWS = 100

const word = z.string().optional().catch(undefined)
const rowsQuery = z.object({
  column: word, how: word, value: word, scope: word, sort: word, after: word, outside: word, jump: word,
  check: word.transform((name) => name !== undefined && isCheckName(name) ? name : null),
  at: z.coerce.number().int().positive().nullable().catch(null).default(null),
})

/** Looking through the rows of a list, however many there are. */
export async function browseRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get('/engagements/:engagement/populations/:population/rows', { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { check, at, jump, ...words } = readForm(rowsQuery, request.query)
    return await inScope(site.db, scope, async (trx) => {
      const population = await findPopulation(trx, scope, parsePopulation(request.params))
      refuseWithheld(population)
      const browse = readBrowse(words, population.header)
      const row = jump === undefined ? null : await findJump(trx, scope, population, jump)
      if (row !== null) return await reply.redirect(`${request.url.split('?')[0]}?${queryFrom(browse, population, row)}`, 303)
      const page = check === null ? await browseRows(trx, scope, population, browse, ROWS) : await rowsBehind(trx, scope, population, check)
      return await reply.page('populations/rows', rowsPage(scope, population, { browse, page, check, at, missing: jump ?? null }))
    })
  })
}

/** The row somebody means: by its key, else by its number in the file; null when there is none. */
async function findJump(trx: Tx, scope: EngagementScope, population: PopulationRow, jump: string): Promise<number | null> {
  const named = await findRowOf(trx, scope, population.id, jump)
  if (named !== null) return named
  const row = /^[\d,]{1,9}$/.test(jump) ? Number(jump.replaceAll(',', '')) : 0
  const [first] = row < 1 ? [] : await listRows(trx, scope, population.id, row - 1, 1, { among: [row] })
  return first?.row_number ?? null
}

function queryFrom(browse: Browse, population: PopulationRow, row: number): string {
  const wanted = writeBrowse({ ...browse, filter: null, scope: 'all', sort: 'row', descending: false, after: { row: row - 1, value: null } }, population.header)
  return `${wanted}&at=${row}`
}

async function rowsBehind(trx: Tx, scope: EngagementScope, population: PopulationRow, check: CheckName): Promise<BrowsedPage> {
  const among = findingsOf(population).find((found) => found.check === check)?.rows ?? []
  return { rows: await listRows(trx, scope, population.id, 0, ROWS, { among }), next: null, full: true }
}
