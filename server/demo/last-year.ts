import { Readable } from 'node:stream'
import type { Site } from '../access/site.ts'
import { addControl } from '../controls/actions.ts'
import { confirmMany } from '../controls/bulk-actions.ts'
import { accept, startReview } from '../evidence/actions.ts'
import { observe } from '../evidence/observe-actions.ts'
import { act, type Act } from './acts.ts'
import { answer, draft, send } from './answers.ts'
import { clock, zone } from './calendar.ts'
import { assemble, openEngagement, startFieldwork, startPlanning } from './company.ts'
import { carveOut, describeSystem, type CarvedOut, type Description } from './description.ts'
import { closeLastYear } from './last-year-closing.ts'
import { disposalNotes } from './last-year-papers.ts'
import { lastYearAnswer, lastYearAsks, lastYearControls, quarterRequest } from './last-year-tests.ts'
import { testLastYear } from './last-year-testing.ts'
import { writePaper } from './papers.ts'
import { ownerByTitle, paySmartPeople } from './people.ts'
import { actorOf, as, type Company, type Stage } from './stage.ts'

const firm = ['okafor', 'reyes', 'bergstrom', 'fischer']
const people = paySmartPeople.filter(({ role, title }) => role !== 'owner' || lastYearControls.some(({ owner }) => owner === title) || lastYearAsks.some(({ owner }) => owner === title))

const described: Description = {
  source: '', none: ['requirement', 'incident', 'change'],
  facts: {
    commitment: ['The platform is available 99.9% of each calendar month.', 'Customer data is encrypted in transit and at rest.', 'Customers are told of an incident that concerns their data within 72 hours.'],
    infrastructure: ['One region of Northgrid Cloud, and a second one for recovery.'], software: ['Payments Core, LedgerOne and the merchant portal.'], people: ['187 people on September 30, 2025.'],
    procedures: ['The procedures of policy set 8.0.'], data: ['Payment instructions, ledger entries and merchant accounts.'],
  },
  cuecs: [['Customers manage their own users and roles.', 'CC6.2'], ['Customers protect their API keys.', 'CC6.1']],
}

const northgrid: CarvedOut = {
  name: 'Northgrid Cloud', service: 'Hosting and physical security of the data centers', criteria: ['CC6.4'], monitor: 'RA-02', csocs: [['Entry to data centers is limited to authorized people.', 'CC6.4']],
}

/** PaySmart's first examination, of the year before, with its team. */
export async function openLastYear(site: Site, company: Company): Promise<Stage> {
  const stage = await openEngagement(site, company, 'PaySmart Global, Inc.', {
    system: 'PaySmart Payments Platform', type: 2, asOf: null, periodStart: '2024-10-01', periodEnd: '2025-09-30', zone, categories: ['security'],
  }, clock('2025-09-09 10:20'))
  await assemble(stage, firm, people, clock('2025-09-09 11:05'))
  return stage
}

