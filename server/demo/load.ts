import { sql } from 'kysely'
import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { roleName } from '../engagements/roles.ts'
import { play, type Act } from './acts.ts'
import { brightwellName, brightwellPeople, brightwellStory, openBrightwell } from './brightwell.ts'
import { clock } from './calendar.ts'
import { gatherFirm, program } from './company.ts'
import { larkfieldStory, openLarkfield } from './larkfield.ts'
import { lastYearStory, openLastYear } from './last-year.ts'
import { openPaySmart, paySmartStory } from './paysmart.ts'
import { firmName, firmPeople, larkfieldPeople, paySmartPeople } from './people.ts'
import { tellPeople, tellProgress } from './progress.ts'
import { actorOf, type Company } from './stage.ts'
import type { DemoPerson } from './store.ts'

// 'demo' in ASCII: whoever loads holds this lock of the database until they are done or gone.
const lock = 0x64656d6f

// Gathering the people and opening the four engagements.
const openings = 5

// A killed process lets go of the lock within moments; whoever holds it longer is loading.
const patience = '2s'

/**
 * Job: tells the demo's story through the rooms' own actions, each at its moment. Called again after it was killed, it
 * goes on where it stopped; called again when all is told, it changes nothing. The firm and its partner must be there.
 */
export async function loadDemo(site: Site): Promise<void> {
  await inScope(site.db, program, async (trx) => {
    if (await isTaken(trx)) return
    await tell(site)
  })
}

/** Takes the lock; waiting for it until the other has loaded would keep the jobs waiting that the other waits for. */
async function isTaken(trx: Tx): Promise<boolean> {
  await sql`select set_config('lock_timeout', ${patience}, true)`.execute(trx)
  await sql`savepoint before_lock`.execute(trx)
  try {
    await sql`select pg_advisory_xact_lock(${lock})`.execute(trx)
    return false
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error
    await sql`rollback to savepoint before_lock`.execute(trx)
    return true
  }
}

async function tell(site: Site): Promise<void> {
  const { dataDir } = site.config
  const now = new Date()
  await tellProgress(dataDir, { step: 0, of: 1, done: false })
  const company = await gatherFirm(site, clock('2025-09-02 10:00'))
  const lastYear = await openLastYear(site, company)
  const paySmart = await openPaySmart(site, company)
  const larkfield = await openLarkfield(site, company, now)
  const brightwell = await openBrightwell(site, company, now)
  await tellPeople(dataDir, peopleOf(company))
  const stories: readonly Act[][] = [lastYearStory(lastYear), await paySmartStory(paySmart), await larkfieldStory(larkfield, now), brightwellStory(brightwell, now)]
  const of = openings + stories.flat().length
  let before = openings
  for (const acts of stories) {
    await play(acts, async (done) => tellProgress(dataDir, { step: before + done, of, done: false }))
    before += acts.length
  }
  await tellProgress(dataDir, { step: of, of, done: true })
}

function peopleOf(company: Company): DemoPerson[] {
  const clients = [['PaySmart Global, Inc.', paySmartPeople], ['Larkfield Health Data, Inc.', larkfieldPeople], [brightwellName, brightwellPeople]] as const
  return [
    ...firmPeople.map(({ key, name, title, role, note }) => ({ personId: actorOf(company, key).id, name, title, side: 'firm' as const, role: roleName(role), organization: firmName, note })),
    ...clients.flatMap(([organization, people]) => people.filter(({ note }) => note !== '').map(({ key, name, title, role, note }) => ({
      personId: actorOf(company, key).id, name, title, side: 'client' as const, role: roleName(role), organization, note,
    }))),
  ]
}
