import { bankDays } from './calendar.ts'
import { chance } from './chance.ts'
import { changeHeader, changeRow, changesOf } from './changes.ts'
import { accessRequestsOf, accessReviewsOf, failuresOf, incidentList, triageOf } from './desk-lists.ts'
import { backupsOf, reconciliationsOf, scansOf, vendorsOf } from './system-lists.ts'
import { joinersOf, leaverHeader, leaverRow, leaversOf, payrollOf, staffOf } from './people-lists.ts'
import type { List } from './list.ts'

/** The lists of the story, each in the versions that were sent. */
export type Lists = Readonly<Record<ListName, List>>

export type ListName =
  | 'joiners' | 'staff' | 'leaversFirst' | 'leavers' | 'payroll' | 'changesFirst' | 'changes' | 'reviews' | 'incidents' | 'backupsFirst' | 'backups'
  | 'vendors' | 'accessFirst' | 'access' | 'disposals' | 'reconciliations' | 'triage' | 'scans' | 'failures'

const missingLeaver = 17

/** Makes all lists; two calls give the same rows. */
export function makeLists(): Lists {
  const leavers = leaversOf(chance('leavers'))
  const changes = { header: changeHeader, rows: changesOf(chance('changes')).map(changeRow) }
  const late = [leaverRow(chance('late one'), 31, '2026-10-02'), leaverRow(chance('late two'), 32, '2026-10-02')]
  const access = accessRequestsOf(chance('access requests'))
  return {
    joiners: joinersOf(chance('joiners')),
    staff: staffOf(chance('staff')),
    leaversFirst: { header: leaverHeader, rows: [...leavers.filter((_row, index) => index !== missingLeaver), ...late] },
    leavers: { header: leaverHeader, rows: leavers },
    payroll: payrollOf(leavers),
    changesFirst: { ...changes, rows: changes.rows.slice(0, 1000) },
    changes,
    reviews: accessReviewsOf(chance('access reviews')),
    incidents: incidentList,
    backupsFirst: backupsOf(chance('backups'), 'sites'),
    backups: backupsOf(chance('backups'), 'iso'),
    vendors: vendorsOf(chance('vendors')),
    accessFirst: access.first,
    access: access.second,
    disposals: { header: ['asset_tag', 'asset_type', 'disposed_on', 'method', 'vendor', 'certificate_no'], rows: [] },
    reconciliations: reconciliationsOf(chance('reconciliations'), bankDays),
    triage: triageOf(chance('triage')),
    scans: scansOf(chance('scans')),
    failures: failuresOf(chance('failures')),
  }
}
