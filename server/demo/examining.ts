import { markFinding, recordProcedure, type Procedure } from '../populations/procedure-actions.ts'
import type { CheckName } from '../populations/findings.ts'
import { act, type Act } from './acts.ts'
import { bankHolidays } from './calendar.ts'
import { populationOf } from './gathering.ts'
import { as, look, type Stage } from './stage.ts'

type Read = readonly [request: number, version: number, file: string]

/** What the auditors did with the lists themselves before they took or returned them. */
export function examine(stage: Stage): Act[] {
  return [
    performed(stage, '2026-10-09 09:55', [2, 1, 'leavers.csv'], { kind: 'second_source', words: 'Agreed to the payroll report of the same time by employee_id.' }, [2, 1, 'payroll-leavers.csv']),
    performed(stage, '2026-10-14 14:20', [2, 2, 'leavers-v2.csv'], { kind: 'second_source', words: 'Agreed to the payroll report of the same time by employee_id.' }, [2, 2, 'payroll-leavers.csv']),
    performed(stage, '2026-10-13 09:05', [3, 1, 'changes.csv'], { kind: 'screen_count', words: 'Count of the deployment dashboard for the same days.', shown: 1284 }),
    performed(stage, '2026-10-16 09:58', [3, 2, 'changes-v2.csv'], { kind: 'screen_count', words: 'Count of the deployment dashboard for the same days.', shown: 1284 }),
    performed(stage, '2026-10-14 13:02', [8, 2, 'access-requests-v2.csv'], { kind: 'query_logic', words: 'Saved search 12 read on screen: no filter on status or system, dates of the period.', conclusion: 'agrees' }),
    marked(stage, '2026-10-12 09:20', [1, 1, 'staff.csv'], 'count', 'The statement gives the count of joiners; the screen of report 121 shows 212.'),
    marked(stage, '2026-10-14 10:22', [10, 1, 'reconciliations.csv'], 'empty_days', `The ${bankHolidays.length} weekdays without a row are bank holidays: agreed to the calendar of the Federal Reserve.`),
  ]
}

function performed(stage: Stage, at: string, read: Read, said: Pick<Procedure, 'kind' | 'words'> & Partial<Procedure>, second?: Read): Act {
  return act(at, async (at) => {
    const number = await populationOf(stage, ...read)
    const populationId = await idOf(stage, number)
    const other = second === undefined ? null : await populationOf(stage, ...second)
    await stage.deeds.once('population.procedure_recorded', { populationId }, async () => recordProcedure(stage.site, await as(stage, 'webb', at), number, { performedOn: at.toISOString().slice(0, 10), conclusion: null, shown: null, items: '', ...said, other }))
  })
}

function marked(stage: Stage, at: string, read: Read, check: CheckName, note: string): Act {
  return act(at, async (at) => {
    const number = await populationOf(stage, ...read)
    await stage.deeds.once('population.marked', { number, check }, async () => markFinding(stage.site, await as(stage, 'fischer', at), number, check, { tick: 'explained', note }))
  })
}

async function idOf(stage: Stage, number: number): Promise<string> {
  const { id } = await look(stage, async (trx, scope) => trx.selectFrom('population').select('id').where('engagement_id', '=', scope.engagement.id).where('number', '=', number).executeTakeFirstOrThrow())
  return id
}
