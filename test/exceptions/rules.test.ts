import t from 'tap'
import { canMove, changeable, exceptionNumber, moves, next, parseExceptionNumber, readProblem, refuseClearing, refuseEvaluation, refuseSharing, statusWords, typedCounts, waitsFor, type Move } from '../../server/exceptions/rules.ts'
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

t.test('somebody has the next step until it is over', async (t) => {
  for (const status of states) {
    for (const position of [null, 'agreed', 'disputed'] as const) {
      const side = waitsFor(status, position)
      t.equal(side === 'nobody', status === 'cleared' || status === 'final', `${status} ${position}`)
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

t.test('an exception is put to the client described and deviating, cleared when nothing deviates, evaluated with its cause', async (t) => {
  t.throws(() => refuseSharing({ problem: '' }, 2), /Describe/)
  t.throws(() => refuseSharing({ problem: 'x' }, 0), /No cell deviates now/)
  t.doesNotThrow(() => refuseSharing({ problem: 'x' }, 1))
  t.throws(() => refuseClearing(1), /1 item still deviates/)
  t.throws(() => refuseClearing(2), /2 items still deviate/)
  t.doesNotThrow(() => refuseClearing(0))
  t.throws(() => refuseEvaluation({ cause: '', spread: 'isolated' }), { name: 'Refused' })
  t.throws(() => refuseEvaluation({ cause: 'x', spread: null }), { name: 'Refused' })
  t.doesNotThrow(() => refuseEvaluation({ cause: 'x', spread: 'systematic' }))
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
