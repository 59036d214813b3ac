import type { CellResult } from '../database/schema/testing.ts'
import type { SampleItem } from '../evidence/items-store.ts'
import { daysBetween } from '../populations/coverage.ts'
import { plusDays } from './calendar.ts'
import type { Row } from './list.ts'
import { makeLists } from './lists.ts'

const lists = makeLists()

export type Finding = { readonly result: CellResult, readonly note: string }

/** By rank in the draw: business days that access was removed late. The list does not say; the logs do. */
export const lateRemovals: ReadonlyMap<number, number> = new Map([[3, 3], [7, 6]])
/** By rank in the draw: the change that nobody but its author approved. */
export const unapproved = 27

const pass: Finding = { result: 'pass', note: '' }

/** What the auditor sees on an item, from its row and what the client's systems printed of it. */
export function findingOn(reference: string, letter: string, item: SampleItem): Finding {
  return rules[`${reference} ${letter}`]?.(Object.fromEntries(item.header.map((name, index) => [name, item.cells[index] ?? ''])), item.rank) ?? pass
}

const rules: Readonly<Record<string, (row: Row, rank: number) => Finding | null>> = {
  'AC-02.T1 A': (_row, rank) => lateRemovals.has(rank) ? deviates(`${lateRemovals.get(rank)!} business days after the last working day, limit 1`) : null,
  'AC-04.T1 A': ({ due_on: due = '', completed_on: done = '' }) => done > due ? deviates(`Finished ${daysBetween(due, done)} days after the day due`) : null,
  'AC-04.T1 D': ({ users_removed: removed }) => removed === '0' ? notApplicable('No access was to be removed') : null,
  'CH-01.T1 A': (_row, rank) => rank === unapproved ? deviates('No approval by a second person; merged by its author') : null,
  'CH-01.T1 C': (_row, rank) => rank === unapproved ? notApplicable('There was no approval; see A') : null,
  'GV-05.T1 A': ({ hire_date: hired = '', training_completed_on: done = '' }) => done > plusDays(hired, 30) ? deviates(`${daysBetween(plusDays(hired, 30), done)} days after the limit of 30 days`) : null,
  'IR-01.T1 D': ({ severity }) => severity === 'high' ? null : notApplicable('Not rated high'),
  'VM-01.T1 B': ({ last_day: sunday = '' }) => (lists.scans.rows.find((scan) => scan[1] === sunday)?.[4] ?? '0') === '0' ? notApplicable('No critical finding in the week') : null,
  'AV-02.T1 B': ({ expected: day = '' }) => lists.backups.rows.some((run) => run[3]!.startsWith(day) && run[5] === 'failed') ? null : notApplicable('No job failed on the day'),
  'PI-03.T1 C': ({ break_count: breaks }) => breaks === '0' ? notApplicable('No break on the day') : null,
}

function deviates(note: string): Finding {
  return { result: 'deviation', note }
}

function notApplicable(note: string): Finding {
  return { result: 'not_applicable', note }
}
