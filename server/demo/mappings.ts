import type { Mapping } from '../populations/store.ts'
import type { ListName } from './lists.ts'

/** How the firm reads each list; versions of one list are read alike. */
export const mappings: Readonly<Record<Exclude<ListName, `${string}First`>, Mapping>> = {
  joiners: mapping('New hires', 'one person joining', 'employee_id', 'hire_date', 'First working day'),
  staff: mapping('Staff', 'one person’s yearly duties falling due', 'employee_id', 'yearly_due_on', 'Yearly acceptance, training and review due on'),
  leavers: mapping('Leavers', 'one person leaving', 'employee_id', 'last_working_day', 'Last working day'),
  payroll: mapping('Leavers by payroll', 'one person’s last pay', 'employee_id', 'last_day_paid', 'Last day paid'),
  changes: mapping('Production changes', 'one deployment to production', 'change_id', 'deployed_at', 'Deployed to production'),
  reviews: mapping('Access reviews', 'one review of a system for a quarter', 'review_id', 'due_on', 'Due on'),
  incidents: mapping('Incidents', 'one incident of any severity', 'incident_id', 'opened_at', 'Opened'),
  backups: mapping('Backup job runs', 'one run of a backup job', 'run_id', 'started_at', 'Started'),
  vendors: { ...mapping('Vendors', 'one vendor under contract', 'vendor_id', 'contract_start', 'Contract from, until'), untilColumn: 'contract_end' },
  access: mapping('Access requests', 'one access granted', 'ticket_id', 'fulfilled_at', 'Access given'),
  disposals: mapping('Asset disposals', 'one device or medium disposed of', 'asset_tag', 'disposed_on', 'Disposed on'),
  reconciliations: mapping('Settlement reconciliations', 'one business day to reconcile', 'recon_id', 'business_date', 'Business date'),
  triage: mapping('Triage log', 'one day of alerts', 'day', 'day', 'Day'),
  scans: mapping('Weekly scans', 'one weekly scan', 'scan_id', 'scanned_on', 'Scanned on'),
  failures: mapping('Job failures', 'one failed processing job', 'alert_id', 'failed_at', 'Failed'),
}

function mapping(name: string, occurrence: string, keyColumn: string, dateColumn: string, dateMeaning: string): Mapping {
  return { name, occurrence, keyColumn, dateColumn, dateMeaning, told: { order: null, zone: null } }
}
