import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { streamKeys, streamStrata } from '../populations/keys-stream.ts'
import { drawCard } from '../populations/draws-pages.ts'
import { listDrawn, listDraws } from '../populations/draws-store.ts'
import { drawRecord } from '../populations/record-pages.ts'
import { keysFile, strataFile } from '../populations/recipe.ts'
import { drawNumber, populationNumber } from '../populations/rules.ts'
import { listPopulations } from '../populations/store.ts'
import type { EngagementScope } from '../scope.ts'

/** A file about a draw, its bytes made while they are read. */
export type SamplePiece = { readonly path: string, readonly name: string, readonly at: Date, readonly pieces: Iterable<Buffer> | AsyncIterable<Buffer> }

/** What anybody needs to draw each sample again: its keys, the parts of a divided list, its record and the lines for a shell. */
export async function* samplePieces(site: Site, scope: EngagementScope): AsyncGenerator<SamplePiece> {
  for (const population of await inScope(site.db, scope, async (trx) => listPopulations(trx, scope))) {
    for (const draw of await inScope(site.db, scope, async (trx) => listDraws(trx, scope, population.id))) {
      const { card, record } = await inScope(site.db, scope, async (trx) => {
        const found = await drawCard(trx, scope, population, draw)
        return { card: found, record: drawRecord(scope, population, found, await listDrawn(trx, scope, draw.id)) }
      })
      const numbers = `${populationNumber(population.number)} ${drawNumber(draw.number)}`
      const piece = (file: string, pieces: SamplePiece['pieces']): SamplePiece => ({ path: `samples/${numbers.replace(' ', '/')}/${file}`, name: `${numbers} ${file}`, at: draw.drawn_at, pieces })
      yield piece(keysFile, streamKeys(site, scope, population, draw))
      if (draw.strata) yield piece(strataFile, streamStrata(site, scope, population, draw))
      yield piece('record.txt', [Buffer.from(record)])
      if (card.shell !== '') yield piece('redraw.sh', [Buffer.from(`${card.shell}\n`)])
    }
  }
}
