import type { Tx } from '../database/connect.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { listLines } from '../testing/store.ts'
import { listDrawn, listDraws } from './draws-store.ts'
import type { DrawCard } from './pages.ts'
import { shellLines } from './recipe.ts'
import { drawNumber, populationNumber } from './rules.ts'
import type { PopulationRow } from './store.ts'

const FIRST = 3

/** Each draw as its card shows it: everything somebody needs to do it again. */
export async function drawCards(trx: Tx, scope: EngagementScope, population: PopulationRow): Promise<DrawCard[]> {
  const base = `/engagements/${scope.engagement.id}`
  const lines = await listLines(trx, scope)
  const cards: DrawCard[] = []
  for (const draw of await listDraws(trx, scope, population.id)) {
    const number = drawNumber(draw.number)
    const here = `${base}/populations/${populationNumber(population.number)}/draws/${number}`
    cards.push({
      number, method: draw.method, size: draw.size, populationSize: draw.population_size,
      filter: draw.filter_column === null ? null : `${draw.filter_column} is ${draw.filter_value}`,
      algorithm: draw.algorithm, seed: draw.seed, keysSha256: draw.keys_sha256, fileSha256: draw.file_sha256, reason: draw.reason,
      drawnAt: draw.drawn_at, drawer: draw.drawer,
      request: draw.request_number === null ? null : { number: requestNumber(draw.request_number), href: `${base}/requests/${requestNumber(draw.request_number)}` },
      tests: lines.filter((line) => line.draw_id === draw.id).map((line) => {
        const reference = testReference(line.control_number, line.sequence)
        return { reference, href: `${base}/testing/${reference}` }
      }),
      first: await listDrawn(trx, scope, draw.id, FIRST),
      shell: shellLines({ seed: draw.seed, n: draw.size, keysSha256: draw.keys_sha256 }).join('\n'),
      keysHref: `${here}/keys.txt`, recordHref: `${here}/record.txt`, itemsHref: here,
    })
  }
  return cards
}
