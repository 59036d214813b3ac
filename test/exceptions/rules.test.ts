import t from 'tap'
import { canMove, changeable, exceptionNumber, moves, next, parseExceptionNumber, readProblem, refuseClearing, refuseEvaluation, refuseSharing, refuseUnread, statusWords, systemsOf, typedCounts, unweighed, waitsFor, type Move } from '../../server/exceptions/rules.ts'
import { holdAgainst, refuseExtending } from '../../server/exceptions/extending.ts'
import { differences, factsChanged, readsOtherwise } from '../../server/exceptions/facts.ts'
import { may, type EngagementPermit } from '../../server/access/policy.ts'
import type { ExceptionStatus } from '../../server/database/schema/exceptions.ts'
import type { Role } from '../../server/scope.ts'
import { createDatabase } from '../support/database.ts'

const states = Object.keys(statusWords) as ExceptionStatus[]
const names = Object.keys(moves) as Move[]

t.test('every move from every state goes where it says or is refused', async (t) => {
  for (const status of states) {
    for (const move of names) {
      const allowed = (moves[move].from as readonly string[]).includes(status)
      t.equal(canMove(status, move), allowed)
      if (allowed) t.equal(next(status, move), moves[move].to, `${status} ${move}`)
      else t.throws(() => next(status, move), { name: 'Refused' }, `${status} ${move}`)
    }
  }
})

t.test('the database holds the very arrows of the rules', async (t) => {
  const { db } = await createDatabase(t)
  const { sql } = await import('kysely')
  const { rows } = await sql<{ arrow: string }>`select from_status || ' ' || to_status as arrow from state_move where subject = 'exception'`.execute(db)
  const ours = names.flatMap((move) => moves[move].from.map((from) => `${from} ${moves[move].to}`))
  t.strictSame(rows.map(({ arrow }) => arrow).toSorted(), [...new Set(ours)].toSorted())
})

t.test('each move belongs to one side and rank, for every role', async (t) => {
  const permits: Record<Move, EngagementPermit> = {
    share: 'exception.release', agree: 'exception.answer', confirm: 'exception.release', clear: 'exception.release',
    evaluate: 'exception.release', respond: 'exception.answer', finish: 'exception.finish',
  }
  const who: Record<Move, Role[]> = {
    share: ['partner', 'manager', 'senior'], agree: ['lead'], confirm: ['partner', 'manager', 'senior'], clear: ['partner', 'manager', 'senior'],
    evaluate: ['partner', 'manager', 'senior'], respond: ['lead'], finish: ['partner', 'manager'],
  }
  for (const move of names) {
    for (const role of ['partner', 'quality_reviewer', 'manager', 'senior', 'staff', 'sponsor', 'lead', 'owner'] as const) {
      t.equal(may(role, permits[move]), who[move].includes(role), `${role} ${move}`)
    }
  }
})

t.test('somebody has the next step until it is over, and the firm whenever the facts changed', async (t) => {
  for (const status of states) {
    for (const position of [null, 'agreed', 'disputed'] as const) {
      t.equal(waitsFor(status, position) === 'nobody', status === 'cleared' || status === 'final', `${status} ${position}`)
      t.equal(waitsFor(status, position, true), status === 'cleared' ? 'nobody' : 'firm', `${status} ${position}, changed`)
    }
  }
  t.equal(waitsFor('client_confirming', null), 'client')
  t.equal(waitsFor('client_confirming', 'disputed'), 'firm')
  t.equal(waitsFor('evaluated', 'agreed'), 'client')
})

t.test('what was agreed to is not reworded afterwards', async (t) => {
  t.strictSame(states.filter((status) => changeable(status) === 'everything'), ['identified', 'client_confirming'])
  t.strictSame(states.filter((status) => changeable(status) === 'nothing'), ['cleared', 'final'])
})

t.test('an exception is put to the client while something stands, and cleared only when nothing does', async (t) => {
  for (const criterion of [null, 'CC1.5']) {
    for (const deviatingItems of [0, 1, 2]) {
      for (const met of [false, true]) {
        const ground = { criterion, deviatingItems, met }
        const stands = criterion === null ? deviatingItems > 0 : !met
        for (const problem of ['', 'x']) {
          if (stands && problem !== '') t.doesNotThrow(() => refuseSharing({ problem }, ground))
          else t.throws(() => refuseSharing({ problem }, ground), { name: 'Refused' }, JSON.stringify({ problem, ground }))
        }
        if (stands) t.throws(() => refuseClearing(ground), { name: 'Refused' }, JSON.stringify(ground))
        else t.doesNotThrow(() => refuseClearing(ground))
      }
    }
  }
  t.throws(() => refuseClearing({ criterion: null, deviatingItems: 1, met: false }), /1 item still deviates/)
  t.throws(() => refuseClearing({ criterion: null, deviatingItems: 2, met: false }), /2 items still deviate/)
})

t.test('it is evaluated once cause, spread with its proof and intent are written, whichever is missing', async (t) => {
  for (const cause of ['', 'x']) {
    for (const spread of [null, 'isolated', 'systematic']) {
      for (const proof of ['', 'x']) {
        for (const intent of [null, 'intentional', 'not_intentional']) {
          const written = { cause, spread, isolated_basis: proof, intent }
          const whole = cause !== '' && spread !== null && intent !== null && !(spread === 'isolated' && proof === '')
          t.equal(unweighed(written).length === 0, whole, JSON.stringify(written))
          if (whole) t.doesNotThrow(() => refuseEvaluation(written))
          else t.throws(() => refuseEvaluation(written), { name: 'Refused' })
        }
      }
    }
  }
})

