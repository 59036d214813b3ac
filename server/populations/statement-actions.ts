import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope } from '../database/connect.ts'
import { Refused } from '../errors.ts'
import { lockReviewed } from '../evidence/actions.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { counted } from '../sheets/table.ts'
import { record } from '../trail/record.ts'
import { finding, quoted } from './findings.ts'
import { populationNumber } from './rules.ts'
import { insertStatement, listOfSubmission } from './statement-store.ts'

/**
 * Takes an answer without a list as the client's statement that nothing occurred: a population of no rows, to be
 * accepted only with what corroborates it. Returns its number.
 */
export async function takeStatement(site: Site, scope: EngagementScope, request: number, { name, occurrence }: { name: string, occurrence: string }): Promise<number> {
  return await inScope(site.db, scope, async (trx) => {
    const { request: asked, submission } = await lockReviewed(trx, scope, request, null)
    if (asked.kind !== 'population') throw new Refused(`${requestNumber(request)} does not ask for a population.`)
    const [read] = await listOfSubmission(trx, scope, submission.id)
    if (read !== undefined) throw new Refused(`Its answer is read as ${populationNumber(read)} already.`)
    if (submission.row_count !== null && submission.row_count > 0) throw new Refused(`The statement declares ${counted(submission.row_count, 'row')}, so there must be a list: read it, or return ${requestNumber(request)} and ask for it.`)
    if (submission.answer.trim() === '') throw new Refused(`The owner wrote nothing about ${requestNumber(request)}, so there is no statement to take. Return it and ask for one.`)
    const number = await takeNumber(trx, scope.engagement.id, 'population')
    const said = finding('count', 'agrees', `No list was sent. The owner states: ${quoted(submission.answer.trim().replaceAll(/\s+/g, ' '))} Corroborate that nothing occurred.`)
    const id = await insertStatement(trx, scope, { number, name, occurrence, requestId: asked.id, submission, findings: [said] })
    await record(trx, scope, { kind: 'population.none_stated', facts: { populationId: id, number, requestId: asked.id }, detail: { name, occurrence } })
    return number
  })
}
