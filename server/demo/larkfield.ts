import type { Site } from '../access/site.ts'
import { addControl, confirm } from '../controls/actions.ts'
import type { ControlFields } from '../controls/store.ts'
import { accept, returnSubmission, startReview } from '../evidence/actions.ts'
import type { RequestDraft } from '../requests/store.ts'
import { todayIn } from '../engagements/calendar.ts'
import type { Act } from './acts.ts'
import { answer, draft, prepare, send } from './answers.ts'
import type { Ask } from './asks.ts'
import { plusDays } from './calendar.ts'
import { assemble, openEngagement } from './company.ts'
import { screen } from './gathering.ts'
import { larkfieldPeople } from './people.ts'
import { actorOf, as, type Company, type Stage } from './stage.ts'

const zone = 'America/Chicago'

type OwnControl = Omit<ControlFields, 'ownerId' | 'ownerTitle'> & { readonly number: string, readonly owner: string, readonly text: string }

const controls: readonly OwnControl[] = [
  { number: 'LH-01', owner: 'larkfield-lead', text: 'The security policy is reviewed and approved each year by the Head of Compliance.', frequencies: ['annual'], type: 'preventive', nature: 'manual', risk: 'low', criteria: ['CC5.3', 'CC2.2'] },
  { number: 'LH-02', owner: 'larkfield-identity', text: 'All staff sign in to production with a second factor.', frequencies: ['continuous'], type: 'preventive', nature: 'automated', risk: 'moderate', criteria: ['CC6.1', 'CC6.6'] },
  { number: 'LH-03', owner: 'larkfield-data', text: 'Stores that hold client data are encrypted, and their keys are rotated each year.', frequencies: ['annual'], type: 'preventive', nature: 'automated', risk: 'moderate', criteria: ['CC6.1', 'C1.1'] },
  { number: 'LH-04', owner: 'larkfield-data', text: 'Client data is deleted within 90 days after a contract ends, and a record of the deletion is kept.', frequencies: ['event_driven'], type: 'preventive', nature: 'it_dependent_manual', risk: 'high', criteria: ['C1.2'] },
]

const asks: readonly (readonly [RequestDraft['kind'], Ask])[] = [
  ['document', ask('Security policy with its approval', 'The policy in force, with version, approver and date.', '', 'larkfield-lead', 'LH-01', ['Version, approver and date can be seen'])],
  ['configuration', ask('Sign-on policy for the workforce', 'The screen that shows factors, groups and password rules in production.', 'Identity console', 'larkfield-identity', 'LH-02', ['Production, not a test system', 'The whole window with address, account and clock'])],
  ['configuration', ask('Encryption of the data stores', 'The list of data stores in production with encryption and key.', 'Data console', 'larkfield-data', 'LH-03', ['Every store that holds client data'])],
  ['configuration', ask('Retention and deletion rules', 'The rules by which client data is deleted, and the last run.', 'Data console', 'larkfield-data', 'LH-04', ['The rule and its last change', 'The last run with its result'])],
  ['document', ask('Key rotation history', 'The record of key rotations in the period.', 'Data console', 'larkfield-data', 'LH-03', ['Each key with the day it was rotated'])],
  ['walkthrough', ask('Follow one deletion from the end of a contract', 'An hour with whoever runs the deletion, on one contract that ended in the period.', '', 'larkfield-data', 'LH-04', [])],
]

/** The second client's engagement: in planning, its first requests out, one in nearly every state. Its days count back from the loading. */
export async function openLarkfield(site: Site, company: Company, now: Date): Promise<Stage> {
  const periodEnd = plusDays(todayIn(zone, now), -45)
  const stage = await openEngagement(site, company, 'Larkfield Health Data, Inc.', {
    system: 'Larkfield Claims Exchange', type: 2, asOf: null, periodStart: plusDays(periodEnd, -364), periodEnd, zone, categories: ['security', 'confidentiality'],
  }, daysBefore(now, 12))
  await assemble(stage, ['okafor', 'fischer'], larkfieldPeople, daysBefore(now, 11.8))
  return stage
}

