import { chance } from './chance.ts'
import { clock, plusBusinessDays, plusDays, printLocal } from './calendar.ts'
import { rowOf, type List, type Row } from './list.ts'
import { field, printRecord, shown, type EvidenceRecord, type Line } from './record.ts'

/** The triage of a day, out of the log. */
export function triageRecord(row: Row, log: List): EvidenceRecord {
  const { expected: day = '' } = row
  const { alerts = '', closed = '', escalated = '', analyst = '', recorded_at: recorded = '', outcome = '' } = rowOf(log, day)
  return printRecord(`triage-${day}.txt`, { system: 'OpsDesk', address: `opsdesk.paysmart.example/triage/${day}`, at: '2026-10-23 16:15:41', by: 'e.kowalczyk' }, [
    field('Day', day), field('Alerts', `${alerts}, of which ${closed} closed and ${escalated} escalated`),
    shown('Reviewed', `${recorded}  by ${analyst}`, 'A'), shown('Outcome', outcome, 'B'),
  ])
}

/** The scan of a week and the ticket of each critical finding. */
export function scanRecord(row: Row, scans: List): EvidenceRecord {
  const { expected: week = '', last_day: sunday = '' } = row
  const [scan = '', scanned = '', scope = '', hosts = '', critical = '0', high = '', medium = ''] = scans.rows.find((one) => one[1] === sunday) ?? []
  const luck = chance(`scan ${week}`)
  const tickets = Array.from({ length: Number(critical) }, (_one, index) => `APPSEC-${400 + luck.whole(0, 180) + index}  critical, opened ${plusDays(sunday, 1)}, fixed ${plusDays(sunday, luck.whole(4, 26))}`)
  return printRecord(`scan-${week}.txt`, { system: 'ScanPoint', address: `scanpoint.paysmart.example/scans/${scan}`, at: '2026-10-26 10:20:05', by: 'k.mensah-boyd' }, [
    field('Scan', `${scan}, week ${week}`), shown('Scanned', `${scanned} 04:00 to 05:${luck.whole(10, 59)}, ${hosts} hosts`, 'A'), field('Scope', scope),
    field('Findings', `critical ${critical}, high ${high}, medium ${medium}`), '', shown('Critical findings', critical === '0' ? 'none' : 'each with its ticket', 'B'), ...tickets,
  ])
}

/** The log of the three backup jobs of a day, with the ticket of the rerun where one failed. */
export function backupRecord(row: Row, runs: List): EvidenceRecord {
  const { expected: day = '' } = row
  const ofDay = runs.rows.filter((run) => run[3]!.startsWith(day))
  const lines = ofDay.flatMap(([run = '', database = '', , started = '', finished = '', status = '', size = '', , ticket = '']): Line[] => [
    `${started}  ${run}  ${database.padEnd(9)} started`,
    `${finished}  ${run}  ${database.padEnd(9)} ${status}${status === 'failed' ? `, ${ticket}: on-call engineer paged, rerun completed ${day} 05:12` : `, ${size} GB`}`,
  ])
  return printRecord(`backup-${day}.txt`, { system: 'VaultKeep', address: `vaultkeep.paysmart.example/jobs?day=${day}`, at: '2026-10-27 13:05:58', by: 'n.haddad' }, [
    field('Policy', 'production-databases'), '', ...lines, '', shown('Databases', `${ofDay.length} of 3 ran`, 'A'), shown('Failed', ofDay.some((run) => run[5] === 'failed') ? 'alerted and rerun' : 'none', 'B'),
  ])
}

/** The test restore of a month. */
export function restoreRecord({ expected: month = '', last_day: last = '' }: Row): EvidenceRecord {
  const luck = chance(`restore ${month}`)
  const day = plusDays(last, -luck.whole(3, 18))
  return printRecord(`restore-test-${month}.txt`, { system: 'VaultKeep', address: `vaultkeep.paysmart.example/restores/${month}`, at: '2026-10-26 15:48:20', by: 'n.haddad' }, [
    field('Restore test', `${month}, ${luck.pick(['payments', 'ledger', 'identity'])}`), shown('Carried out', `${printLocal(clock(`${day} 10:${luck.whole(10, 59)}`))}  by n.haddad`, 'A'),
    field('Took', `${luck.whole(21, 48)} minutes`), shown('Result', `${luck.whole(200, 412)} of the tables compared, no difference`, 'B'),
  ])
}

/** The capacity review of a month. */
export function capacityRecord({ expected: month = '', last_day: last = '' }: Row): EvidenceRecord {
  const luck = chance(`capacity ${month}`)
  return printRecord(`capacity-${month}.txt`, { system: 'OpsDesk', address: `opsdesk.paysmart.example/reviews/capacity-${month}`, at: '2026-10-26 11:11:09', by: 'o.tallis' }, [
    field('Capacity review', month), shown('Held', `${plusDays(last, -luck.whole(1, 5))}, o.tallis, n.haddad, j.feldt`, 'A'),
    field('Against forecast', `processing ${luck.whole(48, 71)}%, storage ${luck.whole(52, 78)}%, connections ${luck.whole(35, 64)}%`),
    shown('Actions', `OPS-${luck.whole(8200, 8900)} add a replica, OPS-${luck.whole(8200, 8900)} archive statements`, 'B'),
  ])
}

