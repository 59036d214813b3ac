import type { Plan } from '../testing/plan-actions.ts'

export const leaverPlan: Plan = {
  title: 'Access of leavers is removed in time',
  itemNoun: 'leavers',
  procedures: [
    { nature: 'inquiry', text: 'the IT Operations Manager about how a leaver is reported and how access is removed' },
    { nature: 'inspection', text: 'the offboarding ticket, the identity provider’s log and the removal entries of each system in scope for {sample} to determine whether access was removed within one business day of the last working day' },
  ],
  attributes: [
    { letter: 'A', question: 'Was the identity disabled within one business day of the last working day?', expected: 'The log entry of the deactivation, with its time', clause: 'removed within one business day of the last working day' },
    { letter: 'B', question: 'Was the account removed in each system in scope?', expected: 'A removal entry for each of the six systems', clause: 'Access of leavers is removed' },
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
    { letter: 'A', question: 'Was it reviewed and approved by somebody other than its author?', expected: 'An approving review by another person', clause: 'approved by someone other than its author' },
    { letter: 'B', question: 'Did the automated tests pass?', expected: 'A test run on the merged commit without failures', clause: 'passes automated tests' },
    { letter: 'C', question: 'Was the approval given before deployment?', expected: 'The review is earlier than the start of the deployment', clause: 'before deployment' },
    { letter: 'D', question: 'Was the build deployed that was reviewed?', expected: 'The same commit in review and deployment', clause: 'Each production code change is peer reviewed' },
  ],
}

export const disposalPlan: Plan = {
  title: 'Media are wiped or destroyed before disposal',
  itemNoun: 'disposals',
  procedures: [
    { nature: 'inquiry', text: 'the IT Operations Manager about disposals and returned leased equipment in the period' },
    { nature: 'inspection', text: 'the query of the asset system for disposals in the period, deleted records included, and the lease register' },
  ],
  attributes: [{ letter: 'A', question: 'Is a certificate kept that the medium was wiped or destroyed before disposal?', expected: 'A certificate dated on or before the disposal', clause: 'wiped or destroyed before disposal, with a certificate kept' }],
}

export const noDisposal = {
  event: 'disposal of devices or media',
  corroboration: 'inspection of the asset system query',
}
