import type { Description, Response } from '../exceptions/store.ts'

/** What was found on one control, as auditor and client wrote it down. */
export type Found = {
  readonly control: string
  readonly describe: (details: { readonly repository: string }) => Description
  /** Described, put to the client, agreed to, evaluated, responded to and closed. */
  readonly moments: readonly [string, string, string, string, string, string]
  readonly describer: string
  readonly evaluator: string
  readonly weighed: string
  readonly response: Response
}

const plain = { intent: 'not_intentional', detected_by_client: false } as const

/** The four exceptions in the order in which they were opened: E-01 to E-04. */
export const found: readonly Found[] = [
  {
    control: 'AC-02', describer: 'webb', evaluator: 'bergstrom',
    describe: () => ({
      ...plain, problem: 'access was removed 3 and 6 business days after the last working day', expected: 'Removal within one business day of the last working day.',
      cause: 'In both cases the line manager filed the offboarding ticket only days after the last working day; the removal itself followed within hours.',
      cause_type: 'people', spread: 'isolated', isolated_basis: 'The ticket dates of all leavers of the period were compared with their last working days: no other was filed late.',
      compensating: 'The identity provider’s log shows no sign-in by either person after the last working day. The quarterly recertification (AC-04) would have found an account that stayed open.',
      impact: 'Two accounts stayed open for days and were not used.', affected_from: '2026-03-05', affected_to: '2026-09-25', discussed_with: 'Carla Whitfield, IT Operations Manager', discussed_on: '2026-11-03',
    }),
    moments: ['2026-11-03 10:40', '2026-11-06 15:10', '2026-11-09 10:55', '2026-11-10 11:30', '2026-11-12 15:22', '2026-11-16 09:45'],
    weighed: 'Both were traced to a ticket filed late and the accounts were not used. The sample was extended before anybody looked at the further items; none of them was late. AC-01 and AC-04 serve the same criteria and were tested.',
    response: {
      declined: false, remediationOn: '2026-11-09', remediation: 'The HR system opens the offboarding ticket by itself.',
      text: 'Both tickets were filed late by the line manager. The HR system now opens the offboarding ticket by itself on the day the leaving is entered, and reports to People Operations each ticket that is still open on the last working day.',
    },
  },
  {
    control: 'AC-04', describer: 'fischer', evaluator: 'natarajan',
    describe: () => ({
      ...plain, problem: 'the review was finished {late}', expected: 'Every review is finished within 30 days of quarter end.',
      cause: 'The reviewer for the June quarter was on leave and no deputy was named, so all reviews of that quarter waited.',
      cause_type: 'process', spread: 'isolated', isolated_basis: 'The list of reviews gives the day due and the day finished of all 24: late ones are of the quarter ended June 2026 alone.',
      compensating: 'Removals of leavers do not wait for the review (AC-02). The late reviews led to removals that were carried out within a business day.',
      impact: 'Access of the June quarter was confirmed in August instead of July.', affected_from: '2026-07-31', affected_to: '2026-08-18', discussed_with: 'Hannah Osei, Director of Information Security', discussed_on: '2026-11-04',
    }),
    moments: ['2026-11-04 11:05', '2026-11-05 16:10', '2026-11-06 11:20', '2026-11-09 14:05', '2026-11-12 15:40', '2026-11-16 10:05'],
    weighed: 'Confined to one quarter. The reviews were carried out in full, late; the other quarters selected were in time. The control ran in each quarter of the period.',
    response: {
      declined: false, remediationOn: '2026-08-31', remediation: 'A deputy for each system; the tracker alerts ten days before the limit.',
      text: 'The reviewer for the June quarter was on leave and no deputy was named. A deputy is now assigned for each system and the tracker alerts ten days before the limit. Completed August 2026.',
    },
  },
  {
    control: 'CH-01', describer: 'webb', evaluator: 'bergstrom',
    describe: ({ repository }) => ({
      ...plain, problem: 'approval by someone other than the author was not evidenced', expected: 'An approving review by a second person before deployment.',
      cause: `The repository ${repository} was set up without branch protection, so a change could be merged while the review asked for was still unanswered.`,
      cause_type: 'system', spread: 'isolated', isolated_basis: 'The settings of every other repository were inspected: each demands a second person’s approval.',
      compensating: 'The change passed its automated tests, and the deployment was announced to the on-call engineer. It was reviewed afterwards without a finding.',
      impact: 'One change went to production without a second person’s approval.', discussed_with: 'Dmitri Sokol, VP Engineering', discussed_on: '2026-11-06',
    }),
    moments: ['2026-11-06 09:15', '2026-11-06 14:30', '2026-11-10 09:48', '2026-11-13 10:20', '2026-11-16 14:12', '2026-11-18 09:30'],
    weighed: 'The upper limit of the rate at 95% confidence is above the tolerable rate of 10%, so the other evidence on CC8.1 is weighed: emergency changes (CH-03) and the pipeline (CH-02), whose design did not cover a repository on the day it is made. For the partner.',
    response: {
      declined: false, remediationOn: '2026-11-13', remediation: 'Branch protection is part of the template that makes a repository.',
      text: 'The repository was made by hand during a migration. Repositories are now made from a template that sets branch protection, and a daily check reports any that lacks it. The change was reviewed afterwards; nothing had to be undone.',
    },
  },
  {
    control: 'GV-05', describer: 'webb', evaluator: 'bergstrom',
    describe: () => ({
      ...plain, problem: 'training was finished 11 days after the 30-day limit', expected: 'Training finished within 30 days of joining.',
      cause: 'The person joined shortly before a leave that had been agreed on; the reminder went to an address that was not read during it.',
      cause_type: 'people', spread: 'isolated', isolated_basis: 'The list of all who joined gives the day of joining and of training: no other was late.',
      compensating: 'The person had read-only access until the training was finished, and the code of conduct was accepted in time.',
      impact: 'One person worked without the training of the first weeks.', affected_from: '2026-05-25', affected_to: '2026-06-04', discussed_with: 'Beatriz Fonseca, Security Awareness Lead', discussed_on: '2026-11-06',
    }),
    moments: ['2026-11-06 10:02', '2026-11-09 09:35', '2026-11-10 10:06', '2026-11-13 11:02', '2026-11-16 14:30', '2026-11-18 09:50'],
    weighed: 'One person, on leave. The yearly training of those who stay was tested beside it and showed nothing.',
    response: {
      declined: false, remediationOn: '2026-11-30', remediation: 'Reminders also go to the manager.',
      text: 'The reminder now goes to the person and to their manager, and a training that is not finished on day 25 is escalated to the Security Awareness Lead.',
    },
  },
]
