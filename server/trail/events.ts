import type { CarriedFacts } from './carried-events.ts'
import type { ClosingFacts } from './closing-events.ts'
import type { SetupFacts } from './setup-events.ts'
import type { ClientRole, FirmRole } from '../scope.ts'
import type { DrawMethod, StepGround } from '../database/schema/populations.ts'
import type { Channel, WarningCode } from '../database/schema/evidence.ts'
import type { CodePurpose, Every, LinkEnd, ReminderStep, RequestKind, RequestStatus } from '../database/schema/requests.ts'
import type { LinkPolicy } from '../database/schema/engagements.ts'
import type { EffectKind, OpinionKind } from '../database/schema/exceptions.ts'
import type { CellResult, Conclusion, DesignConclusion, SignatureKind } from '../database/schema/testing.ts'

/**
 * Everything the trail can say. Facts hold ids, numbers and closed words; what names a person, an address or is free
 * text belongs in `detail`, which the entry only commits to.
 */
type Facts = CarriedFacts & ClosingFacts & SetupFacts & {
  'account.signed_in': { twoStep: boolean }
  'account.sign_in_failed': Record<never, never>
  'account.signed_out': { sessions: 'one' | 'all' }
  'account.invited': { personId: string }
  'account.invitation_accepted': Record<never, never>
  'account.password_reset_asked': { personId: string }
  'account.password_reset': Record<never, never>
  'account.two_step_set': Record<never, never>
  // Whose it was, where somebody else took it away.
  'account.two_step_removed': { personId?: string }
  'account.recovery_code_used': Record<never, never>
  'account.removed': { personId: string }
  'account.refused': { route: string, permit: string }
  'client.added': { organizationId: string }
  'engagement.created': { type: 1 | 2, categories: readonly string[], zone: string, from: string, to: string }
  'member.added': { personId: string, role: FirmRole | ClientRole }
  'member.role_changed': { personId: string, from: FirmRole | ClientRole, to: FirmRole | ClientRole }
  'member.removed': { personId: string }
  'phase.changed': { from: string, to: string }
  'control.added': { controlId: string, number: string, criteria: readonly string[] }
  'control.changed': { controlId: string, number: string, fields: readonly string[] }
  'control.reworded': { controlId: string, number: string, version: number }
  'control.wording_confirmed': { controlId: string, number: string, version: number }
  'controls.imported': { sha256: string, added: number, changed: number, same: number }
  'request.drafted': { requestId: string, number: number, kind: RequestKind }
  'request.changed': { requestId: string, number: number, fields: readonly string[] }
  'request.issued': { requestId: string, number: number, ownerId: string, dueOn: string }
  'request.reassigned': { requestId: string, number: number, from: string | null, to: string }
  'request.due_changed': { requestId: string, number: number, from: string | null, to: string }
  'request.started': { requestId: string, number: number }
  'request.handed_to_lead': { requestId: string, number: number, version: number, files: number, channel: 'login' | 'link' }
  'request.given_back': { requestId: string, number: number, version: number }
  'request.proposed': { requestId: string, number: number, proposal: 'not_applicable' | 'cannot_provide' }
  'request.submitted': { requestId: string, number: number, version: number, files: number, channel: Channel }
  'request.withdrawn': { requestId: string, number: number, version: number }
  'request.review_started': { requestId: string, number: number, version: number }
  'request.review_released': { requestId: string, number: number }
  'request.accepted': { requestId: string, number: number, version: number }
  'request.returned': { requestId: string, number: number, version: number, reason: string, dueOn: string, from: RequestStatus }
  'request.cancelled': { requestId: string, number: number }
  'request.not_applicable': { requestId: string, number: number }
  'request.reopened': { requestId: string, number: number, from: RequestStatus }
  'requests.imported': { sha256: string, added: number, changed: number, same: number }
  'series.planned': { seriesId: string, every: Every, requests: number }
  'series.switched': { seriesId: string, on: boolean }
  'request.reminded': { requestId: string, number: number, step: ReminderStep | 'asked' }
  'link.sent': { linkId: string, requestId: string, personId: string }
  'link.code_sent': { linkId: string, requestId: string, purpose: CodePurpose }
  'link.code_refused': { linkId: string, requestId: string, purpose: CodePurpose }
  // Having the link is all that was asked, or a mailed code beside it; older entries say neither.
  'link.opened': { linkId: string, requestId: string, proof?: 'link' | 'code' }
  'link.list_opened': { linkId: string, requestId: string }
  'link.policy_changed': { from: LinkPolicy, to: LinkPolicy, fromDays: number, toDays: number, ended: number }
  'digest.sent': { personId: string, day: string, things: number, links: readonly { linkId: string, requestId: string }[] }
  'account.digest_changed': { stopped: boolean, zone: string | null }
  'link.ended': { requestId: string, links: number, reason: LinkEnd }
  'gate.switched': { on: boolean }
  'handover.asked': { handoverId: string, requestId: string, number: number }
  'handover.decided': { handoverId: string, requestId: string, number: number, decision: 'approved' | 'declined' }
  'thread.commented': { commentId: string, requestId: string, number: number, question: boolean, channel: 'login' | 'link' }
  'thread.noted': { commentId: string, requestId: string, number: number }
  'evidence.uploaded': { fileId: string, requestId: string, sha256: string, size: number, channel: Channel }
  'evidence.removed': { fileId: string, requestId: string, sha256: string }
  'evidence.file_decided': { fileId: string, requestId: string, decision: 'accepted' | 'returned' | 'undecided', reason: string | null }
  'evidence.carried_over': { requestId: string, version: number, files: number }
  'evidence.reused': { fileId: string, requestId: string, sourceFileId: string, sourceRequestId: string, sha256: string }
  'evidence.observed': { requestId: string, number: number, version: number, files: number, zone: string }
  'evidence.quarantine_asked': { fileId: string, requestId: string, sha256: string }
  'evidence.quarantine_decided': { fileId: string, requestId: string, sha256: string, decision: 'kept' | 'released' }
  'meeting.proposed': { requestId: string, number: number, startsAt: string, minutes: number }
  'meeting.confirmed': { requestId: string, number: number, startsAt: string }
  'meeting.cancelled': { requestId: string, number: number }
  'evidence.warned': { requestId: string, code: WarningCode, sha256: string }
  'evidence.claimed': { requestId: string, itemId: string, claim: 'not_applicable' | 'cannot_provide' }
  'mark.made': { markId: string, fileId: string, number: number, symbol: string }
  'mark.withdrawn': { markId: string, fileId: string, number: number }
  'mark.carried': { fileId: string, fromFileId: string, marks: number }
  'legend.added': { symbol: string }
  'population.mapped': { populationId: string, number: number, fileId: string, sha256: string, keyColumn: string, dateColumn: string }
  'population.checked': { populationId: string, number: number, rows: number, inScope: number, findings: readonly string[] }
  'population.unreadable': { populationId: string, number: number }
  'population.marked': { populationId: string, number: number, check: string, tick: 'agreed' | 'explained' | 'exception' }
  'population.procedure_recorded': { populationId: string, number: number, procedureId: string, procedure: string, conclusion: 'agrees' | 'differs' }
  'population.none_stated': { populationId: string, number: number, requestId: string }
  'calendar.made': { populationId: string, number: number, every: string, items: number, sha256: string }
  'calendar.matched': { populationId: string, number: number, listId: string | null }
  'calendar.left_out': { populationId: string, number: number, keys: readonly string[] }
  'calendar.put_back': { populationId: string, number: number, key: string }
  'population.accepted': { populationId: string, number: number, rows: number, inScope: number, sha256: string }
  'population.returned': { populationId: string, number: number }
  'population.locked': { populationId: string, number: number }
  'policy.entered': { version: number, fields: readonly string[] }
  'sample.drawn': {
    drawId: string, number: number, populationId: string, method: DrawMethod, algorithm: string, seed: string
    size: number, populationSize: number, keysSha256: string, fileSha256: string, testLineIds: readonly string[]
  }
  'sample.extended': { drawId: string, number: number, step: number, size: number, ground: StepGround }
  'sample.item_replaced': { drawId: string, number: number, step: number, itemId: string, byItemId: string, ground: StepGround }
  'test.planned': { testLineId: string, reference: string, controlWordingVersion: number }
  'test.changed': { testLineId: string, reference: string, fields: readonly string[] }
  'test.no_occurrence': { testLineId: string, reference: string, populationId: string }
  'result.set': {
    testLineId: string, itemId: string, letter: string, from: CellResult, to: CellResult, version: number
    files: readonly string[]
  }
  'result.stale': { testLineId: string, requestId: string, cells: number }
  'test.concluded': { testLineId: string, reference: string, conclusion: Conclusion }
  'test.signed': { testLineId: string, reference: string, kind: SignatureKind, version: number }
  'test.assigned': { testLineId: string, reference: string, to: string | null }
  'test.flagged': { testLineId: string, reference: string, significant: boolean }
  'note.opened': { noteId: string, testLineId: string, reference: string, number: number, itemId: string | null, letter: string | null }
  'note.answered': { noteId: string, testLineId: string, reference: string, number: number }
  'note.refused': { noteId: string, testLineId: string, reference: string, number: number }
  'note.cleared': { noteId: string, testLineId: string, reference: string, number: number }
  'test.sign_off_voided': { testLineId: string, reference: string, kinds: readonly string[] }
  'test.items_changed': { testLineId: string, reference: string, itemId: string, act: 'entered' | 'changed' | 'removed' }
  'test.rolled_forward': { testLineId: string, reference: string, interimOn: string, result: 'unchanged' | 'covered' }
  'test.retest_planned': { testLineId: string, reference: string, retestOf: string, from: string, to: string | null }
  'design.evaluated': { controlId: string, number: string, wordingVersion: number, conclusion: DesignConclusion, implemented: boolean }
  'design.reviewed': { controlId: string, number: string, wordingVersion: number, conclusion: DesignConclusion }
  'design.voided': { controlId: string, number: string }
  'template.kept': { templateId: string, of: 'requests' | 'attributes', version: number }
  'template.removed': { templateId: string, of: 'requests' | 'attributes' }
  'templates.applied': { requests: number, lines: number }
  'exception.opened': { exceptionId: string, number: number, testLineId: string }
  'exception.criterion_opened': { exceptionId: string, number: number, criterion: string }
  'exception.described': { exceptionId: string, number: number, fields: readonly string[] }
  'exception.moved': { exceptionId: string, number: number, from: string, to: string }
  'exception.released': { exceptionId: string, number: number, release: number, tested: number, deviating: number }
  'exception.answered': { exceptionId: string, number: number, answer: number, release: number, position: 'agreed' | 'disputed', files: readonly string[] }
  'exception.extension_decided': { exceptionId: string, number: number, decision: number, size: number }
  'exception.responded': { exceptionId: string, number: number, version: number, declined: boolean }
  'matrix.sentence_written': { testLineId: string, reference: string, part: 'test' | 'result', version: number, made: boolean }
  'matrix.laid_out': { arrangement: 'criterion' | 'control', responses: 'beside' | 'section_v' }
  'opinion.effect_recorded': { criterion: string, version: number, effect: EffectKind }
  'opinion.recorded': { version: number, kind: OpinionKind }
  'evidence.exported': { copy: 'firm' | 'client', versions: 'newest' | 'all' }
  'matrix.exported': { number: number, draft: boolean, contentSha256: string }
}

export type EventKind = keyof Facts

/** One thing that happened: its kind, its facts and, beside them, what may name people or quote them. */
export type TrailEvent = {
  [K in EventKind]: { readonly kind: K, readonly facts: Facts[K], readonly detail?: Readonly<Record<string, unknown>> }
}[EventKind]
