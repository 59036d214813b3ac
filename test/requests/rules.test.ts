import t from 'tap'
import { sql } from 'kysely'
import type { RequestStatus } from '../../server/database/schema/requests.ts'
import { Refused } from '../../server/errors.ts'
import { canMove, daysLate, moves, next, parseRequestNumber, requestNumber, sides, statusWords, type Move } from '../../server/requests/rules.ts'
import { createDatabase } from '../support/database.ts'

const statuses = Object.keys(statusWords) as RequestStatus[]

t.test('every move from every state either leads where the table says or is refused', async (t) => {
  for (const move of Object.keys(moves) as Move[]) {
    for (const status of statuses) {
      const allowed = (moves[move].from as readonly string[]).includes(status)
      t.equal(canMove(status, move), allowed)
      if (allowed) t.equal(next(status, move), moves[move].to, `${move} from ${status}`)
      else t.throws(() => next(status, move), Refused, `${move} from ${status}`)
    }
  }
})

t.test('the database allows the same arrows and no other', async (t) => {
  const { db } = await createDatabase(t)
  const { rows } = await sql<{ arrow: string }>`select from_status || ' → ' || to_status as arrow from state_move where subject = 'request'`.execute(db)
  const ours = new Set(Object.values(moves).flatMap(({ from, to }) => from.map((status) => `${status} → ${to}`)))
  t.same(rows.map(({ arrow }) => arrow).toSorted(), [...ours].toSorted())
})

t.test('every state says whose move it is', async (t) => {
  t.same(Object.keys(sides).toSorted(), statuses.toSorted())
})

t.test('a number reads the same in every form people type', async (t) => {
  for (const number of [1, 14, 140, 1400, 9_999_999]) {
    t.equal(parseRequestNumber(requestNumber(number)), number)
    t.equal(parseRequestNumber(String(number)), number)
    t.equal(parseRequestNumber(requestNumber(number).toLowerCase()), number)
  }
  for (const text of ['', 'R-', 'R-0', '0', '-1', '1.5', 'R-1a', 'E-01', '1e3', '١']) t.equal(parseRequestNumber(text), null, text)
})

t.test('a request is due through the end of its day in the zone of the engagement', async (t) => {
  const lastMoment = new Date('2026-10-22T03:59:59Z')
  t.equal(daysLate('open', '2026-10-21', 'America/New_York', lastMoment), 0)
  t.equal(daysLate('open', '2026-10-21', 'America/New_York', new Date('2026-10-22T04:00:00Z')), 1)
  t.equal(daysLate('open', '2026-10-21', 'UTC', lastMoment), 1, 'in another zone the day is over')
  t.equal(daysLate('open', '2026-10-31', 'America/New_York', new Date('2026-11-02T05:00:00Z')), 2, 'across the end of summer time')
  t.equal(daysLate('returned', null, 'UTC', lastMoment), 0)
  for (const status of statuses) {
    const late = daysLate(status, '2026-10-01', 'UTC', lastMoment)
    t.equal(late > 0, ['open', 'in_progress', 'returned'].includes(status), `${status} ${late > 0 ? 'can be late' : 'is never late'}`)
  }
})
