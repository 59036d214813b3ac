import { printUtc } from './calendar.ts'
import type { Chance } from './chance.ts'

/** One deployment to production. Moments are to the second; `approver` is whom the pull request was assigned to. */
export type Change = {
  readonly id: string
  readonly repository: string
  readonly service: string
  readonly title: string
  readonly author: string
  readonly pull: number
  readonly mergedAt: Date
  readonly approver: string
  readonly run: number
  readonly deployedAt: Date
  readonly emergency: boolean
}

export const changeHeader = ['change_id', 'repository', 'service', 'title', 'author', 'pull_request', 'merged_at', 'approver', 'pipeline_run', 'deployed_at', 'deployed_by', 'change_type']

const inPeriod = 1284
const emergencies = [64, 211, 340, 487, 602, 769, 905, 1048, 1190]

// 23:55 on the day before the period, and 22:10 on its last day, both in New York.
const before = new Date('2025-10-01T03:55:00Z')
const lastEvening = new Date('2026-10-01T02:10:00Z')
const first = Date.parse('2025-10-01T13:00:00Z')
const last = Date.parse('2026-09-30T20:30:00Z')
const day = 24 * 3600 * 1000

// After these places numbers are missing: changes given up before they were deployed.
const gaps: readonly (readonly [number, number])[] = [[412, 3], [977, 4]]

const services: readonly (readonly [string, string])[] = [
  ['payments-api', 'Payments Core'], ['payments-worker', 'Payments Core'], ['ledger-core', 'LedgerOne'], ['ledger-export', 'LedgerOne'],
  ['merchant-portal', 'Merchant Portal'], ['risk-rules', 'Risk Engine'], ['notify-gateway', 'Notifications'], ['settlement-batch', 'Settlement'],
  ['identity-bridge', 'Identity'], ['fee-calculator', 'Pricing'], ['payout-router', 'Payouts'], ['platform-config', 'Platform'],
]
const engineers = ['m.tran', 'a.novak', 'j.okello', 's.lindgren', 'p.raman', 'c.duarte', 'h.yilmaz', 'b.fraser', 'l.santos', 'k.hoffman', 'e.moreau', 't.nguyen', 'r.banerjee', 'd.castle']
const verbs = ['Retry', 'Validate', 'Log', 'Cache', 'Limit', 'Rename', 'Split', 'Correct', 'Speed up', 'Remove']
const things = ['settlement batches', 'duplicate payment checks', 'payout cut-off times', 'currency rounding', 'webhook deliveries', 'ledger snapshots', 'merchant limits', 'refund reasons', 'fee tiers', 'audit fields', 'card token look-ups', 'report columns']

/** Every deployment of the period and the one just before it, oldest first. */
export function changesOf(luck: Chance): Change[] {
  const stamps = [before, ...stampsOf(luck), lastEvening]
  const rare = new Set(emergencies)
  return stamps.map((deployedAt, index) => changeAt(luck, index, deployedAt, rare.has(index)))
}

export function changeRow(change: Change): string[] {
  return [
    change.id, change.repository, change.service, change.title, change.author, String(change.pull), printUtc(change.mergedAt),
    change.approver, String(change.run), printUtc(change.deployedAt), change.emergency ? 'release.oncall' : 'deploybot', change.emergency ? 'emergency' : 'standard',
  ]
}

function stampsOf(luck: Chance): Date[] {
  const taken = new Set<number>()
  while (taken.size < inPeriod - 1) {
    const at = first + luck.whole(0, (last - first) / 1000) * 1000
    if (isQuiet(at, luck)) continue
    taken.add(at)
  }
  return [...taken].toSorted((a, b) => a - b).map((at) => new Date(at))
}

/** Nights and weekends see few deployments, the freeze at the turn of the year nearly none. */
function isQuiet(at: number, luck: Chance): boolean {
  const moment = new Date(at)
  const frozen = at >= Date.parse('2025-12-22T05:00:00Z') && at < Date.parse('2026-01-05T05:00:00Z')
  const working = moment.getUTCDay() % 6 !== 0 && moment.getUTCHours() >= 13 && moment.getUTCHours() < 22
  return luck.whole(1, 100) > (working ? 100 : 6) || (frozen && luck.whole(1, 100) > 12)
}

function changeAt(luck: Chance, index: number, deployedAt: Date, emergency: boolean): Change {
  const [repository, service] = luck.pick(services)
  const author = luck.pick(engineers)
  const skipped = gaps.reduce((sum, [after, missing]) => index > after ? sum + missing : sum, 0)
  return {
    id: `CHG-${20417 + index + skipped}`, repository, service, title: `${luck.pick(verbs)} ${luck.pick(things)}`, author,
    pull: 3100 + index * 2 + luck.whole(0, 1), mergedAt: new Date(deployedAt.getTime() - luck.whole(9 * 60, Math.floor(day / 8000)) * 1000),
    approver: luck.pick(engineers.filter((one) => one !== author)), run: 88_000 + index * 3 + luck.whole(0, 2), deployedAt, emergency,
  }
}
