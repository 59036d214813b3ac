import type { Description, Response } from '../exceptions/store.ts'
import type { Plan } from '../testing/plan-actions.ts'

export const leaverPlan: Plan = {
  title: 'Access of leavers is removed in time',
  itemNoun: 'leavers',
  procedures: [
    { nature: 'inquiry', text: 'the IT Operations Manager about how a leaver is reported and how access is removed' },
    { nature: 'inspection', text: 'the offboarding ticket, the identity provider’s log and the removal entries of each system in scope for {sample} to determine whether access was removed within one business day of the last working day' },
  ],
  attributes: [
    { letter: 'A', question: 'Was the identity disabled within one business day of the last working day?', expected: 'The log entry of the deactivation, with its time' },
    { letter: 'B', question: 'Was the account removed in each system in scope?', expected: 'A removal entry for each of the six systems' },
  ],
}

export const changePlan: Plan = {
  title: 'Changes are reviewed, tested and approved before deployment',
  itemNoun: 'production changes',
  procedures: [
    { nature: 'inquiry', text: 'the VP Engineering about how a change is reviewed, tested and approved' },
    { nature: 'inspection', text: 'the pull request, the test run and the deployment record of {sample} to determine whether each was reviewed and approved by someone other than its author and passed its tests before it was deployed' },
  ],
  attributes: [
    { letter: 'A', question: 'Was it reviewed and approved by somebody other than its author?', expected: 'An approving review by another person' },
    { letter: 'B', question: 'Did the automated tests pass?', expected: 'A test run on the merged commit without failures' },
    { letter: 'C', question: 'Was the approval given before deployment?', expected: 'The review is earlier than the start of the deployment' },
    { letter: 'D', question: 'Was the build deployed that was reviewed?', expected: 'The same commit in review and deployment' },
  ],
}

export const disposalPlan: Plan = {
  title: 'Media are wiped or destroyed before disposal',
  itemNoun: 'disposals',
  procedures: [
    { nature: 'inquiry', text: 'the IT Operations Manager about disposals and returned leased equipment in the period' },
    { nature: 'inspection', text: 'the query of the asset system for disposals in the period, deleted records included, and the lease register' },
  ],
  attributes: [{ letter: 'A', question: 'Is a certificate kept that the medium was wiped or destroyed before disposal?', expected: 'A certificate dated on or before the disposal' }],
}

export const noDisposal = {
  event: 'disposal of devices or media',
  corroboration: 'inspection of the asset system query and inquiry of the IT Operations Manager',
}

export const lateRemoval: Description = {
  problem: 'access was removed 3 and 6 business days after the last working day',
  cause: 'In both cases the line manager filed the offboarding ticket only days after the last working day; the removal itself followed within hours.',
  cause_type: 'people', spread: 'isolated', isolated_basis: 'The removal tickets of all leavers of the period were compared with their last working days: no other was filed late.', intent: 'not_intentional', detected_by_client: false,
  compensating: 'The identity provider’s log shows no sign-in by either person after the last working day.',
}

export const lateRemovalWeighed = 'Two of the ten, both traced to a ticket filed late. Accounts were not used. AC-01 and AC-04 serve the same criteria; the quarterly recertification would have found an account that stayed open.'

export const lateRemovalResponse: Response = {
  declined: false,
  text: 'Both tickets were filed late by the line manager. Since October the HR system opens the offboarding ticket by itself on the day the leaving is entered, and reports to People Operations each ticket that is still open on the last working day.',
  remediationOn: '2026-10-19',
}

/** What was found on the change that nobody but its author approved, in that repository. */
export function lackingApproval(repository: string): Description {
  return {
    problem: 'approval by someone other than the author was not evidenced',
    cause: `The repository ${repository} was set up without branch protection, so a change could be merged while the review asked for was still unanswered.`,
    cause_type: 'system', spread: 'isolated', isolated_basis: 'The settings of every other repository were inspected: each demands a second person’s approval.', intent: 'not_intentional', detected_by_client: false,
    compensating: 'The change passed its automated tests, and the deployment was announced to the on-call engineer.',
  }
}

export const lackingApprovalWeighed = 'One of the forty. The upper limit of the rate at 95% confidence is above the tolerable rate of 10%, so the other evidence on CC8.1 has to be weighed: CH-02 was designed to stop this and did not cover one repository.'

export const misread = {
  description: { problem: 'passing automated tests were not evidenced', cause: '', cause_type: null, spread: null, compensating: '' } satisfies Description,
  note: 'No test run in the record',
  reason: 'The test run stands further down in the same record. It was overlooked; the result was set right on the next day.',
}
