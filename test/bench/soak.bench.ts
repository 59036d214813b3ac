import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { connect, type Db } from '../../server/database/connect.ts'
import { startAway } from './away.ts'
import type { Bench } from './bench.ts'
import { residentOf } from './memory.ts'
import type { SoakSite } from './soak-site.process.ts'
import { ask, hashOf, seeded, work, type Ledger, type OwnCell, type Site } from './soak/work.ts'

const seed = 20_260_930

export const bench: Bench = {
  what: '200 people at work for ten minutes, or as many as asked for: answers that were no success',
  aim: { most: 0 },
  unit: '',
  also: [
    { what: '– acknowledged writes that were not there afterwards', aim: { most: 0 }, unit: '' },
    { what: '– memory of the web process at rest afterwards, over that after a fifth of the time', aim: { most: 1.1 }, unit: '×' },
    { what: '– 99 in 100 answers within', aim: {}, unit: 'ms' },
  ],
  rounds: 1,
  prepare: async (size, ending, minutes = 10) => {
    const site = await startAway<SoakSite>('soak-site.process.ts', [size === 'full' ? '34' : '2'], ending)
    const owner = connect(site.said.ownerUrl, 2)
    ending(async () => owner.destroy())
    const workers = site.said.workers.slice(0, 200)
    const agent = new Agent({ keepAlive: true })
    ending(() => agent.destroy())
    const ledger: Ledger = { took: [], faults: [], notes: new Map(), files: new Map() }
    const at: Site = { address: site.said.address, agent, ledger }
    const cells = await ownCells(owner)
    const lasting = size === 'full' ? minutes * 60_000 : 500
    const patience = size === 'full' ? 16_000 : 200
    return {
      ours: async () => {
        const begun = performance.now()
        const early = pause(lasting / 5).then(() => residentOf(site.pid))
        await Promise.all(workers.map(async (worker, place) => {
          const random = seeded(seed + place)
          while (performance.now() - begun < lasting) {
            await pause(random() * patience)
            await work(at, worker, place, cells.get(`${worker.base} ${worker.role}`) ?? [], random)
          }
        }))
        const answers = ledger.took.toSorted((one, other) => one - other)
        const most = answers[Math.floor(answers.length * 0.99)]!
        await pause(size === 'full' ? 20_000 : 0)
        const rest = residentOf(site.pid) / await early
        return [ledger.faults.length, await countLost(at, owner), rest, most]
      },
      figures: () => ({
        answers: String(ledger.took.length), 'results saved and read back': String(ledger.notes.size), 'files kept and read back': String(ledger.files.size), 'memory at rest': `${(residentOf(site.pid) / 1024).toFixed(0)} MB`,
        ...ledger.faults[0] ? { 'the first that was no success': ledger.faults[0] } : {},
      }),
    }
  },
}

/** The cells of each engagement, half for its senior and half for its staff auditor, so that nobody changes another's. */
async function ownCells(owner: Db): Promise<Map<string, OwnCell[]>> {
  const { rows } = await sql<OwnCell & { base: string }>`select '/engagements/' || cell.engagement_id as base, cell.engagement_id || ' ' || item_id || ' ' || letter as key, control.number || '.T' || line.sequence as reference, item_id as item, letter, cell.version
    from cell join test_line line on line.engagement_id = cell.engagement_id and line.id = cell.test_line_id join control on control.engagement_id = line.engagement_id and control.id = line.control_id
    where control.number like 'TX-%' and result = 'pass' order by 1, 2`.execute(owner)
  const own = new Map<string, OwnCell[]>()
  for (const { base, ...cell } of rows) {
    const key = `${base} ${cell.letter < 'C' ? 'senior' : 'staff'}`
    own.set(key, [...own.get(key) ?? [], cell])
  }
  return own
}

async function countLost(site: Site, owner: Db): Promise<number> {
  let lost = 0
  const { rows } = await sql<{ key: string, note: string }>`select engagement_id || ' ' || item_id || ' ' || letter as key, note from cell where result = 'not_applicable'`.execute(owner)
  const notes = new Map(rows.map(({ key, note }) => [key, note]))
  for (const [key, note] of site.ledger.notes) if (notes.get(key) !== note) lost++
  let place = 0
  for (const [path, { cookie, sha256 }] of site.ledger.files) {
    const { status, body } = await ask(site, { cookie }, place++ % 200, path, {})
    if (status !== 200 || hashOf(body) !== sha256) lost++
  }
  return lost
}
