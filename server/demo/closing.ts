import { describe, evaluate, finish, respond, share, takePosition } from '../exceptions/actions.ts'
import { recordEffect, recordOpinion } from '../exceptions/judge-actions.ts'
import { findException, findStanding } from '../exceptions/store.ts'
import { changePhase } from '../engagements/phase-actions.ts'
import { writeSentence } from '../matrix/sentence-actions.ts'
import { findLine } from '../testing/store.ts'
import { act, type Act } from './acts.ts'
import { found, type Found } from './findings.ts'
import { unprotectedRepository } from './grids.ts'
import { as, look, type Stage } from './stage.ts'

// What the sentences made of the cells do not say by themselves.
const sentences = [
  { control: 'AC-02', at: '2026-11-10 11:52', text: 'Exception noted. Access of 2 of the first 10 leavers selected was removed 3 and 6 business days after the last working day. A further 10 were selected; none was late.' },
  { control: 'CH-02', at: '2026-11-11 10:32', text: 'No exceptions noted in the rules inspected. They applied to all production repositories but one; see the exception noted on CH-01.' },
]

const memos: readonly (readonly [criteria: readonly string[], memo: string])[] = [
  [['CC6.2', 'CC6.3'], 'E-01 and E-02. Two accounts were removed late and not used; the reviews of one quarter were finished late and in full. AC-01 was tested without a deviation. Neither exception points to accounts that stayed open. The criterion is met in all material respects.'],
  [['CC8.1'], 'E-03. One of the changes selected lacked a second person’s approval; the upper limit of the rate is above the tolerable rate, so the sample alone does not carry the conclusion. Compensating: automated tests passed on every change selected, emergency changes were approved and reviewed (CH-03), every other repository demanded an approval, and the change was reviewed afterwards without a finding. The criterion is met in all material respects.'],
  [['CC5.2'], 'The design of CH-02 did not cover a repository on the day it is made. It concerned one repository; policies (GV-07) and the reviews of changes were in place. The criterion is met in all material respects.'],
  [['CC1.4', 'CC2.2'], 'E-04. One person was trained late, while on leave; yearly training and all other joiners selected showed nothing. The criterion is met in all material respects.'],
]

const opinion = 'Four exceptions (E-01 to E-04) are disclosed with management’s responses. Each was weighed on the criteria it bears on and beside the others: they concern different controls, have different causes, and do not point to one failure. On CC8.1 the compensating evidence was decisive; the memo on the criterion says why. AC-07 had no occasion to operate, which is disclosed. Sufficient appropriate evidence was obtained for all criteria in scope.'

/** Takes the four exceptions from their description to their end. */
export function settleExceptions(stage: Stage): Act[] {
  const { site } = stage
  return found.flatMap((one) => {
    const [describedAt, sharedAt, agreedAt, evaluatedAt, respondedAt, finalAt] = one.moments
    const moved = (at: string, to: string, key: string, move: (scope: Awaited<ReturnType<typeof as>>, number: number) => Promise<void>) => act(at, async (at) => {
      const number = await numberOf(stage, one)
      await stage.deeds.once('exception.moved', { number, to }, async () => move(await as(stage, key, at), number))
    })
    return [
      act(describedAt, async (at) => describeOnce(stage, one, at)),
      moved(sharedAt, 'client_confirming', 'bergstrom', async (scope, number) => share(site, scope, number)),
      moved(agreedAt, 'confirmed', 'castellanos', async (scope, number) => takePosition(site, scope, number, 'agreed', 'We looked at the same records and agree.')),
      moved(evaluatedAt, 'evaluated', one.evaluator, async (scope, number) => evaluate(site, scope, number, one.weighed)),
      moved(respondedAt, 'response_received', 'castellanos', async (scope, number) => respond(site, scope, number, one.response)),
      moved(finalAt, 'final', 'natarajan', async (scope, number) => finish(site, scope, number)),
    ]
  })
}

/** The sentences written by hand, what the partner concludes of each criterion and of the whole, and wrap-up. */
export function concludeEngagement(stage: Stage): Act[] {
  const { site, deeds } = stage
  return [
    ...sentences.map(({ control, at, text }) => act(at, async (at) => deeds.once('matrix.sentence_written', { reference: `${control}.T1` }, async () => writeSentence(site, await as(stage, 'bergstrom', at), { control, sequence: 1 }, { part: 'result', text, version: 0 })))),
    ...memos.flatMap(([criteria, memo], index) => criteria.map((criterion, place) => act(`2026-11-19 ${10 + index}:${10 + place * 4}`, async (at) => deeds.once('opinion.effect_recorded', { criterion }, async () => recordEffect(site, await as(stage, 'okafor', at), criterion, 0, 'met', memo))))),
    act('2026-11-19 16:20', async (at) => deeds.once('opinion.recorded', {}, async () => recordOpinion(site, await as(stage, 'okafor', at), 0, 'unqualified', opinion))),
    act('2026-11-20 15:30', async (at) => deeds.once('phase.changed', { to: 'wrap_up' }, async () => changePhase(site, await as(stage, 'natarajan', at), 'wrap_up'))),
  ]
}

async function describeOnce(stage: Stage, one: Found, at: Date): Promise<void> {
  const number = await numberOf(stage, one)
  await stage.deeds.once('exception.described', { number }, async () => {
    const { version } = await look(stage, async (trx, scope) => findException(trx, scope, number))
    const repository = one.control === 'CH-01' ? await unprotectedRepository(stage) : ''
    await describe(stage.site, await as(stage, one.describer, at), number, version, one.describe({ repository }))
  })
}

/** The number of the exception that stands on the control's first test. */
async function numberOf(stage: Stage, { control }: Found): Promise<number> {
  const standing = await look(stage, async (trx, scope) => findStanding(trx, scope, (await findLine(trx, scope, control, 1)).id))
  if (!standing) throw new Error(`No exception stands on ${control}`)
  return standing.number
}
