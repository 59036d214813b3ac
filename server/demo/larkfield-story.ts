import { Readable } from 'node:stream'
import { accept, returnSubmission, startReview } from '../evidence/actions.ts'
import { seenParts, type ReviewRecord } from '../evidence/acceptance.ts'
import { setGate } from '../evidence/gate-actions.ts'
import { observe } from '../evidence/observe-actions.ts'
import type { SeenPart } from '../database/schema/evidence.ts'
import { close } from '../requests/actions.ts'
import { comment, note } from '../threads/actions.ts'
import type { Act } from './acts.ts'
import { answer, prepare, requestOf, type Sent } from './answers.ts'
import { workday } from './calendar.ts'
import { larkfieldAsks, type LarkfieldAsk } from './larkfield-asks.ts'
import { momentsFrom } from './larkfield-days.ts'
import { joinersFile } from './larkfield-lists.ts'
import { larkfieldExports, larkfieldPaper, larkfieldScreens } from './larkfield-papers.ts'
import { larkfieldPeople } from './people.ts'
import { writePaper } from './papers.ts'
import { screen } from './screens.ts'
import { as, byLink, type Stage } from './stage.ts'

const zone = 'America/Chicago'
const overdueReturn = 37

const returns: Readonly<Record<number, readonly [reason: 'wrong_system' | 'approver_not_shown' | 'superseded', words: string]>> = {
  2: ['wrong_system', 'This is the sandbox: its address and the marker say so. Please take the same screen in production.'],
  37: ['approver_not_shown', 'Two of the three groups name nobody who approves. Please export the groups with their approvers, or say who approves for them.'],
  38: ['superseded', 'This is version 2 of 2022; the policy speaks of version 4. Please send the checklist that was in force in the period.'],
}

/** Where each request of Larkfield has got to by the day of loading, and how. */
export async function larkfieldAnswers(stage: Stage, today: string): Promise<Act[]> {
  const { site, deeds } = stage
  const on = momentsFrom(today)
  const acts: Act[] = []
  for (const ask of larkfieldAsks) acts.push(...await storyOf(stage, ask, today))
  return [
    ...acts,
    on.act(-1, '15:00', 0, async (at) => deeds.once('gate.switched', { on: true }, async () => setGate(site, await as(stage, 'larkfield-lead', at), true))),
    ...talk(stage, today),
  ]
}

async function storyOf(stage: Stage, ask: LarkfieldAsk, today: string): Promise<Act[]> {
  const { number, kind, standing } = ask
  if (kind === 'inquiry' || kind === 'walkthrough') return meetingOf(stage, ask, today)
  if (kind === 'sample') return []
  if (kind === 'population' && standing === 'accepted') return []
  if (standing === 'accepted') return [...await answered(stage, ask, today, -9 + (number % 3), '10:10'), ...reviewed(stage, ask, today, -5, '09:20'), accepted(stage, ask, today)]
  if (standing === 'in_review') return [...await answered(stage, ask, today, -4, '13:05'), ...reviewed(stage, ask, today, -2, '11:10')]
  if (standing === 'submitted') return await answered(stage, ask, today, -2, '14:15')
  if (standing === 'client_review') return await answered(stage, ask, today, -1, '15:30')
  if (standing === 'returned') return [...await answered(stage, ask, today, -5, '10:40'), ...reviewed(stage, ask, today, -4, '09:35'), sentBack(stage, ask, today)]
  if (standing === 'in_progress') return await begun(stage, ask, today)
  if (standing === 'not_applicable' || standing === 'cancelled') return [closed(stage, ask, today)]
  return []
}

async function answered(stage: Stage, ask: LarkfieldAsk, today: string, day: number, clock: string): Promise<Act[]> {
  const on = momentsFrom(today)
  const { number, kind, system, checklist } = ask
  const openedAt = new Date(on(day, clock).getTime() + number * 3 * 60_000)
  const taken = `${workday(today, day)}T09:0${number % 10}`
  const list = kind === 'population'
  const dated = kind === 'document' ? { at: '', zone: '' } : { at: taken, zone }
  return answer(stage, {
    number, version: 1, openedAt, submittedAt: new Date(openedAt.getTime() + 11 * 60_000), files: await filesOf(ask, today), ticks: checklist.length, toLead: ask.standing === 'client_review',
    statement: { system, query: list ? 'Report of the period, any state' : '', by: kind === 'document' ? '' : ownerOf(ask), ...dated, rows: list ? joinersFile(today).rows : null, edits: 'none' },
  })
}

function reviewed(stage: Stage, { number }: LarkfieldAsk, today: string, day: number, clock: string): Act[] {
  return [momentsFrom(today).act(day, clock, number * 4, async (at) => stage.deeds.once('request.review_started', { number }, async () => startReview(stage.site, await as(stage, reviewerOf(number), at), number)))]
}

function accepted(stage: Stage, { number, kind }: LarkfieldAsk, today: string): Act {
  const paper = larkfieldPaper(number, today)
  const noted: ReviewRecord = kind === 'document' && paper
    ? { seen: [], documentVersion: paper.version, approver: paper.approver, effectiveOn: paper.approvedOn }
    : { seen: Object.keys(seenParts) as SeenPart[], documentVersion: '', approver: '', effectiveOn: null }
  return momentsFrom(today).act(-3, '10:05', number * 5, async (at) => stage.deeds.once('request.accepted', { number }, async () => accept(stage.site, await as(stage, reviewerOf(number), at), number, 1, noted)))
}

