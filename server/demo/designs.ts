import { evaluateDesign, signDesignReview } from '../testing/design-actions.ts'
import { act, type Act } from './acts.ts'
import { requestOf } from './answers.ts'
import { paySmartAsks } from './asks.ts'
import { clock } from './calendar.ts'
import controls from './controls.json' with { type: 'json' }
import { meetings } from './meetings.ts'
import { as, type Stage } from './stage.ts'

// What was looked at of controls that no walkthrough, setting or document shows.
const shownOnScreen: Readonly<Record<string, string>> = {
  'GV-01': 'the way of one joiner of September through the HR system, where access waits for the acceptance',
  'GV-04': 'the screening step of one joiner of September, without which the HR system gives no start date',
  'GV-05': 'the assignment of the course to one joiner of September and the list of overdue learners',
  'GV-06': 'the form of the yearly review with its part on control duties, and one completed review',
  'RA-02': 'the register of vendors and the assessment of one vendor of tier 1',
  'MO-01': 'the plan of the tests of a quarter and the report made of it',
  'AC-04': 'one review in AccessHub from the pull of the list of users to the removals',
  'AC-06': 'the entrance with its badge reader, the visitors’ book and one review of badge holders',
  'VM-01': 'the schedule of scans, one report and the ticket of one finding',
  'LG-01': 'the triage of one day in the log platform and the record kept of it',
  'IR-01': 'the response plan and one incident from its ticket to its closing',
  'CH-03': 'one emergency change from the call to the review two days later',
  'AV-01': 'the notes of one capacity review and the tickets made of it',
  'AV-03': 'one restore test and the record of its result',
  'PI-04': 'one alert of a failed job and the ticket it opened by itself',
}

/** The design of every control: evaluated by one person, reviewed by another; that of CH-02 again after what was found on CH-01. */
export function evaluateDesigns(stage: Stage): Act[] {
  const soon = (from: string, minutes: number) => new Date(clock(from).getTime() + minutes * 60_000)
  return [
    ...controls.flatMap(({ number, owner }, index): Act[] => [
      { at: soon('2026-10-22 09:00', index * 5), run: async (at) => stage.deeds.once('design.evaluated', { number }, async () => evaluate(stage, number, owner, index % 2 === 0 ? 'webb' : 'fischer', at)) },
      { at: soon('2026-10-26 13:30', index * 4), run: async (at) => stage.deeds.once('design.reviewed', { number, conclusion: 'suitable' }, async () => signDesignReview(stage.site, await as(stage, index % 3 === 0 ? 'natarajan' : 'bergstrom', at), number)) },
    ]),
    act('2026-11-10 14:10', async (at) => stage.deeds.once('design.evaluated', { number: 'CH-02', conclusion: 'deficient' }, async () => evaluateDesign(stage.site, await as(stage, 'webb', at), 'CH-02', 1, {
      lookedAt: 'Looked at again after what was found on CH-01: how a repository is made, and who switches branch protection on.', requestId: await requestOf(stage, 39), conclusion: 'deficient', implemented: true, seenOn: '2026-11-10',
      deficiency: 'The rule is applied by hand, repository by repository: on October 14, 2026, it covered 11 of 12 production repositories. A new one has none until somebody thinks of it, and nothing reports that.',
    }))),
    act('2026-11-11 09:25', async (at) => stage.deeds.once('design.reviewed', { number: 'CH-02', conclusion: 'deficient' }, async () => signDesignReview(stage.site, await as(stage, 'bergstrom', at), 'CH-02'))),
  ]
}

async function evaluate(stage: Stage, number: string, owner: string, key: string, at: Date): Promise<void> {
  const ask = paySmartAsks.findLast(({ kind, controls }) => controls.includes(number) && kind !== 'population' && kind !== 'sample')
  const looked = ask === undefined ? `The ${owner} showed ${shownOnScreen[number]!}.` : `Read against the wording part by part: ${ask.title.charAt(0).toLowerCase()}${ask.title.slice(1)}.`
  const met = meetings.find((meeting) => meeting.number === ask?.number)?.at.slice(0, 10)
  await evaluateDesign(stage.site, await as(stage, key, at), number, 1, {
    lookedAt: `${looked} Run as written by competent people, it meets the criteria it serves.`, requestId: ask === undefined ? null : await requestOf(stage, ask.number),
    conclusion: 'suitable', deficiency: '', implemented: true, seenOn: met ?? '2026-10-20',
  })
}