/** All that happened then, from the list of controls to the locked file. */
export function lastYearStory(stage: Stage): Act[] {
  const { site, deeds } = stage
  const minutes = (from: string, count: number) => new Date(clock(from).getTime() + count * 60_000)
  const numbers = lastYearControls.map(({ number }) => number)
  const kickOff = lastYearAsks.filter(({ kind }) => kind !== 'sample').map(({ number }) => number)
  return [
    act('2025-09-10 09:30', async (at) => startPlanning(stage, firm, at)),
    ...lastYearControls.map(({ number, wording, owner, frequencies, type, nature, risk, criteria }, index): Act => ({
      at: minutes('2025-09-11 09:30', index * 2),
      run: async (at) => deeds.once('control.added', { number }, async () => addControl(site, await as(stage, 'fischer', at), number,
        { ownerId: actorOf(stage.company, ownerByTitle(owner).key).id, ownerTitle: owner, frequencies, type, nature, risk, criteria }, { text: wording, source: 'Control list of September 2025, sent by Joel Castellanos' })),
    })),
    act('2025-09-15 10:00', async (at) => deeds.once('control.wording_confirmed', { number: numbers[0] }, async () => confirmMany(site, await as(stage, 'castellanos', at), numbers.map((number) => ({ number, version: 1 }))))),
    act('2025-09-16 14:00', async (at) => describeSystem(stage, 'castellanos', described, at)),
    act('2025-09-16 15:10', async (at) => carveOut(stage, 'bergstrom', northgrid, 'System description of September 2025, sent by Joel Castellanos', at)),
    act('2025-09-16 15:20', async (at) => describeSystem(stage, 'bergstrom', { facts: {}, none: ['restriction'], source: '' }, at)),
    act('2025-10-01 09:00', async (at) => startFieldwork(stage, at)),
    ...lastYearAsks.map((ask, index): Act => ({ at: minutes('2025-10-02 10:00', index * 4), run: async (at) => draft(stage, 'fischer', at, ask) })),
    act('2025-10-06 09:10', async (at) => send(stage, 'bergstrom', at, kickOff)),
    ...kickOff.filter((number) => lastYearAnswer(number).length > 0).flatMap((number) => settle(stage, number)), ...watchDisposal(stage),
    ...testLastYear(stage), ...closeLastYear(stage),
  ]
}

/** An owner's documents or settings, looked at and accepted within days. */
function settle(stage: Stage, number: number): Act[] {
  const { site, deeds } = stage
  const papers = lastYearAnswer(number)
  const [first] = papers
  const { system, kind } = lastYearAsks[number - 1]!
  const noted = kind === 'configuration' ? { seen: ['system', 'account', 'value', 'moment'] as const, documentVersion: '', approver: '', effectiveOn: null }
    : { seen: [], documentVersion: first!.version, approver: first!.approver, effectiveOn: first!.approvedOn }
  const settled = kind === 'configuration' ? { by: 'Piotr Zielinski', at: '2025-10-14T15:20', zone } : { by: '', at: '', zone: '' }
  return [
    ...answer(stage, {
      number, version: 1, openedAt: clock(`2025-10-${13 + (number % 3)} 15:${10 + number}`), submittedAt: clock(`2025-10-${13 + (number % 3)} 15:${25 + number}`), ticks: 1,
      files: papers.map((paper) => ({ name: paper.name, bytes: writePaper('PaySmart Global, Inc.', paper) })), statement: { system, query: '', rows: null, edits: 'none', ...settled },
    }),
    act(`2025-10-17 ${10 + number}:05`, async (at) => deeds.once('request.review_started', { number }, async () => startReview(site, await as(stage, 'fischer', at), number))),
    act(`2025-10-17 ${10 + number}:20`, async (at) => deeds.once('request.accepted', { number }, async () => accept(site, await as(stage, 'fischer', at), number, 1, noted))),
  ]
}

function watchDisposal(stage: Stage): Act[] {
  const { site, deeds } = stage
  const number = quarterRequest - 1
  const owner = ownerByTitle('IT Operations Manager')
  return [
    act('2025-10-15 11:10', async (at) => deeds.once('evidence.observed', { number }, async () => observe(site, await as(stage, 'fischer', at), number, {
      source: 'Screen share', observer: 'Lena Fischer', at: '2025-10-15T10:00', zone, subject: owner.name, subjectRole: owner.title,
      lines: [{ text: 'Ticket and asset tags', answer: 'OPS-2210, 14 laptops, PS-0311 to PS-0324.' }, { text: 'Certificate', answer: 'HC-20771 of July 16, 2025, the day before the pick-up.' }],
    }, [{ name: 'disposal-july-2025.txt', itemId: null, blob: await site.vault.store(Readable.from([Buffer.from(disposalNotes)])) }]))),
    act('2025-10-16 09:20', async (at) => deeds.once('request.review_started', { number }, async () => startReview(site, await as(stage, 'bergstrom', at), number))),
    act('2025-10-16 09:34', async (at) => deeds.once('request.accepted', { number }, async () => accept(site, await as(stage, 'bergstrom', at), number, 1))),
  ]
}
