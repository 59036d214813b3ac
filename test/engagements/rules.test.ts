import t from 'tap'
import { readDue, todayIn, writeSpan } from '../../server/engagements/calendar.ts'
import { changeProblem, roleProblem, rolesFor, type Candidate } from '../../server/engagements/membership.ts'
import { course, moves, next, type Phase } from '../../server/engagements/phases.ts'
import { clientRoles, firmRoles } from '../../server/engagements/roles.ts'
import { Refused } from '../../server/errors.ts'
import type { FirmRank } from '../../server/scope.ts'

const phases = Object.keys(moves) as Phase[]
const ranks: readonly FirmRank[] = ['partner', 'manager', 'senior', 'staff']

t.test('an engagement moves along its arrows and along no other', async (t) => {
  for (const from of phases) {
    for (const to of phases) {
      if (moves[from].includes(to)) t.equal(next(from, to), to)
      else t.throws(() => next(from, to), Refused, `${from} does not go to ${to}`)
    }
  }
  t.throws(() => next('nonsense', 'planning'), Refused)
})

t.test('every phase of the course is reached from the one before, and an issued engagement goes nowhere but into the archive', async (t) => {
  for (const [index, phase] of course.entries()) {
    if (index > 0) t.ok(moves[course[index - 1]!].includes(phase), `${course[index - 1]} leads to ${phase}`)
  }
  t.strictSame([moves.issued, moves.archived, moves.withdrawn], [['archived'], [], []])
})

t.test('roles of one side are never given to the other, and only a partner of the firm is engagement partner', async (t) => {
  for (const side of ['firm', 'client'] as const) {
    for (const rank of side === 'firm' ? ranks : [null]) {
      const person: Candidate = { name: 'Somebody', side, rank }
      for (const role of [...firmRoles, ...clientRoles]) {
        const fits = side === 'client' ? clientRoles.some((one) => one === role) : firmRoles.some((one) => one === role) && (role !== 'partner' || rank === 'partner')
        t.equal(roleProblem(person, role) === null, fits, `${side} ${rank} as ${role}`)
        t.equal(rolesFor(person).includes(role), fits)
      }
    }
  }
})

t.test('nobody changes their own role, and the last partner stays', async (t) => {
  const partner = { personId: 'p', role: 'partner' } as const
  const other = { personId: 'q', role: 'partner' } as const
  const manager = { personId: 'm', role: 'manager' } as const
  const staff = { personId: 's', role: 'staff' } as const
  const team = [partner, manager, staff]
  for (const by of team) {
    for (const to of firmRoles) t.not(changeProblem(by, by, to, [...team, other]), null, `${by.role} cannot become ${to} by themselves`)
  }
  t.equal(changeProblem(manager, staff, 'senior', team), null)
  t.equal(changeProblem(manager, manager, null, team), null, 'leaving is allowed')
  t.match(changeProblem(manager, partner, null, [...team, other]), /Only a partner/)
  t.match(changeProblem(manager, partner, 'staff', [...team, other]), /Only a partner/)
  t.match(changeProblem(partner, partner, null, team), /at least one partner/)
  t.equal(changeProblem(partner, partner, null, [...team, other]), null)
  t.equal(changeProblem(other, partner, 'manager', [...team, other]), null)
})

t.test('late is what was due before today in the engagement’s zone', async (t) => {
  const due = [{ on: '2026-10-14', count: 2 }, { on: '2026-10-20', count: 1 }, { on: '2026-10-30', count: 4 }]
  t.strictSame(readDue(due, '2026-10-20'), { overdue: 2, nextOn: '2026-10-20' })
  t.strictSame(readDue(due, '2026-11-01'), { overdue: 7, nextOn: null })
  t.strictSame(readDue([], '2026-11-01'), { overdue: 0, nextOn: null })
  const moment = new Date('2026-10-01T02:30:00Z')
  t.equal(todayIn('America/New_York', moment), '2026-09-30')
  t.equal(todayIn('UTC', moment), '2026-10-01')
})

t.test('a Type 1 engagement names its date, a Type 2 its period', async (t) => {
  t.equal(writeSpan({ type: 1, asOf: '2026-10-31', periodStart: null, periodEnd: null }), 'as of Oct 31, 2026')
  t.equal(writeSpan({ type: 2, asOf: null, periodStart: '2025-10-01', periodEnd: '2026-09-30' }), 'Oct 1, 2025 to Sep 30, 2026')
})
