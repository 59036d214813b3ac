import type { RecordKind } from '../database/schema/closing.ts'
import type { Role } from '../scope.ts'

/** What each record is, for whoever is about to enter it, and who may. */
export const records: Readonly<Record<RecordKind, { readonly title: string, readonly word: string, readonly what: string, readonly dated: string, readonly by: readonly Role[] }>> = {
  acceptance: { title: 'Acceptance', word: 'the acceptance', what: 'The partner decides that the firm takes this engagement: competence, resources, integrity of the client, ethics.', dated: 'Accepted on', by: ['partner'] },
  independence: { title: 'Independence', word: 'their independence', what: 'Each person of the firm on the team says for themselves that nothing impairs their independence of this client.', dated: 'Confirmed on', by: ['partner', 'quality_reviewer', 'manager', 'senior', 'staff'] },
  terms: { title: 'Signed terms', word: 'the signed terms', what: 'The terms of the engagement as both sides signed them.', dated: 'Signed on', by: ['partner', 'manager'] },
  control_matrix: { title: 'Control matrix approved', word: 'the approval of the control matrix', what: 'The manager approves which controls are tested for which criteria, in the wording they have now.', dated: 'Approved on', by: ['partner', 'manager'] },
  assertion: { title: 'Management’s assertion', word: 'management’s assertion', what: 'The client’s management says that the description is fair and its controls were suitably designed and, in a Type 2, operated.', dated: 'Dated', by: ['partner', 'manager', 'senior', 'sponsor', 'lead'] },
  representation: { title: 'Representation letter', word: 'the representation letter', what: 'The client’s management confirms in writing what it told the auditors. It bears the report’s date.', dated: 'Dated', by: ['partner', 'manager', 'senior', 'sponsor', 'lead'] },
  subsequent_events: { title: 'Subsequent events', word: 'the inquiry on subsequent events', what: 'What happened between the end of the period and the report’s date: who was asked, and what they said.', dated: 'Asked on', by: ['partner', 'manager', 'senior'] },
  quality_review: { title: 'Quality review', word: 'the quality review', what: 'The quality reviewer, who is not on the team, has finished an objective review of the significant judgments.', dated: 'Completed on', by: ['quality_reviewer'] },
  assembly: { title: 'File assembled', word: 'the assembly of the file', what: 'Superseded drafts are out, cross-references are complete: the file may be locked.', dated: 'Assembled on', by: ['partner', 'manager'] },
}

export const recordKinds = Object.keys(records) as RecordKind[]

/** What the client's side sees and gives; the rest is the firm's own. */
export const sharedKinds: readonly RecordKind[] = ['assertion', 'representation']

export function isRecordKind(text: string): text is RecordKind {
  return Object.hasOwn(records, text)
}

export function mayEnter(role: Role | null, kind: RecordKind): boolean {
  return role !== null && records[kind].by.includes(role)
}

/** Whether a record may be entered in this phase: after the report only that the file is assembled, and later nothing. */
export function isRecordable(kind: RecordKind, phase: string): boolean {
  return phase === 'issued' ? kind === 'assembly' : !['archived', 'withdrawn'].includes(phase) && kind !== 'assembly'
}
