import t from 'tap'
import { emptyRecord, faultsOfAcceptance, faultsOfObservation, readLines, seenParts, wantsObservation, wantsRecord, type Observation, type ReviewRecord } from '../../server/evidence/acceptance.ts'
import type { SeenPart } from '../../server/database/schema/evidence.ts'
import type { RequestKind } from '../../server/database/schema/requests.ts'
import { kinds } from '../../server/requests/rules.ts'

const parts = Object.keys(seenParts) as SeenPart[]
const whole: Observation = { source: 'Screen share', observer: 'Lena Fischer', at: '2026-10-01T10:00', zone: 'America/New_York', subject: 'Noor Haddad', subjectRole: 'Engineer', lines: [{ text: 'Who approves?', answer: 'The manager.' }] }
const looked = (kind: RequestKind, more: { record?: ReviewRecord, observation?: Observation | null, files?: number } = {}) =>
  Object.keys(faultsOfAcceptance({ kind, record: emptyRecord, observation: null, files: 1, lastDay: '2026-09-30', ...more }))

t.test('a configuration is accepted once every part of its screen was seen', async (t) => {
  for (let mask = 0; mask < 2 ** parts.length; mask += 1) {
    const seen = parts.filter((_part, index) => mask & 1 << index)
    t.strictSame(looked('configuration', { record: { ...emptyRecord, seen } }), seen.length === parts.length ? [] : ['seen'], seen.join())
  }
})

t.test('a document is accepted with its version, its approver and a day in scope', async (t) => {
  const full = { seen: [], documentVersion: '7', approver: 'Arthur Penhallow', effectiveOn: '2026-09-30' }
  t.strictSame(looked('document', { record: full }), [])
  t.strictSame(looked('document', { record: { ...full, effectiveOn: '2026-10-01' } }), ['effective'], 'in effect only after the last day')
  for (const [field, fault] of [['documentVersion', 'documentVersion'], ['approver', 'approver'], ['effectiveOn', 'effective']] as const) {
    t.strictSame(looked('document', { record: { ...full, [field]: field === 'effectiveOn' ? null : '' } }), [fault])
  }
  t.strictSame(Object.keys(faultsOfAcceptance({ kind: 'document', record: { ...full, effectiveOn: '2030-01-01' }, observation: null, files: 1, lastDay: null })), [])
})

t.test('an inquiry and a walkthrough are accepted with the auditor’s record, and a whole one', async (t) => {
  t.strictSame(looked('inquiry'), ['form'])
  t.strictSame(looked('walkthrough'), ['form'])
  t.strictSame(looked('inquiry', { observation: whole, files: 0 }), [], 'words are enough for an inquiry')
  t.strictSame(looked('walkthrough', { observation: whole, files: 0 }), ['form'], 'what was watched is shown')
  t.strictSame(looked('walkthrough', { observation: whole }), [])
  const lacks: Partial<Observation>[] = [{ source: '' }, { observer: '' }, { at: '' }, { zone: '' }, { subject: '' }, { lines: [] }]
  for (const lack of lacks) for (const kind of ['inquiry', 'walkthrough'] as const) t.strictSame(looked(kind, { observation: { ...whole, ...lack } }), ['form'], `${kind} without ${Object.keys(lack).join()}`)
  t.strictSame(looked('inquiry', { observation: { ...whole, subjectRole: '' } }), ['form'], 'who is nobody without a role')
  t.strictSame(looked('inquiry', { observation: { ...whole, lines: [{ text: 'Who?', answer: '' }] } }), ['form'], 'a question without an answer')
  t.strictSame(looked('walkthrough', { observation: { ...whole, subjectRole: '', lines: [{ text: 'Opened the ticket', answer: '' }] } }), [])
})

t.test('the other kinds have their rule elsewhere', async (t) => {
  for (const kind of ['population', 'sample'] as const) t.strictSame(looked(kind), [])
  t.strictSame((Object.keys(kinds) as RequestKind[]).filter(wantsRecord), ['configuration', 'document'])
  t.strictSame((Object.keys(kinds) as RequestKind[]).filter(wantsObservation), ['inquiry', 'walkthrough'])
})

t.test('what the firm obtained itself comes with its source and with something to look at', async (t) => {
  t.strictSame(Object.keys(faultsOfObservation('configuration', { ...whole, subject: '', subjectRole: '', lines: [] }, 1)), [])
  t.strictSame(Object.keys(faultsOfObservation('configuration', whole, 0)), ['files'])
  t.strictSame(Object.keys(faultsOfObservation('sample', { ...whole, source: '', observer: '', at: '', zone: '' }, 1)), ['source', 'observer', 'at', 'zone'])
})

t.test('lines of a record keep question and answer together', async (t) => {
  t.strictSame(readLines(['Who? ', '', 'When?', ''], [' Noor', '', '', 'an answer to nothing']), [{ text: 'Who?', answer: 'Noor' }, { text: 'When?', answer: '' }, { text: '', answer: 'an answer to nothing' }])
})