/** All that has happened at Larkfield by `now`. */
export async function larkfieldStory(stage: Stage, now: Date): Promise<Act[]> {
  const { site, deeds } = stage
  const today = todayIn(zone, now)
  const before = (days: number) => daysBefore(now, days)
  const ago = (days: number, run: Act['run']): Act => ({ at: before(days), run })
  const stated = (system: string, by: string) => ({ system, query: '', by, at: `${plusDays(today, -5)}T11:20`, zone, rows: null, edits: 'none' })
  const policy = 'Larkfield Health Data, Inc.\nSecurity policy, version 7\n\nOwner: Head of Compliance\nApproved by: Arthur Penhallow\n\n1  Scope\nEvery system that holds client data, and everybody who works on one.\n\n2  Access\nAccess follows the role, is approved before it is given and ends with the role.\n'
  return [
    ...controls.map(({ number, owner, text, ...fields }, index) => ago(11 - index / 100, async (at) => deeds.once('control.added', { number }, async () => addControl(site, await as(stage, 'fischer', at), number,
      { ...fields, ownerId: actorOf(stage.company, owner).id, ownerTitle: titleOf(owner) }, { text, source: 'Control list sent by Simone Adeyemi' })))),
    ...controls.slice(0, 3).map(({ number }, index) => ago(10 - index / 100, async (at) => deeds.once('control.wording_confirmed', { number }, async () => confirm(site, await as(stage, 'larkfield-lead', at), number, 1)))),
    ...asks.map(([kind, one], index) => ago(8 - index / 100, async (at) => draft(stage, 'fischer', at, index + 1, kind, one, plusDays(today, index < 3 ? 2 : 6)))),
    ago(7, async (at) => send(stage, 'natarajan', at, [1, 2, 3, 4, 5])),
    ...answer(stage, { number: 1, version: 1, openedAt: before(6.2), submittedAt: before(6.1), files: [{ name: 'security-policy-v7.txt', bytes: policy }], statement: { ...stated('Policy library', ''), at: '', zone: '' }, ticks: 1 }),
    ago(5, async (at) => deeds.once('request.review_started', { number: 1 }, async () => startReview(site, await as(stage, 'fischer', at), 1))),
    ago(4.9, async (at) => deeds.once('request.accepted', { number: 1 }, async () => accept(site, await as(stage, 'fischer', at), 1, 1, { seen: [], documentVersion: '7', approver: 'Arthur Penhallow', effectiveOn: plusDays(today, -300) }))),
    ...answer(stage, { number: 2, version: 1, openedAt: before(3.8), submittedAt: before(3.7), files: [{ name: 'sign-on-policy.png', bytes: await screen('larkfield-signon-sandbox') }], statement: stated('Identity console', 'Kenji Morales'), ticks: 2 }),
    ago(2.9, async (at) => deeds.once('request.review_started', { number: 2 }, async () => startReview(site, await as(stage, 'fischer', at), 2))),
    ago(2.8, async (at) => deeds.once('request.returned', { number: 2 }, async () => returnSubmission(site, await as(stage, 'fischer', at), 2, 1, { reason: 'wrong_system', words: 'This is the sandbox: its address and the marker say so. Please take the same screen in production.', dueOn: plusDays(today, 3) }))),
    ...answer(stage, { number: 3, version: 1, openedAt: before(1.3), submittedAt: before(1.2), files: [{ name: 'data-stores.png', bytes: await screen('larkfield-encryption') }], statement: stated('Data console', 'Olga Brandvold'), ticks: 1 }),
    ago(0.9, async (at) => deeds.once('request.started', { number: 4 }, async () => prepare(stage, 4, at, [{ name: 'retention-rules.png', bytes: await screen('larkfield-retention') }]))),
  ]
}

function ask(title: string, text: string, system: string, owner: string, control: string, checklist: readonly string[]): Ask {
  return { title, ask: text, why: `It shows whether ${control} is in place.`, system, owner, controls: [control], checklist, example: '' }
}

function titleOf(key: string): string {
  return larkfieldPeople.find((one) => one.key === key)!.title
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 24 * 3600 * 1000)
}