function sentBack(stage: Stage, { number, due }: LarkfieldAsk, today: string): Act {
  const [reason, words] = returns[number]!
  return momentsFrom(today).act(number === overdueReturn ? -4 : -2, '15:10', number, async (at) => stage.deeds.once('request.returned', { number }, async () =>
    returnSubmission(stage.site, await as(stage, reviewerOf(number), at), number, 1, { reason, words, dueOn: workday(today, due) })))
}

async function begun(stage: Stage, ask: LarkfieldAsk, today: string): Promise<Act[]> {
  const files = await filesOf(ask, today)
  const openedAt = new Date(momentsFrom(today)(-2, '08:40').getTime() + ask.number * 60_000)
  return prepare(stage, ask.number, openedAt, async () => files, async (run) => stage.deeds.once('evidence.uploaded', { requestId: await requestOf(stage, ask.number) }, run))
}

function closed(stage: Stage, { number, standing }: LarkfieldAsk, today: string): Act {
  const setAside = standing === 'not_applicable'
  const reason = setAside ? 'Removable media are blocked on every device, as the endpoint policy shows, so nothing is left to encrypt.' : 'The call list is part of the response plan, which was asked for already.'
  return momentsFrom(today).act(-6, '16:05', number, async (at) => stage.deeds.once(setAside ? 'request.not_applicable' : 'request.cancelled', { number }, async () => close(stage.site, await as(stage, 'natarajan', at), number, setAside ? 'setNotApplicable' : 'cancel', reason)))
}

function meetingOf(stage: Stage, ask: LarkfieldAsk, today: string): Act[] {
  const { number, kind, standing, title } = ask
  const on = momentsFrom(today)
  if (standing === 'in_progress') {
    return [on.act(-2, '10:25', 0, async (at) => stage.deeds.once('thread.commented', { number, channel: 'link' }, async () => comment(stage.site, await byLink(stage, number, at), number, { text: 'Would the day after tomorrow at ten suit you? I will bring the tickets of the two incidents we had.' })))]
  }
  if (standing !== 'accepted' && standing !== 'in_review') return []
  const observed = on.act(-6, '14:30', number, async (at) => stage.deeds.once('evidence.observed', { number }, async () => {
    const notes = `Video call with ${ownerOf(ask)}\n${workday(today, -6)} ${zone}\n\n${title}\nFollowed on screen, step by step; what was shown agrees with the description.\n`
    const files = kind === 'inquiry' ? [] : [{ name: `walkthrough-${number}.txt`, itemId: null, blob: await stage.site.vault.store(Readable.from([Buffer.from(notes)])) }]
    await observe(stage.site, await as(stage, 'fischer', at), number, {
      source: 'Video call', observer: 'Lena Fischer', at: `${workday(today, -6)}T13:00`, zone, subject: ownerOf(ask), subjectRole: larkfieldPeople.find(({ key }) => key === ask.owner)!.title,
      lines: [{ text: title, answer: kind === 'inquiry' ? 'One data center was left in March; two engineers joined; no contract ended.' : 'Shown on screen from beginning to end, with its times.' }],
    }, files)
  }))
  const review = on.act(-4, '09:10', number, async (at) => stage.deeds.once('request.review_started', { number }, async () => startReview(stage.site, await as(stage, 'webb', at), number)))
  const taken = on.act(-3, '16:20', number, async (at) => stage.deeds.once('request.accepted', { number }, async () => accept(stage.site, await as(stage, 'webb', at), number, 1)))
  return standing === 'accepted' ? [observed, review, taken] : [observed, review]
}

function talk(stage: Stage, today: string): Act[] {
  const { site, deeds } = stage
  const on = momentsFrom(today)
  return [
    on.act(-3, '11:20', 0, async (at) => deeds.once('thread.commented', { number: 31, channel: 'link' }, async () => comment(site, await byLink(stage, 31, at), 31, { text: 'Do you need the recording of a session as well, or is the setting enough?' }))),
    on.act(-3, '13:45', 0, async (at) => deeds.once('thread.commented', { number: 31, channel: 'login' }, async () => comment(site, await as(stage, 'fischer', at), 31, { text: 'The setting and the list of sessions of one day, please. No recording.' }))),
    on.act(-2, '16:40', 0, async (at) => deeds.once('thread.noted', { number: 20 }, async () => note(site, await as(stage, 'fischer', at), 20, 'The segment “exchange” is not on the diagram of the system description. @Priya Natarajan shall we ask for a new diagram?'))),
    on.act(-1, '10:30', 0, async (at) => deeds.once('thread.commented', { number: 34, channel: 'login' }, async () => comment(site, await as(stage, 'webb', at), 34, { text: 'This was due three working days ago. Is the report held up by something we can help with?', question: true }))),
  ]
}

async function filesOf({ number, kind }: LarkfieldAsk, today: string): Promise<Sent[]> {
  if (kind === 'population') return [{ name: 'joiners.csv', bytes: joinersFile(today).text }]
  const picture = larkfieldScreens[number]
  if (picture !== undefined) return [{ name: `${picture.replace('larkfield-', '')}.png`, bytes: await screen(picture) }]
  const exported = larkfieldExports[number]
  if (exported !== undefined) return [{ name: exported[0], bytes: `${exported[1].join('\n')}\n` }]
  const paper = larkfieldPaper(number, today)
  return paper === null ? [] : [{ name: paper.name, bytes: writePaper('Larkfield Health Data, Inc.', paper) }]
}

function ownerOf({ owner }: LarkfieldAsk): string {
  return larkfieldPeople.find(({ key }) => key === owner)!.name
}

function reviewerOf(number: number): string {
  return number % 2 === 0 ? 'fischer' : 'webb'
}
