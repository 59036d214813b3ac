import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { returnOne, type Return } from '../evidence/actions.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { populationNumber } from './rules.ts'
import { findPopulation } from './store.ts'

/** Sends the list back to its owner with the request it answers, in one act; the words say what was found. */
export async function returnPopulation(site: Site, scope: EngagementScope, number: number, returned: Return): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const population = await findPopulation(trx, scope, number)
    if (population.request_number === null) throw new Refused(`${populationNumber(number)} was made from the calendar, so there is nobody to return it to. Leave out what was not due, with the reason.`)
    if (population.status !== 'checking') throw new Refused(`${populationNumber(number)} is ${population.status}, so it is not returned from here.`)
    await record(trx, scope, ...await returnOne(trx, scope, site.sealer, population.request_number, population.submission_number, returned))
  })
}
