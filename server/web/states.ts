import type { IconName } from './icons.ts'

type Tone = 'line' | 'dash' | 'grey' | 'struck' | 'blue' | 'plum' | 'teal' | 'green' | 'amber' | 'red'
type Label = { readonly word: string, readonly tone: Tone, readonly icon: IconName }

/** What each state is called on the page, in which tone and with which icon; the keys are the states as stored. */
export const states = {
  request: {
    draft: { word: 'Draft', tone: 'dash', icon: 'draft' },
    open: { word: 'Open', tone: 'line', icon: 'open' },
    in_progress: { word: 'In progress', tone: 'teal', icon: 'in-progress' },
    client_review: { word: 'Client review', tone: 'plum', icon: 'person' },
    submitted: { word: 'Submitted', tone: 'blue', icon: 'submitted' },
    in_review: { word: 'In review', tone: 'plum', icon: 'in-review' },
    accepted: { word: 'Accepted', tone: 'green', icon: 'accepted' },
    returned: { word: 'Returned', tone: 'amber', icon: 'returned' },
    not_applicable: { word: 'Not applicable', tone: 'grey', icon: 'not-applicable' },
    cancelled: { word: 'Cancelled', tone: 'struck', icon: 'cancelled' },
  },
  cell: {
    pass: { word: 'Pass', tone: 'green', icon: 'pass' },
    deviation: { word: 'Deviation', tone: 'red', icon: 'deviation' },
    not_applicable: { word: 'Not applicable', tone: 'grey', icon: 'not-applicable' },
    pending: { word: 'Pending', tone: 'dash', icon: 'pending' },
    stale: { word: 'Stale', tone: 'amber', icon: 'stale' },
  },
  conclusion: {
    effective: { word: 'Effective', tone: 'green', icon: 'pass' },
    effective_with_exceptions: { word: 'With exceptions', tone: 'amber', icon: 'exception' },
    not_effective: { word: 'Not effective', tone: 'red', icon: 'not-effective' },
    not_tested_no_occurrence: { word: 'Not tested, no occurrence', tone: 'grey', icon: 'not-applicable' },
    design_deficiency: { word: 'Design deficiency', tone: 'red', icon: 'design' },
    not_concluded: { word: 'Not concluded', tone: 'dash', icon: 'pending' },
  },
  design: {
    suitable: { word: 'Suitably designed', tone: 'green', icon: 'pass' },
    deficient: { word: 'Deficient', tone: 'red', icon: 'design' },
    not_evaluated: { word: 'Not evaluated', tone: 'dash', icon: 'pending' },
  },
  readiness: {
    in_place: { word: 'In place', tone: 'green', icon: 'pass' },
    missing: { word: 'Missing', tone: 'red', icon: 'deviation' },
    badly_designed: { word: 'Badly designed', tone: 'amber', icon: 'design' },
    undocumented: { word: 'Undocumented', tone: 'plum', icon: 'file' },
    not_assessed: { word: 'Not assessed', tone: 'dash', icon: 'pending' },
  },
  remediation: {
    open: { word: 'Open', tone: 'line', icon: 'open' },
    in_progress: { word: 'In progress', tone: 'teal', icon: 'in-progress' },
    remediated: { word: 'Remediated', tone: 'blue', icon: 'submitted' },
    verified: { word: 'Verified', tone: 'green', icon: 'accepted' },
  },
  signoff: {
    prepared: { word: 'Prepared', tone: 'line', icon: 'sign' },
    reviewed: { word: 'Reviewed', tone: 'green', icon: 'sign' },
    voided: { word: 'Voided by a later edit', tone: 'amber', icon: 'stale' },
    open_note: { word: 'Open note', tone: 'plum', icon: 'thread' },
  },
  population: {
    requested: { word: 'Requested', tone: 'line', icon: 'open' },
    received: { word: 'Received', tone: 'blue', icon: 'submitted' },
    checking: { word: 'Checking', tone: 'teal', icon: 'in-progress' },
    returned: { word: 'Returned', tone: 'amber', icon: 'returned' },
    accepted: { word: 'Accepted', tone: 'green', icon: 'accepted' },
    locked: { word: 'Locked', tone: 'green', icon: 'lock' },
  },
  note: {
    open: { word: 'Open', tone: 'amber', icon: 'note' },
    answered: { word: 'Answered', tone: 'blue', icon: 'thread' },
    cleared: { word: 'Cleared', tone: 'grey', icon: 'pass' },
  },
  exception: {
    identified: { word: 'Identified', tone: 'amber', icon: 'exception' },
    client_confirming: { word: 'Client confirming', tone: 'plum', icon: 'person' },
    confirmed: { word: 'Confirmed', tone: 'red', icon: 'deviation' },
    cleared: { word: 'Cleared', tone: 'grey', icon: 'not-applicable' },
    evaluated: { word: 'Evaluated', tone: 'blue', icon: 'tie' },
    response_received: { word: 'Response received', tone: 'blue', icon: 'thread' },
    final: { word: 'Final', tone: 'green', icon: 'pass' },
  },
  phase: {
    draft: { word: 'Draft', tone: 'dash', icon: 'draft' },
    planning: { word: 'Planning', tone: 'line', icon: 'calendar' },
    fieldwork: { word: 'Fieldwork', tone: 'teal', icon: 'in-progress' },
    wrap_up: { word: 'Wrap-up', tone: 'blue', icon: 'tie' },
    reporting: { word: 'Reporting', tone: 'plum', icon: 'file' },
    issued: { word: 'Issued', tone: 'green', icon: 'sign' },
    archived: { word: 'Archived', tone: 'grey', icon: 'lock' },
    withdrawn: { word: 'Withdrawn', tone: 'struck', icon: 'cancelled' },
  },
  assessment: {
    draft: { word: 'Draft', tone: 'dash', icon: 'draft' },
    planning: { word: 'Planning', tone: 'line', icon: 'calendar' },
    fieldwork: { word: 'Assessment', tone: 'teal', icon: 'in-progress' },
    wrap_up: { word: 'Gaps agreed', tone: 'blue', icon: 'tie' },
    reporting: { word: 'Gap report', tone: 'plum', icon: 'file' },
    issued: { word: 'Delivered', tone: 'green', icon: 'sign' },
    archived: { word: 'Archived', tone: 'grey', icon: 'lock' },
    withdrawn: { word: 'Withdrawn', tone: 'struck', icon: 'cancelled' },
  },
  file: {
    destroyed: { word: 'Destroyed', tone: 'grey', icon: 'cancelled' },
  },
  health: {
    on_track: { word: 'On track', tone: 'green', icon: 'pass' },
    at_risk: { word: 'At risk', tone: 'amber', icon: 'warn' },
    late: { word: 'Late', tone: 'red', icon: 'late' },
  },
} as const satisfies Record<string, Record<string, Label>>

export type StateKind = keyof typeof states
/** The states of one kind, as stored: `StateOf<'request'>` is 'draft' | 'open' | … */
export type StateOf<K extends StateKind> = keyof typeof states[K] & string

/** Word, tone and icon of a state; a state outside the vocabulary does not compile. */
export function labelOf<K extends StateKind>(kind: K, state: StateOf<K>): Label {
  return states[kind][state] as Label
}
