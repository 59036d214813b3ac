import { Readable } from 'node:stream'
import { accept, returnSubmission, startReview } from '../evidence/actions.ts'
import { seenParts, type ReviewRecord } from '../evidence/acceptance.ts'
import { observe } from '../evidence/observe-actions.ts'
import type { Statement } from '../evidence/rules.ts'
import type { SeenPart } from '../database/schema/evidence.ts'
import { act, type Act } from './acts.ts'
import { answer, type Sent } from './answers.ts'
import { askOf } from './asks.ts'
import { clock, plusDays, zone } from './calendar.ts'
import type { Meeting } from './meetings.ts'
import { ownerByTitle } from './people.ts'
import { papers, writePaper } from './papers.ts'
import { screen } from './screens.ts'
import type { Setting } from './settings.ts'
import { actorOf, as, type Stage } from './stage.ts'

const allSeen = Object.keys(seenParts) as SeenPart[]

/** A setting, shown on its screens, looked at and accepted or returned. */
export async function settleSetting(stage: Stage, setting: Setting): Promise<Act[]> {
  const { number, by, reviewer, moments: [openedAt, submittedAt, reviewedAt, decidedAt], taken, screens, texts = {}, version = 1, returned } = setting
  const { checklist, system } = askOf(number)
  const files: Sent[] = Object.entries(texts).map(([name, bytes]) => ({ name, bytes }))
  for (const [name, picture] of Object.entries(screens)) files.unshift({ name, bytes: await screen(picture) })
  return [
    ...answer(stage, { number, version, openedAt: clock(openedAt), submittedAt: clock(submittedAt), files, statement: { ...unstated, system, by, at: taken, zone }, ticks: checklist.length }),
    begin(stage, reviewer, reviewedAt, number, version),
    act(decidedAt, async (at) => returned
      ? stage.deeds.once('request.returned', { number, version }, async () => returnSubmission(stage.site, await as(stage, reviewer, at), number, version, returned))
      : take(stage, reviewer, at, number, version, { seen: allSeen, documentVersion: '', approver: '', effectiveOn: null })),
  ]
}

/** The documents, each sent by its owner within days, looked at and accepted. */
export function settlePapers(stage: Stage): Act[] {
  return Object.entries(papers).flatMap(([key, paper], index) => {
    const number = Number(key)
    const { checklist, system } = askOf(number)
    const day = plusDays('2026-10-06', Math.floor(index / 3))
    const hour = 10 + (index % 3) * 2
    const reviewer = index % 2 === 0 ? 'webb' : 'fischer'
    const looked = plusDays(day, 6)
    return [
      ...answer(stage, { number, version: 1, openedAt: clock(`${day} ${hour}:06`), submittedAt: clock(`${day} ${hour}:15`), files: [{ name: paper.name, bytes: writePaper('PaySmart Global, Inc.', paper) }], statement: { ...unstated, system }, ticks: checklist.length }),
      begin(stage, reviewer, `${looked} ${hour}:20`, number, 1),
      act(`${looked} ${hour}:38`, async (at) => take(stage, reviewer, at, number, 1, { seen: [], documentVersion: paper.version, approver: paper.approver, effectiveOn: paper.approvedOn })),
    ]
  })
}

/** A meeting: what was said or seen is written down by whoever was there, and accepted by somebody else. */
export function settleMeeting(stage: Stage, meeting: Meeting): Act[] {
  const { site, deeds } = stage
  const { number, observer, acceptor, at: heldAt, recordedAt, acceptedAt, source, subject, subjectRole, lines, notes } = meeting
  return [
    act(recordedAt, async (at) => deeds.once('evidence.observed', { number }, async () => {
      const files = notes === undefined ? [] : [{ name: notes, itemId: null, blob: await site.vault.store(Readable.from([Buffer.from(writeNotes(meeting))])) }]
      await observe(site, await as(stage, observer, at), number, { source, observer: actorOf(stage.company, observer).name, at: heldAt, zone, subject, subjectRole, lines }, files)
    })),
    begin(stage, acceptor, acceptedAt, number, 1),
    { at: new Date(clock(acceptedAt).getTime() + 8 * 60_000), run: async (at) => deeds.once('request.accepted', { number }, async () => accept(site, await as(stage, acceptor, at), number, 1)) },
  ]
}

/** The person behind the title that a request names its owner by. */
export function ownerOf(number: number): string {
  return ownerByTitle(askOf(number).owner).name
}

const unstated: Statement = { system: '', query: '', by: '', at: '', zone: '', rows: null, edits: 'none' }

function begin(stage: Stage, key: string, at: string, number: number, version: number): Act {
  return act(at, async (at) => stage.deeds.once('request.review_started', { number, version }, async () => startReview(stage.site, await as(stage, key, at), number)))
}

async function take(stage: Stage, key: string, at: Date, number: number, version: number, noted: ReviewRecord): Promise<void> {
  await stage.deeds.once('request.accepted', { number }, async () => accept(stage.site, await as(stage, key, at), number, version, noted))
}

function writeNotes({ source, subject, subjectRole, at, lines }: Meeting): string {
  const steps = lines.flatMap(({ text, answer }, index) => ['', `${index + 1}  ${text}`, answer])
  return `${[`${source} with ${subject}, ${subjectRole}`, `${at.replace('T', ' ')} ${zone}`, ...steps].join('\n')}\n`
}
