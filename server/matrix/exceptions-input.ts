import { exceptionNumber, readProblem } from '../exceptions/rules.ts'
import type { ReadException } from './reading.ts'
import type { ExceptionRow } from './store.ts'

/** An exception as it is printed; `latenesses` has one entry for each deviating cell of its line. */
export function readException(row: ExceptionRow, latenesses: Parameters<typeof readProblem>[1]): ReadException {
  const { number, status, cause, spread, evaluation, response } = row
  return {
    number: exceptionNumber(number), state: status, ...readProblem(row.problem, latenesses), cause, spread, evaluation,
    span: row.affected_from !== null && row.affected_to !== null ? { from: row.affected_from, to: row.affected_to } : null,
    ...row.changed ? { changed: true as const } : {},
    response: response && {
      declined: response.declined, text: response.text, remediation: response.remediation, remediationOn: response.remediation_on, writtenBy: response.name, writtenAt: writeMoment(response.written_at),
    },
  }
}

/** A moment of the database as ISO 8601 in UTC. */
export function writeMoment(text: string): string {
  return new Date(text).toISOString()
}
