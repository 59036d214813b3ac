import { clock, periodDays, plusBusinessDays, plusDays } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { List } from './list.ts'

const databases = ['payments', 'ledger', 'identity'] as const
// Runs that failed and were rerun on the same morning: day of the period and database.
const failed = new Set(['27 ledger', '96 payments', '151 identity', '203 payments', '288 ledger', '341 payments'])
const tierOne = 14
const vendorCount = 38

/** Every backup run; `sites` gives dates as two sites write them, day first, and the third, month first. */
export function backupsOf(luck: Chance, dates: 'iso' | 'sites'): List {
  const rows = periodDays.flatMap((day, index) => databases.map((database, place) => {
    const [minute, second, length] = [4 + place * 17 + luck.whole(0, 3), luck.whole(0, 59), luck.whole(9, 14)]
    const write = (at: number) => dates === 'iso' ? withOffset(day, at, second) : bySite(day, at, database)
    const fails = failed.has(`${index} ${database}`)
    return [
      `VK-${400_001 + index * 3 + place}`, database, 'full', write(minute), write(minute + length), fails ? 'failed' : 'completed', fails ? '0' : String(luck.whole(180, 240) + Math.floor(index / 9)),
      plusDays(day, 35), fails ? `OPS-${8000 + index * 3}` : '',
    ]
  }))
  return { header: ['run_id', 'database', 'job_type', 'started_at', 'finished_at', 'status', 'size_gb', 'retention_until', 'alert_ticket'], rows }
}

/** The register: every vendor whose contract ran on a day of the period. */
export function vendorsOf(luck: Chance): List {
  const rows = Array.from({ length: vendorCount }, (_one, index) => {
    const tier = index < tierOne ? '1' : index < 24 ? '2' : '3'
    const start = plusDays('2019-03-01', index * 55 + luck.whole(0, 40))
    const end = index % 9 === 5 ? plusDays('2026-01-31', index * 5) : ''
    const reviewed = tier === '1' ? plusDays('2025-11-10', index * 19 + luck.whole(0, 10)) : tier === '2' ? plusDays('2025-02-03', index * 9) : ''
    const [name, service] = index === 0 ? ['Northgrid Cloud', 'Hosting'] : index === 1 ? ['CardRail Network', 'Card authorization and settlement files'] : [`${names[index % names.length]} ${kinds[index % kinds.length]}`, services[index % services.length]!]
    return [
      `V-${1001 + index * 3}`, name, service, tier, tier === '1' ? 'customer data' : tier === '2' ? 'internal data' : 'none', index < 2 ? 'yes' : 'no', start, end, reviewed,
      tier === '3' ? '' : 'p.reinhart', tier === '1' ? 'SOC 2 Type 2' : '', tier === '1' ? plusDays('2025-09-30', -(index % 3) * 31) : '',
    ]
  })
  return { header: ['vendor_id', 'vendor_name', 'service', 'tier', 'data_access', 'subservice_org', 'contract_start', 'contract_end', 'last_review_on', 'reviewer', 'report_type', 'report_period_end'], rows }
}

/** The reconciliation of every day on which banks are open. */
export function reconciliationsOf(luck: Chance, days: readonly string[]): List {
  const rows = days.map((day) => {
    const breaks = luck.whole(1, 9) > 8 ? luck.whole(1, 3) : 0
    return [`REC-${day}`, day, luck.pick(['a.thorne', 'c.baptiste']), luck.pick(['t.quill', 'w.ferro']), `${day} ${luck.whole(15, 17)}:${String(luck.whole(10, 59))}`, String(breaks), breaks === 0 ? '0.00' : `${luck.whole(40, 9800)}.${luck.whole(10, 99)}`, breaks === 0 ? '' : plusBusinessDays(day, luck.whole(1, 2))]
  })
  return { header: ['recon_id', 'business_date', 'preparer', 'reviewer', 'reviewed_at', 'break_count', 'break_amount', 'cleared_on'], rows }
}

/** The scan of every Sunday. */
export function scansOf(luck: Chance): List {
  const rows = Array.from({ length: 52 }, (_one, index) => {
    const critical = luck.whole(1, 8) > 6 ? luck.whole(1, 2) : 0
    return [`SC-${3301 + index}`, plusDays('2025-10-05', index * 7), 'production hosts and images', String(luck.whole(205, 212)), String(critical), String(luck.whole(0, 7)), String(luck.whole(8, 31))]
  })
  return { header: ['scan_id', 'scanned_on', 'scope', 'hosts', 'critical', 'high', 'medium'], rows }
}

const names = ['Alder', 'Birchline', 'Copperfield', 'Dunmore', 'Eastgate', 'Fairhaven', 'Greystone', 'Hollis', 'Ironbridge', 'Juniper', 'Kestrel', 'Lowell', 'Merrow']
const kinds = ['Data', 'Systems', 'Messaging', 'Verification', 'Analytics', 'Logistics', 'Staffing']
const services = ['Identity checks', 'Mail delivery', 'Fraud scoring', 'Ticketing', 'Log storage', 'Payroll', 'Office cleaning', 'Translation', 'Recruiting', 'Telephony']

function withOffset(day: string, minute: number, second: number): string {
  const wall = `${day}T03:${pad(minute)}:${pad(second)}`
  return `${wall}-0${(clock(wall).getTime() - Date.parse(`${wall}Z`)) / 3_600_000}:00`
}

function bySite(day: string, minute: number, database: string): string {
  const [year, month, date] = day.split('-')
  return `${database === 'identity' ? `${month}/${date}` : `${date}/${month}`}/${year} 03:${pad(minute)}`
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
