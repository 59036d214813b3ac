import type { ObservedLine } from '../evidence/acceptance.ts'

/** What the auditors asked or watched, and wrote down on the same day; somebody else of the firm accepts it. */
export type Meeting = {
  readonly number: number
  readonly observer: string
  readonly acceptor: string
  readonly at: string
  readonly recordedAt: string
  readonly acceptedAt: string
  readonly source: string
  readonly subject: string
  readonly subjectRole: string
  readonly lines: readonly ObservedLine[]
  /** Name of the notes that are kept as a file. */
  readonly notes?: string
}

/** */
export const meetings: readonly Meeting[] = [
  {
    number: 56, observer: 'bergstrom', acceptor: 'natarajan', at: '2026-10-20T10:00', recordedAt: '2026-10-20 11:40', acceptedAt: '2026-10-22 09:20', source: 'Video call', subject: 'Victor Ashdown', subjectRole: 'Chief Risk Officer',
    lines: [
      said('What changed since last year that bears on risk?', 'Two hosting accounts were merged, payouts went live in April, and a fraud analyst joined in June. The assessment of January was reopened for payouts.'),
      said('How is fraud considered?', 'As a category of its own. Insider fraud is rated high before treatment and rests on separation of duties and the daily reconciliation.'),
      said('What does the committee of the board get to see?', 'The security and compliance report each quarter, with every risk above appetite.'),
    ],
  },
  {
    number: 57, observer: 'webb', acceptor: 'bergstrom', at: '2026-10-20T14:00', recordedAt: '2026-10-20 15:05', acceptedAt: '2026-10-21 10:12', source: 'Video call', subject: 'Carla Whitfield', subjectRole: 'IT Operations Manager',
    lines: [
      said('Were devices or media disposed of, sold, donated or destroyed in the period?', 'No. The last disposal was in July 2025.'),
      said('Did leased equipment go back?', 'No. The lease of the laptops ends in March 2027; the register was shown on screen.'),
    ],
  },
  {
    number: 58, observer: 'webb', acceptor: 'fischer', at: '2026-10-19T13:00', recordedAt: '2026-10-19 15:10', acceptedAt: '2026-10-20 11:30', source: 'Screen share', subject: 'Ravi Menon', subjectRole: 'DevOps Lead', notes: 'walkthrough-change.txt',
    lines: [
      said('Ticket and pull request', 'CHG-21719, pull request 5692 of fee-calculator, author r.banerjee, reviewer k.hoffman.'),
      said('Tests', 'Pipeline run 91871: unit and integration without failures on the head commit.'),
      said('Own approval tried', 'r.banerjee pressed Approve on his own pull request: refused with “Authors cannot approve”.'),
      said('Deployment', 'deploybot deployed the approved commit to production at 13:41.'),
    ],
  },
  {
    number: 59, observer: 'fischer', acceptor: 'webb', at: '2026-10-19T10:00', recordedAt: '2026-10-19 11:50', acceptedAt: '2026-10-20 09:15', source: 'Screen share', subject: 'Marisol Vega', subjectRole: 'IT Service Desk Lead', notes: 'walkthrough-joiner-leaver.txt',
    lines: [
      said('Joiner', 'A joiner of August: ticket with the approvals of manager and system owner, access in three systems as asked for.'),
      said('Leaver', 'A leaver of September: ticket opened on the last working day, identity disabled at 17:42, six systems closed by 17:58.'),
    ],
  },
  {
    number: 60, observer: 'fischer', acceptor: 'bergstrom', at: '2026-10-20T15:00', recordedAt: '2026-10-20 16:45', acceptedAt: '2026-10-21 14:30', source: 'Visit to the treasury desk', subject: 'Teresa Quill', subjectRole: 'Treasury Operations Manager', notes: 'walkthrough-payment.txt',
    lines: [
      said('Receipt and validation', 'Instruction PI-7719203 received at 09:14:07 on October 19 and accepted after format, limit and duplicate checks.'),
      said('Ledger', 'Two entries, debit and credit, with the same instruction number; no way to change them was offered.'),
      said('Reconciliation', 'Found in REC-2026-10-19 against the file of CardRail, no break.'),
      said('Settlement report', 'Part of the report sent on October 20 at 08:22 Eastern.'),
    ],
  },
]

function said(text: string, answer: string): ObservedLine {
  return { text, answer }
}
