import type { Conclusion } from '../database/schema/testing.ts'
import { openNote, stepNote } from '../testing/notes-actions.ts'
import { conclude, sign } from '../testing/plan-actions.ts'
import { parseTestReference } from '../testing/rules.ts'
import { flag } from '../testing/signing-actions.ts'
import { act, type Act } from './acts.ts'
import { drawings } from './draws.ts'
import { ownTests } from './own-plans.ts'
import { testerOf } from './own-tests.ts'
import { as, type Stage } from './stage.ts'

type Signing = { readonly reference: string, readonly preparer: string, readonly conclusion: Conclusion | null, readonly preparedAt: string, readonly reviewer: string, readonly reviewedAt: string }

const excepted = 'effective_with_exceptions'

// The lines that the story dates: those with exceptions, the one with nothing to test and the two with review notes.
const told: Readonly<Record<string, Partial<Signing>>> = {
  'AC-02.T1': { conclusion: excepted, preparedAt: '2026-11-10 11:14', reviewedAt: '2026-11-12 09:26' },
  'AC-04.T1': { conclusion: excepted, preparedAt: '2026-11-04 11:40', reviewedAt: '2026-11-06 15:20', reviewer: 'bergstrom' },
  'CH-01.T1': { conclusion: excepted, preparedAt: '2026-11-13 14:03', reviewedAt: '2026-11-16 10:37', reviewer: 'bergstrom' },
  'GV-05.T1': { conclusion: excepted, preparedAt: '2026-11-13 14:40', reviewedAt: '2026-11-16 11:05' },
  'CH-02.T1': { conclusion: 'design_deficiency', preparedAt: '2026-11-11 10:20', reviewedAt: '2026-11-12 11:10' },
  'PI-03.T1': { preparedAt: '2026-11-06 09:48', reviewedAt: '2026-11-10 16:12', reviewer: 'bergstrom' },
}

// What the partner signs as well.
const significant = ['CH-01.T1', 'CH-02.T1']

/** Concludes every test and has it signed by whoever prepared it and by somebody senior. */
export function signTests(stage: Stage): Act[] {
  const own = ownTests.map((test, index): Signing => ({ reference: test.reference, preparer: testerOf(test), conclusion: 'effective', preparedAt: `2026-10-27 ${time(9, index * 9)}`, reviewer: index % 3 === 0 ? 'natarajan' : 'bergstrom', reviewedAt: `2026-10-29 ${time(10, index * 8)}` }))
  const drawn = drawings.flatMap(({ tests, reviewer }) => tests.map((reference) => ({ reference, preparer: reviewer })))
    .map((line, index): Signing => ({ ...line, conclusion: 'effective', preparedAt: `2026-11-09 ${time(9, index * 11)}`, reviewer: index % 3 === 1 ? 'natarajan' : 'bergstrom', reviewedAt: `2026-11-11 ${time(13, index * 9)}` }))
  const none: Signing = { reference: 'AC-07.T1', preparer: 'webb', conclusion: null, preparedAt: '2026-10-23 09:34', reviewer: 'bergstrom', reviewedAt: '2026-10-26 16:02' }
  return [
    ...[...own, ...drawn, none].flatMap((line) => signLine(stage, { ...line, ...told[line.reference] })),
    ...significant.flatMap((reference, index) => [
      act(`2026-11-06 16:1${index}`, async (at) => stage.deeds.once('test.flagged', { reference }, async () => flag(stage.site, await as(stage, 'bergstrom', at), parseTestReference(reference)!, true))),
      signed(stage, reference, 'okafor', 'partner', `2026-11-18 16:0${index}`),
    ]),
  ]
}

/** The two review notes: one on AC-04 that was cleared before the reviewer signed, one on PI-03 that waits for the manager and holds the gate. */
export function takeNotes(stage: Stage): Act[] {
  const note = (reference: string, step: 'opened' | 'answered' | 'cleared', at: string, run: (at: Date) => Promise<unknown>) => act(at, async (at) => stage.deeds.once(`note.${step}`, { reference }, async () => run(at)))
  const [reviews, reconciliations] = ['AC-04.T1', 'PI-03.T1'].map((reference) => parseTestReference(reference)!) as [{ control: string, sequence: number }, { control: string, sequence: number }]
  const { site } = stage
  return [
    note('AC-04.T1', 'opened', '2026-11-05 09:12', async (at) => openNote(site, await as(stage, 'bergstrom', at), reviews, { text: 'Please agree the user list count to AccessHub: attribute C rests on the count in the record alone.', cell: { rank: 1, letter: 'C' } })),
    note('AC-04.T1', 'answered', '2026-11-06 10:30', async (at) => stepNote(site, await as(stage, 'fischer', at), reviews, 1, 'answer', 'Done with the Director of Information Security on screen: the list was pulled again in AccessHub for two of the reviews, and the counts agree to the records.')),
    note('AC-04.T1', 'cleared', '2026-11-06 15:02', async (at) => stepNote(site, await as(stage, 'bergstrom', at), reviews, 1, 'clear', null)),
    note('PI-03.T1', 'opened', '2026-11-17 10:05', async (at) => openNote(site, await as(stage, 'natarajan', at), reconciliations, { text: 'Which break is the one of February 23 in the ticket list of Treasury, and who released the correction?', cell: { rank: 14, letter: 'C' } })),
    note('PI-03.T1', 'answered', '2026-11-18 11:26', async (at) => stepNote(site, await as(stage, 'webb', at), reconciliations, 2, 'answer', 'It is OPS-6668: a fee posted twice. C. Baptiste prepared the correction and W. Ferro released it on February 25, within the two business days. The ticket number stands in the record.')),
  ]
}

function signLine(stage: Stage, { reference, preparer, conclusion, preparedAt, reviewer, reviewedAt }: Signing): Act[] {
  return [
    ...conclusion === null ? [] : [act(preparedAt, async (at) => stage.deeds.once('test.concluded', { reference, conclusion }, async () => conclude(stage.site, await as(stage, preparer, at), parseTestReference(reference)!, conclusion)))],
    signed(stage, reference, preparer, 'prepared', preparedAt),
    signed(stage, reference, reviewer, 'reviewed', reviewedAt),
  ]
}

function signed(stage: Stage, reference: string, key: string, kind: 'prepared' | 'reviewed' | 'partner', at: string): Act {
  return act(at, async (at) => stage.deeds.once('test.signed', { reference, kind }, async () => sign(stage.site, await as(stage, key, at), parseTestReference(reference)!, kind)))
}

/** The clock so many minutes after an hour: '10:05'. */
function time(hour: number, minutes: number): string {
  return `${String(hour + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