t.test('a position is taken on what was read, and on nothing that is being changed', async (t) => {
  for (const newest of [1, 2, 3]) {
    for (const read of [null, 1, 2, 3]) {
      t.throws(() => refuseUnread(newest, read, true), { name: 'Refused' })
      if (read === null || read === newest) t.doesNotThrow(() => refuseUnread(newest, read, false))
      else t.throws(() => refuseUnread(newest, read, false), { name: 'Refused' })
    }
  }
})

t.test('facts change with the problem and with every deviating cell, never with what does not deviate', async (t) => {
  const item = (key: string, letter = 'A', note = 'late') => ({ key, letter, question: 'In time?', note, cites: [] })
  const told = { problem: 'access was late', cause: '', sentence: '2 of 10', tested: 10, deviating: 2, items: [item('a'), item('b')] }
  const same = { ...told, items: told.items.toReversed() }
  t.notOk(factsChanged(told, same), 'whatever their order')
  t.notOk(readsOtherwise(told, same))
  t.strictSame(differences(told, same), [])
  for (const [change, says] of [
    [{ items: [...told.items, item('c')] }, 'deviates now: c (A)'], [{ items: [item('a')] }, 'deviates no longer: b (A)'], [{ items: [item('a', 'A', 'later'), item('b')] }, 'reads otherwise: a (A)'],
    [{ items: [...told.items, item('a', 'B')] }, 'deviates now: a (B)'], [{ problem: 'other' }, 'the problem is worded otherwise'],
  ] as const) {
    t.ok(factsChanged(told, { ...told, ...change }), says)
    t.strictSame(differences(told, { ...told, ...change }), [says])
  }
  for (const change of [{ tested: 20, sentence: '2 of the first 10' }, { cause: 'The ticket was late' }]) {
    t.notOk(factsChanged(told, { ...told, ...change }))
    t.ok(readsOtherwise(told, { ...told, ...change }))
  }
})

t.test('a sample is extended by a decision made before looking, once for each, and never to dilute', async (t) => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 4, 9, minute))
  const decisions = [{ number: 1, size: 10, decidedAt: at(0) }, { number: 2, size: 0, decidedAt: at(20) }]
  t.strictSame(holdAgainst([{ number: 1, size: 10, takenAt: at(10) }], decisions), [{ step: 1, carried: 'as_decided', decision: 1 }])
  t.strictSame(holdAgainst([{ number: 1, size: 5, takenAt: at(10) }], decisions), [{ step: 1, carried: 'other_size', decision: 1 }])
  t.strictSame(holdAgainst([{ number: 1, size: 10, takenAt: at(10) }, { number: 2, size: 10, takenAt: at(30) }], decisions).map(({ carried }) => carried), ['as_decided', 'undecided'], 'a decision is used up')
  t.strictSame(holdAgainst([{ number: 1, size: 10, takenAt: new Date(at(0).getTime() - 1) }], decisions).map(({ carried }) => carried), ['undecided'], 'made after looking it is none')
  for (const method of [null, 'all', 'random']) {
    for (const spread of [null, 'isolated', 'systematic'] as const) {
      t.doesNotThrow(() => refuseExtending(0, { spread, method }))
      if (method === 'random' && spread !== 'systematic') t.doesNotThrow(() => refuseExtending(5, { spread, method }))
      else t.throws(() => refuseExtending(5, { spread, method }), { name: 'Refused' }, `${method} ${spread}`)
    }
  }
  t.strictSame(systemsOf('AccessHub, PayCore; AccessHub\nLedger'), ['AccessHub', 'PayCore', 'Ledger'])
  t.strictSame(systemsOf(null), [])
})

t.test('numbers are read as they are written', async (t) => {
  for (const number of [1, 3, 10, 99, 100, 4711]) t.equal(parseExceptionNumber(exceptionNumber(number)), number)
  t.equal(exceptionNumber(3), 'E-03')
  for (const wrong of ['', 'E-', 'E-0', 'R-1', '1.5']) t.equal(parseExceptionNumber(wrong), null, wrong)
})

t.test('a count typed into the problem is noticed, other numbers are not', async (t) => {
  t.strictSame(typedCounts('access of 2 leavers was removed late', [2, 10]), [2])
  t.strictSame(typedCounts('2 of 10 were late', [2, 10]), [2, 10])
  for (const fine of ['access was not removed', 'access was removed 3 business days late', 'ticket OPS-10', '2026-10-02', '10.5 hours', '1,10']) t.strictSame(typedCounts(fine, [2, 10]), [], fine)
})

t.test('days late come from the cells where all of them say so in one unit', async (t) => {
  const days = { count: 3, unit: 'days' } as const
  const business = { count: 6, unit: 'business days' } as const
  t.strictSame(readProblem('access was removed {late}', [days, { ...days, count: 6 }]), { problem: 'access was removed late', late: { action: 'access was removed', unit: 'days' } })
  t.strictSame(readProblem('access was removed {late}', [days, business]), { problem: 'access was removed late', late: null })
  t.strictSame(readProblem('access was removed {late}', [days, null]), { problem: 'access was removed late', late: null })
  t.strictSame(readProblem('access was removed {late}', []), { problem: 'access was removed late', late: null })
  t.strictSame(readProblem('no approval', [days]), { problem: 'no approval', late: null })
})
