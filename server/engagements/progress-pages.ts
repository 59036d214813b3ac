import { isClosed } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { kinds, requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { number, plural } from '../web/helpers.ts'
import { writeDate } from '../web/times.ts'
import { todayIn } from './calendar.ts'
import { burnDown, byKind, daysBetween, healthOf, waitingOwners, type Asked, type BurnDay, type Health } from './progress.ts'
import { listAsked } from './progress-store.ts'

export type Progress = {
  readonly health: Health
  readonly burn: { readonly label: string, readonly left: string, readonly plan: string, readonly most: number, readonly from: string, readonly to: string, readonly today: string | null, readonly days: readonly BurnDay[] }
  readonly kinds: readonly { readonly kind: string, readonly href: string, readonly client: number, readonly firm: number, readonly closed: number, readonly all: number, readonly label: string }[]
  readonly owners: readonly { readonly owner: string, readonly count: number, readonly late: number, readonly days: string }[]
  readonly again: readonly { readonly ref: string, readonly title: string, readonly href: string, readonly times: string }[]
}

/** The drawing's own units; the page stretches it to its width. */
const WIDTH = 600
const HEIGHT = 100

/** How the asking goes: health, burn-down, kinds, owners and what came back twice; null before anything is issued. */
export async function progressOf(trx: Tx, scope: EngagementScope, base: string, now: Date): Promise<Progress | null> {
  const asked = await listAsked(trx, scope)
  // A closed engagement’s asking ended with its last request, however long ago.
  const last = asked.reduce((latest, { sinceOn }) => sinceOn > latest ? sinceOn : latest, '')
  const today = isClosed(scope.engagement.phase) && last !== '' ? last : todayIn(scope.engagement.zone, now)
  const health = healthOf(asked, today)
  if (health === null) return null
  return {
    health,
    burn: draw(burnDown(asked, today), today),
    kinds: byKind(asked).map(({ kind, ...counts }) => ({
      kind: kinds[kind], href: `${base}/requests?kind=${kind}`, ...counts,
      label: `${kinds[kind]}: ${number(counts.closed)} closed, ${number(counts.firm)} with the auditors, ${number(counts.client)} with the client`,
    })),
    owners: waitingOwners(asked, today).map(({ owner, count, late, sinceOn }) => ({ owner, count, late, days: plural(daysBetween(sinceOn, today), 'day') })),
    again: returnedOften(asked).map(({ number: no, title, returns }) => ({ ref: requestNumber(no), title, href: `${base}/requests/${requestNumber(no)}`, times: plural(returns, 'time') })),
  }
}

/** Two stepped lines over the days: what is left, in ink up to today, and the plan of the first due dates. */
function draw(days: readonly BurnDay[], today: string): Progress['burn'] {
  const from = days[0]!.on
  const to = days.at(-1)!.on
  const span = Math.max(1, daysBetween(from, to))
  const most = Math.max(1, ...days.map(({ left, planned }) => Math.max(left, planned)))
  const across = (on: string) => round(daysBetween(from, on) * WIDTH / span)
  const down = (value: number) => round(HEIGHT - value * HEIGHT / most)
  const line = (points: readonly BurnDay[], value: (day: BurnDay) => number) =>
    points.map((day, index) => index === 0 ? `M0 ${down(value(day))}` : `H${across(day.on)}V${down(value(day))}`).join('')
  const past = days.filter(({ on }) => on <= today)
  const now = past.at(-1)!
  return {
    label: `${plural(now.left, 'request')} left on ${writeDate(now.on)}, of at most ${number(most)}; by the first due dates ${number(now.planned)} would be left`,
    left: line(past, ({ left }) => left), plan: line(days, ({ planned }) => planned), most,
    from, to, today: today < to ? `M${across(today)} 0V${HEIGHT}` : null, days: past,
  }
}

function returnedOften(asked: readonly Asked[]): Asked[] {
  return asked.filter(({ returns }) => returns >= 2).toSorted((a, b) => b.returns - a.returns || a.number - b.number)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