/** The reconciliation of a business day. */
export function reconciliationRecord(row: Row): EvidenceRecord {
  const { recon_id: recon = '', business_date: day = '', preparer = '', reviewer = '', reviewed_at: reviewed = '', break_count: breaks = '', break_amount: amount = '', cleared_on: cleared = '' } = row
  return printRecord(`${recon}.txt`, { system: 'LedgerOne', address: `ledgerone.paysmart.example/reconciliations/${recon}`, at: '2026-10-28 15:30:47', by: 't.quill' }, [
    field('Business date', day), field('Files', 'CardRail settlement, Northgrid payout'), shown('Prepared', `${day} 13:${chance(recon).whole(10, 59)}  by ${preparer}`, 'A'),
    shown('Reviewed', `${reviewed}  by ${reviewer}`, 'B'), field('Breaks', `${breaks}, ${amount} USD`), shown('Cleared', cleared === '' ? 'no break' : `${cleared}, limit ${plusBusinessDays(day, 2)}, OPS-${6600 + chance(`break ${recon}`).whole(0, 99)}`, 'C'),
  ])
}

/** The alert of a failed job and the ticket it opened. */
export function failureRecord(row: Row): EvidenceRecord {
  const { alert_id: alert = '', job = '', failed_at: failed = '', alerted_at: alerted = '', ticket = '', resolved_at: resolved = '', outcome = '' } = row
  return printRecord(`${alert}-${ticket}.txt`, { system: 'OpsDesk', address: `opsdesk.paysmart.example/alerts/${alert}`, at: '2026-10-27 10:44:12', by: 'n.aaberg' }, [
    field('Job', `${job}, failed ${failed}`), shown('Alert', `${alerted}  on-call engineer paged`, 'A'), shown('Ticket', `${ticket}  opened by the alert`, 'B'), field('Resolved', `${resolved}  ${outcome}`),
  ])
}

/** The integrity check of a month. */
export function integrityRecord({ expected: month = '', last_day: last = '' }: Row): EvidenceRecord {
  const luck = chance(`integrity ${month}`)
  const entries = luck.whole(8_100_000, 9_900_000).toLocaleString('en-US')
  return printRecord(`integrity-${month}.txt`, { system: 'LedgerOne', address: `ledgerone.paysmart.example/integrity/${month}`, at: '2026-10-26 09:02:31', by: 'j.feldt' }, [
    shown('Checked', `${plusDays(last, 1)} 02:00, entries of ${month}`, 'A'), field('Entries', entries), field('Stored checksum', luck.hex(32)), shown('Compared', `${entries} equal, 0 different`, 'B'),
  ])
}

/** The assessment of a vendor. */
export function vendorRecord(row: Row): EvidenceRecord {
  const { vendor_id: vendor = '', vendor_name: name = '', service = '', last_review_on: reviewed = '', report_type: report = '', report_period_end: until = '', subservice_org: carved = '' } = row
  return printRecord(`${vendor}-assessment.txt`, { system: 'VendorBook', address: `vendorbook.paysmart.example/vendors/${vendor}/assessments`, at: '2026-10-22 15:09:55', by: 'p.reinhart' }, [
    field('Vendor', `${vendor}  ${name}, ${service}`), shown('Assessed', `${reviewed}  by p.reinhart, tier 1`, 'A'), field('Report', `${report}, period to ${until}`),
    shown('Report review', `${carved === 'yes' ? 'subservice organization; ' : ''}exceptions read, none bears on PaySmart; user controls mapped`, 'B'),
  ])
}

/** The meeting of the risk committee in a quarter. */
export function committeeRecord({ expected: quarter = '', last_day: last = '' }: Row): EvidenceRecord {
  const luck = chance(`committee ${quarter}`)
  return printRecord(`risk-committee-${quarter}.txt`, { system: 'Board portal', address: `board.paysmart.example/risk/${quarter}`, at: '2026-10-20 11:30:00', by: 's.oyelaran' }, [
    field('Agenda', '1 minutes, 2 security and compliance report, 3 risks above appetite, 4 (blacked out)'), shown('Held', `${plusDays(last, -luck.whole(8, 20))}, 5 of 5 members, 3 independent`, 'A'),
    shown('Minutes', 'Report taken note of; treatment of R-12 confirmed; signed by the chair', 'B'),
  ])
}

/** The control tests of compliance in a quarter. */
export function monitoringRecord({ expected: quarter = '', last_day: last = '' }: Row): EvidenceRecord {
  const luck = chance(`monitoring ${quarter}`)
  return printRecord(`control-tests-${quarter}.txt`, { system: 'Compliance tracker', address: `compliance.paysmart.example/tests/${quarter}`, at: '2026-10-20 13:45:18', by: 'j.castellanos' }, [
    shown('Tested', `${luck.whole(9, 12)} controls, finished ${plusDays(last, -luck.whole(2, 12))}`, 'A'), field('Gaps', `${luck.whole(1, 3)}, each with owner and date`),
    shown('Reported', `${plusDays(last, luck.whole(4, 12))}, to the executive team`, 'B'),
  ])
}

/** The review of badge holders in a quarter. */
export function badgeRecord({ expected: quarter = '', last_day: last = '' }: Row): EvidenceRecord {
  const luck = chance(`badges ${quarter}`)
  return printRecord(`badge-review-${quarter}.txt`, { system: 'DoorWise', address: `doorwise.paysmart.example/reviews/${quarter}`, at: '2026-10-21 08:50:26', by: 'y.demirci' }, [
    shown('Reviewed', `${plusDays(last, -luck.whole(1, 9))}  by y.demirci`, 'A'), field('Badge holders', String(luck.whole(205, 224))), shown('Taken away', `${luck.whole(0, 4)}, on the same day`, 'B'),
  ])
}
