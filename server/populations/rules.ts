import type { PopulationStatus } from '../database/schema/populations.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import type { Finding } from './findings.ts'

/** Every move of a population and the states it may start from; the database holds the same arrows. */
export const moves = {
  receive: { from: ['requested'], to: 'received' },
  check: { from: ['received'], to: 'checking' },
  accept: { from: ['checking'], to: 'accepted' },
  lock: { from: ['accepted'], to: 'locked' },
  return: { from: ['received', 'checking', 'accepted'], to: 'returned' },
} as const satisfies Record<string, { from: readonly PopulationStatus[], to: PopulationStatus }>

export type Move = keyof typeof moves

/** The state after `move`; throws Refused when the population is not where the move starts. */
export function next(status: PopulationStatus, move: Move): PopulationStatus {
  if (!(moves[move].from as readonly string[]).includes(status)) throw new Refused(refusals[move](status))
  return moves[move].to
}

const refusals: Readonly<Record<Move, (status: PopulationStatus) => string>> = {
  receive: (status) => `This population is ${status}, so its list has come already.`,
  check: (status) => `This population is ${status}, so it is not read again.`,
  accept: (status) => status === 'accepted' || status === 'locked' ? 'This population has been accepted already.' : `This population is ${status}, so it cannot be accepted.`,
  lock: (status) => `A sample is drawn from an accepted population; this one is ${status}.`,
  return: () => 'This population is locked by a draw, so it cannot be returned. Ask for a new list in a new request.',
}

/** 'POP-03' */
export function populationNumber(number: number): string {
  return `POP-${String(number).padStart(2, '0')}`
}

/** 'D-1' */
export function drawNumber(number: number): string {
  return `D-${number}`
}

/** The number in 'POP-03' or '3'; in 'D-1' or '1'; null when it is neither. */
export function parseNumber(prefix: 'POP' | 'D', text: string): number | null {
  const match = new RegExp(`^(?:${prefix}-?)?0*([1-9]\\d{0,6})$`, 'i').exec(text)
  return match ? Number(match[1]) : null
}

/** The number in an address with `:population`; throws NotFound when it is none. */
export function parsePopulation(params: unknown): number {
  const number = parseNumber('POP', (params as { population: string }).population)
  if (number === null) throw new NotFound()
  return number
}

/** Throws Refused while a list cannot be accepted: still being read, unreadable, or with a finding that blocks; Invalid when nothing occurred and nobody says how that was corroborated. */
export function refuseAcceptance(population: { number: number, reading: string, readingError: string | null, rowCount: number | null, inScope: number | null, findings: readonly Finding[], corroboration: string }): void {
  if (population.reading === 'failed') throw new Refused(`The list could not be read. ${population.readingError ?? ''}`.trim())
  if (population.reading !== 'done') throw new Refused('The list is still being read. Wait for the checks.')
  const blocking = population.findings.filter(({ mark }) => mark === 'blocks')
  if (blocking.length > 0) throw new Refused(`The list cannot be accepted. ${blocking.map(({ sentence }) => sentence).join(' ')}`)
  if (population.inScope === 0 && population.corroboration === '') {
    throw new Invalid({ corroboration: `No row of ${populationNumber(population.number)} is in scope. Say how it was corroborated that nothing occurred: an inquiry, the query with zero rows, another source.` })
  }
}

/** Throws Refused where there is nothing to draw from: the path of no occurrence is another one. */
export function refuseEmpty(population: { number: number, inScope: number | null }): void {
  if ((population.inScope ?? 0) === 0) throw new Refused(`No row of ${populationNumber(population.number)} is in scope, so there is nothing to draw. Record on the test that nothing occurred.`)
}

/** Throws Refused where the file a list was read from is in quarantine: its rows are what it says. */
export function refuseWithheld({ number, withheld }: { readonly number: number, readonly withheld: boolean }): void {
  if (withheld) throw new Refused(`The file that ${populationNumber(number)} was read from is in quarantine, so its rows are not shown. Counts, checks and draws stay on record.`)
}
