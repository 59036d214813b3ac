import t from 'tap'
import { eventKinds, isEventKind, tell } from '../../server/history/sentences-pages.ts'

t.test('every event reads as a sentence that names its thing', async (t) => {
  const name = (id: string) => `«${id}»`
  const told: readonly [string, string][] = [
    [tell('request.issued', { requestId: 'r', number: 14, ownerId: 'noor', dueOn: '2026-10-14' }, name), 'issued R-014 to «noor», due Oct 14, 2026'],
    [tell('request.returned', { requestId: 'r', number: 3, version: 1, reason: 'wrong_period', dueOn: '2026-10-20', from: 'in_review' }, name), 'returned version 1 of R-003: wrong period; due again Oct 20, 2026'],
    [tell('request.submitted', { requestId: 'r', number: 3, version: 2, files: 1, channel: 'link' }, name), 'submitted version 2 of R-003 with 1 file by link'],
    [tell('control.changed', { controlId: 'c', number: 'AC-02', fields: ['ownerTitle', 'ownerId', 'risk'] }, name), 'changed owner title, owner and risk of control AC-02'],
    [tell('member.role_changed', { personId: 'lena', from: 'staff', to: 'senior' }, name), 'changed the role of «lena» from staff to senior'],
    [tell('account.two_step_removed', {}, name), 'removed two-step sign-in'],
    [tell('account.two_step_removed', { personId: 'lena' }, name), 'took away the second step of «lena»'],
    [tell('phase.changed', { from: 'fieldwork', to: 'wrap_up' }, name), 'moved the engagement from fieldwork to wrap-up'],
    [tell('engagement.created', { type: 1, categories: ['security'], zone: 'UTC', from: '2026-10-31', to: '2026-10-31' }, name), 'created this engagement: Type 1, as of Oct 31, 2026, UTC'],
    [tell('result.set', { testLineId: 'l', itemId: 'i', letter: 'A', from: 'pending', to: 'deviation', version: 1, files: [] }, name), 'set attribute A of «i» in «l» from pending to deviation'],
    [tell('evidence.uploaded', { fileId: 'f', requestId: 'r', sha256: 'a'.repeat(64), size: 1_500_000, channel: 'login' }, name), 'uploaded «f» (1.5 MB, aaaa…aaaa) for «r»'],
    [tell('policy.entered', { version: 3, fields: ['weekly', 'tolerable'] }, name), 'entered version 3 of the sampling policy of the firm: weekly and tolerable'],
    [tell('exception.moved', { exceptionId: 'e', number: 1, from: 'identified', to: 'client_confirming' }, name), 'moved E-01 from identified to client confirming'],
  ]
  for (const [said, expected] of told) t.equal(said, expected)
})

t.test('the list of kinds is closed', async (t) => {
  t.ok(eventKinds.length > 50)
  t.equal(new Set(eventKinds).size, eventKinds.length)
  for (const kind of eventKinds) t.ok(isEventKind(kind) && /^[a-z]+\.[a-z_]+$/.test(kind), kind)
  t.notOk(isEventKind('toString'))
})
