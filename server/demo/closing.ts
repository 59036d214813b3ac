import { clear, describe, evaluate, finish, respond, share, takePosition } from '../exceptions/actions.ts'
import { findException, findStanding, listExceptionsOf, type Description } from '../exceptions/store.ts'
import { conclude, sign } from '../testing/plan-actions.ts'
import { findLine } from '../testing/store.ts'
import { act, type Act } from './acts.ts'
import { unprotectedRepository } from './fieldwork.ts'
import { lackingApproval, lackingApprovalWeighed, lateRemoval, lateRemovalResponse, lateRemovalWeighed, misread } from './plans.ts'
import { as, look, type Stage } from './stage.ts'

/** The exception that was opened on a test run overlooked is described, and cleared once the result is set right. */
export function clearMisread(stage: Stage): Act[] {
  const openOne = async () => await isAnyCleared(stage) ? null : await standingOn(stage, 'CH-01')
  return [
    act('2026-11-04 15:20', async (at) => {
      const number = await openOne()
      if (number !== null) await describeOnce(stage, number, misread.description, at)
    }),
    act('2026-11-05 09:40', async (at) => {
      const number = await openOne()
      if (number !== null) await clear(stage.site, await as(stage, 'bergstrom', at), number, misread.reason)
    }),
  ]
}

/** Takes the exception on the leavers to its end and leaves the one on the changes waiting for the client's response. */
export function settleExceptions(stage: Stage): Act[] {
  const { site } = stage
  const on = (control: string) => async () => await standingOn(stage, control) ?? refuse(control)
  const removal = on('AC-02')
  const approval = on('CH-01')
  return [
    ...agree(stage, removal, async () => lateRemoval, ['2026-11-04 09:02', '2026-11-05 16:10', '2026-11-06 10:55']),
    moved(stage, '2026-11-09 11:30', removal, 'evaluated', async (at, number) => evaluate(site, await as(stage, 'bergstrom', at), number, lateRemovalWeighed)),
    moved(stage, '2026-11-12 15:22', removal, 'response_received', async (at, number) => respond(site, await as(stage, 'castellanos', at), number, lateRemovalResponse)),
    moved(stage, '2026-11-16 09:45', removal, 'final', async (at, number) => finish(site, await as(stage, 'natarajan', at), number)),
    ...agree(stage, approval, async () => lackingApproval(await unprotectedRepository(stage)), ['2026-11-06 09:15', '2026-11-06 14:30', '2026-11-10 09:48']),
    moved(stage, '2026-11-13 10:20', approval, 'evaluated', async (at, number) => evaluate(site, await as(stage, 'bergstrom', at), number, lackingApprovalWeighed)),
  ]
}

/** Concludes the tests and has them signed by preparer and reviewer. */
export function signTests(stage: Stage): Act[] {
  const { site, deeds } = stage
  const concluded = (control: string, at: string) => act(at, async (at) =>
    deeds.once('test.concluded', { reference: `${control}.T1` }, async () => conclude(site, await as(stage, 'webb', at), { control, sequence: 1 }, 'effective_with_exceptions')))
  const signed = (control: string, key: string, at: string, kind: 'prepared' | 'reviewed') => act(at, async (at) =>
    deeds.once('test.signed', { reference: `${control}.T1`, kind }, async () => sign(site, await as(stage, key, at), { control, sequence: 1 }, kind)))
  return [
    signed('AC-07', 'webb', '2026-10-23 09:34', 'prepared'), signed('AC-07', 'bergstrom', '2026-10-26 16:02', 'reviewed'),
    concluded('AC-02', '2026-11-10 11:14'), signed('AC-02', 'webb', '2026-11-10 11:16', 'prepared'), signed('AC-02', 'bergstrom', '2026-11-12 09:26', 'reviewed'),
    concluded('CH-01', '2026-11-13 14:03'), signed('CH-01', 'webb', '2026-11-13 14:05', 'prepared'), signed('CH-01', 'bergstrom', '2026-11-16 10:37', 'reviewed'),
  ]
}

type Which = () => Promise<number>

function agree(stage: Stage, which: Which, describing: () => Promise<Description>, [describedAt, sharedAt, agreedAt]: readonly [string, string, string]): Act[] {
  const { site } = stage
  return [
    act(describedAt, async (at) => describeOnce(stage, await which(), await describing(), at)),
    moved(stage, sharedAt, which, 'client_confirming', async (at, number) => share(site, await as(stage, 'bergstrom', at), number)),
    moved(stage, agreedAt, which, 'confirmed', async (at, number) => takePosition(site, await as(stage, 'castellanos', at), number, 'agreed', 'We looked at the same records and agree.')),
  ]
}

async function describeOnce(stage: Stage, number: number, description: Description, at: Date): Promise<void> {
  await stage.deeds.once('exception.described', { number }, async () => {
    const { version } = await look(stage, async (trx, scope) => findException(trx, scope, number))
    await describe(stage.site, await as(stage, 'webb', at), number, version, description)
  })
}

function moved(stage: Stage, at: string, which: Which, to: string, move: (at: Date, number: number) => Promise<void>): Act {
  return act(at, async (at) => {
    const number = await which()
    await stage.deeds.once('exception.moved', { number, to }, async () => move(at, number))
  })
}

async function standingOn(stage: Stage, control: string): Promise<number | null> {
  return await look(stage, async (trx, scope) => (await findStanding(trx, scope, (await findLine(trx, scope, control, 1)).id))?.number ?? null)
}

async function isAnyCleared(stage: Stage): Promise<boolean> {
  return await look(stage, async (trx, scope) => {
    const { id } = await findLine(trx, scope, 'CH-01', 1)
    return (await listExceptionsOf(trx, scope, id)).some(({ status }) => status === 'cleared')
  })
}

function refuse(control: string): never {
  throw new Error(`No exception stands on ${control}`)
}
