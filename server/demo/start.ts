import type { Site } from '../access/site.ts'
import { findIdByEmail } from '../accounts/store.ts'
import { inScope } from '../database/connect.ts'
import { enqueue } from '../jobs/queue.ts'
import { clock } from './calendar.ts'
import { foundFirm, program } from './company.ts'
import { firmPeople } from './people.ts'
import { tellProgress } from './progress.ts'
import { readProgress } from './store.ts'

/**
 * On the first start founds the demo's firm, which only the database's owner may, and has the rest loaded in a job. On a
 * later one does nothing when all is loaded; what a killed loading left undone is gone on with.
 */
export async function startDemo(site: Site, { ownerUrl }: { readonly ownerUrl: string }): Promise<void> {
  const { db, config: { dataDir } } = site
  const founded = await inScope(db, program, async (trx) => findIdByEmail(trx, firmPeople[0]!.email)) !== null
  if (founded && (await readProgress(dataDir))?.done) return
  if (!founded) {
    await tellProgress(dataDir, { step: 0, of: 1, done: false })
    await foundFirm(ownerUrl, clock('2025-09-01 09:00'))
  }
  await inScope(db, program, async (trx) => enqueue(trx, 'load_demo', {}, 'load_demo'))
}
