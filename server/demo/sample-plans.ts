import type { Plan } from '../testing/plan-actions.ts'
import { changePlan, leaverPlan } from './plans.ts'

/** A test that a sample is drawn for, by its reference. */
export const samplePlans: Readonly<Record<string, Plan>> = {
  'GV-01.T1': test('New hires accept the code of conduct before access', 'new hires', 'the VP People Operations about how acceptance is tracked', 'the record of acceptance of {sample}', [['Was the code accepted before system access?', 'A date of acceptance on or before the first working day']]),
  'GV-04.T1': test('Background checks are completed before the first day', 'new hires', 'the VP People Operations about who orders a check and who sees its result', 'the record of the background check of {sample}', [['Was the check completed before the start date?', 'A date of completion before the first working day']]),
  'GV-05.T1': test('New hires are trained within 30 days', 'new hires', 'the Security Awareness Lead about how training is assigned', 'the training record of {sample}', [['Was the training finished within 30 days of joining?', 'A date of completion no later than 30 days after the first working day']]),
  'GV-01.T2': test('Staff accept the code of conduct every year', 'members of staff', 'the VP People Operations about how the yearly acceptance is followed up', 'the yearly acceptance of {sample}', [['Was the code accepted in the year?', 'A date of acceptance by the day due']]),
  'GV-05.T2': test('Staff are trained every year', 'members of staff', 'the Security Awareness Lead about how overdue training is followed up', 'the yearly training record of {sample}', [['Was the yearly training finished?', 'A date of completion by the day due']]),
  'GV-06.T1': test('Performance reviews rate control duties', 'members of staff', 'the VP People Operations about the form used', 'the performance review of {sample}', [['Was the review completed in the year?', 'A date of completion'], ['Does it rate control duties?', 'A rating of control duties']]),
  'AC-01.T1': test('Access is approved before it is given', 'access requests', 'the IT Operations Manager about who approves access', 'the ticket and the access given of {sample}', [
    ['Did the manager approve?', 'The manager’s approval with its time'], ['Did the owner of the system approve?', 'The owner’s approval with its time'], ['Were both before the access was given?', 'Times in that order'], ['Is the access what was asked for?', 'The same role in ticket and system'],
  ]),
  'AC-02.T1': leaverPlan,
  'AC-04.T1': test('Access is recertified each quarter', 'reviews of systems', 'the Director of Information Security about how lists of users are pulled', 'the review, its sign-off and the removals of {sample}', [
    ['Was the review finished by the day due?', 'A dated sign-off'], ['Does the reviewer own the system?', 'The reviewer in the register of owners'], ['Was the list of users complete?', 'The count of the list agreed to the system'], ['Were removals carried out?', 'A log entry for each removal'],
  ]),
  'CH-01.T1': changePlan,
  'CH-03.T1': test('Emergency changes are approved and reviewed', 'emergency changes', 'the VP Engineering about when a change counts as an emergency', 'the approval and the later review of {sample}', [['Did the on-call manager approve?', 'An approval with name and time'], ['Was it reviewed within two business days?', 'A review with its date']]),
  'IR-01.T1': test('Incidents are rated, contained, closed and reviewed', 'incidents', 'the Security Operations Lead about ratings', 'the ticket and the written review of {sample}', [['Was it logged?', 'A ticket with its time'], ['Was it rated?', 'A severity'], ['Was it contained and closed?', 'Times of both'], ['If rated high, was it reviewed in writing within 10 business days?', 'The review with its date']]),
  'LG-01.T1': test('Alerts are reviewed each day', 'days', 'the Security Operations Lead about weekends and holidays', 'the triage record of {sample}', [['Were the alerts of the day reviewed?', 'An analyst and a time'], ['Is an outcome recorded?', 'The outcome']]),
  'VM-01.T1': test('Production is scanned each week and critical findings are fixed', 'weeks', 'the Director of Application Security about the scope of scans', 'the scan report and the tickets of critical findings of {sample}', [['Was the scan run in the week?', 'A report with its date and scope'], ['Were critical findings fixed within 30 days?', 'A ticket for each with its date']]),
  'AV-02.T1': test('Databases are backed up every day', 'days', 'the Database Reliability Engineer about failed jobs', 'the job log of {sample}', [['Did the jobs of all three databases run?', 'Three runs in the log'], ['Was a failed job alerted and rerun?', 'The ticket of the rerun']]),
  'AV-03.T1': test('A restore is tested each month', 'months', 'the Database Reliability Engineer about how a test is chosen', 'the restore test record of {sample}', [['Was a restore tested in the month?', 'A record with its date'], ['Is the result recorded?', 'The result']]),
  'AV-01.T1': test('Capacity is reviewed each month', 'months', 'the Site Reliability Manager about the forecast', 'the notes of the capacity review of {sample}', [['Was capacity reviewed in the month?', 'Notes with their date'], ['Are actions ticketed?', 'Ticket numbers']]),
  'PI-03.T1': test('The ledger is reconciled each business day', 'business days', 'the Treasury Operations Manager about who may prepare and review', 'the reconciliation, its review and cleared breaks of {sample}', [['Was it prepared on the same day?', 'Preparer and time'], ['Was it reviewed by another person?', 'A reviewer who is not the preparer'], ['Were breaks cleared within two business days?', 'The day each was cleared']]),
  'PI-04.T1': test('Failed jobs are alerted and resolved by ticket', 'job failures', 'the Payments Engineering Lead about alert rules', 'the alert and the ticket of {sample}', [['Was an alert raised?', 'The alert with its time'], ['Was it resolved through a ticket?', 'The ticket with its outcome']]),
  'PI-05.T1': test('Ledger integrity is checked each month', 'months', 'the Data Platform Lead about what the check compares', 'the output of the integrity check of {sample}', [['Was the check run for the month?', 'The output with its date'], ['Were all checksums equal?', 'The count compared']]),
  'RA-02.T1': test('Tier 1 vendors are assessed each year', 'tier 1 vendors', 'the Vendor Risk Manager about tiers', 'the assessment of {sample}', [['Was the vendor assessed in the year?', 'An assessment with its date'], ['Was the assurance report reviewed?', 'A review of its exceptions']]),
  'GV-02.T1': test('The risk committee meets each quarter', 'quarters', 'the General Counsel about its members', 'agenda, pack and minutes of {sample}', [['Did the committee meet with a majority of independent directors?', 'Those present'], ['Was the security and compliance report reviewed?', 'The minute of it']]),
  'MO-01.T1': test('Compliance tests controls each quarter', 'quarters', 'the Compliance Lead about how controls are chosen', 'the results and the report of {sample}', [['Were controls tested in the quarter?', 'Results with their date'], ['Were gaps reported to the executive team?', 'The report with its date']]),
  'AC-06.T1': test('Badge holders are reviewed each quarter', 'quarters', 'the Facilities Manager about visitors', 'the badge holder review of {sample}', [['Were badge holders reviewed in the quarter?', 'Reviewer and date'], ['Were badges taken away where due?', 'The removals']]),
}

function test(title: string, itemNoun: string, asked: string, inspected: string, attributes: readonly (readonly [string, string])[]): Plan {
  return {
    title, itemNoun,
    procedures: [{ nature: 'inquiry', text: asked }, { nature: 'inspection', text: `${inspected} to determine whether the control operated as described` }],
    attributes: attributes.map(([question, expected], index) => ({ letter: 'ABCD'[index]!, question, expected })),
  }
}
