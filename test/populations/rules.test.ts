import t from 'tap'
import type { PopulationStatus } from '../../server/database/schema/populations.ts'
import { Refused } from '../../server/errors.ts'
import type { Finding } from '../../server/populations/findings.ts'
import { drawNumber, moves, next, parseNumber, populationNumber, refuseAcceptance, type Move } from '../../server/populations/rules.ts'
import { refuseSize } from '../../server/populations/selection.ts'
import { createDatabase } from '../support/database.ts'
import { ownerOf } from '../support/owner.ts'

const invalid = (fields: Record<string, RegExp>) => ({ name: 'Invalid', fields })
const statuses: readonly PopulationStatus[] = ['requested', 'received', 'checking', 'returned', 'accepted', 'locked']

t.test('every pair of state and move is allowed or refused as the table of moves says', async (t) => {
  for (const status of statuses) {
    for (const move of Object.keys(moves) as Move[]) {
      if ((moves[move].from as readonly string[]).includes(status)) t.equal(next(status, move), moves[move].to)
      else t.throws(() => next(status, move), Refused, `${move} from ${status}`)
    }
  }
})

t.test('the database holds the same arrows', async (t) => {
  const owner = ownerOf(t, await createDatabase(t))
  const rows = await owner.selectFrom('state_move' as never).selectAll().where('subject' as never, '=', 'population' as never).execute() as unknown as { from_status: string, to_status: string }[]
  const ours = Object.values(moves).flatMap(({ from, to }) => from.map((status) => `${status} → ${to}`))
  t.strictSame(rows.map((row) => `${row.from_status} → ${row.to_status}`).toSorted(), ours.toSorted())
})

t.test('a locked population cannot be returned, and only an accepted one is drawn from', async (t) => {
  t.throws(() => next('locked', 'return'), /locked by a draw/)
  for (const status of statuses.filter((other) => other !== 'accepted')) t.throws(() => next(status, 'lock'), /accepted population/)
})

const list = { number: 3, reading: 'done', readingError: null, rowCount: 10, inScope: 10, findings: [] as Finding[], corroboration: '' }
const found = (mark: Finding['mark']): Finding => ({ check: 'blank_key', mark, sentence: 'What was found.', rows: [], notes: [], count: 1 })

t.test('a list is accepted when it was read and nothing blocks, and findings alone do not', async (t) => {
  t.doesNotThrow(() => refuseAcceptance(list))
  t.doesNotThrow(() => refuseAcceptance({ ...list, findings: [found('finding'), found('agrees')] }))
  t.throws(() => refuseAcceptance({ ...list, findings: [found('blocks')] }), /What was found/)
  t.throws(() => refuseAcceptance({ ...list, reading: 'failed', readingError: 'Row 3 is too short.' }), /Row 3 is too short/)
  for (const reading of ['pending', 'running']) t.throws(() => refuseAcceptance({ ...list, reading }), /still being read/)
})

t.test('an empty list is accepted only with words on how that was corroborated', async (t) => {
  t.throws(() => refuseAcceptance({ ...list, inScope: 0 }), invalid({ corroboration: /POP-03/ }))
  t.doesNotThrow(() => refuseAcceptance({ ...list, inScope: 0, corroboration: 'Inquiry and the query with zero rows.' }))
})

t.test('a size is refused with both numbers, and everything only with a reason', async (t) => {
  t.throws(() => refuseSize('random', 1285, 1284, ''), invalid({ n: /1,285.*1,284/ }))
  for (const n of [0, -1, 1.5, Number.NaN]) t.throws(() => refuseSize('random', n, 10, ''), invalid({ n: /at least 1/ }))
  t.throws(() => refuseSize('all', 0, 10, ''), invalid({ reason: /why/ }))
  t.throws(() => refuseSize('random', 1, 0, ''), invalid({ filter_value: /0 items/ }))
  for (const n of [1, 10]) t.doesNotThrow(() => refuseSize('random', n, 10, ''))
  t.doesNotThrow(() => refuseSize('all', 0, 10, 'Few and risky'))
})

t.test('numbers of populations and draws are written and read', async (t) => {
  t.equal(populationNumber(3), 'POP-03')
  t.equal(drawNumber(12), 'D-12')
  for (const text of ['POP-03', 'pop-3', '3', '03']) t.equal(parseNumber('POP', text), 3, text)
  for (const text of ['', '0', 'D-3', 'POP-', '-3', '3x', '12345678']) t.equal(parseNumber('POP', text), null, text)
})
