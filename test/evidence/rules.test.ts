import t from 'tap'
import type { RequestKind } from '../../server/database/schema/requests.ts'
import { timeLeft } from '../../server/evidence/answer-words.ts'
import { countLines, findingsOf, MOST_LINES, rowsAtLimit } from '../../server/evidence/findings.ts'
import { carriedOver, fieldsOf, missingWords, problemsOf, refuseUnlessAnswerable, type Answer, type StatementField } from '../../server/evidence/rules.ts'
import { formValues, holdsAnswer, readAnswer } from '../../server/evidence/statement.ts'
import { statementPairs } from '../../server/evidence/statement-pairs.ts'
import { kinds, statusWords } from '../../server/requests/rules.ts'

const whole: Answer = { system: 'A', query: 'select', by: 'N', at: '2026-01-19T09:31', zone: 'America/New_York', rows: 0, edits: 'none', words: '', ticked: [1, 2] }
const checklist = ['One', 'Two']
const now = new Date('2026-02-01T00:00:00Z')

t.test('a whole answer of any kind may go, and each thing left out is named by its field', async (t) => {
  for (const kind of Object.keys(kinds) as RequestKind[]) {
    t.strictSame(problemsOf(kind, whole, 1, [], now), {}, kind)
    for (const field of ['system', 'query', 'by', 'at', 'zone', 'rows', 'edits'] as StatementField[]) {
      const without = { ...whole, [field]: field === 'rows' ? null : '' }
      t.strictSame(Object.keys(problemsOf(kind, without, 1, [], now)), fieldsOf(kind).includes(field) ? [field] : [], `${kind} without ${field}`)
    }
    t.strictSame(Object.keys(problemsOf(kind, whole, 0, [], now)), ['files'])
    t.strictSame(problemsOf(kind, { ...whole, system: '', words: 'There were none.' }, 0, [], now), {}, 'words answer without any file')
  }
  t.ok(fieldsOf('population').includes('rows') && fieldsOf('population').includes('query'), 'a population states its query and its count')
})

t.test('a time that is still to come is refused in its own zone', async (t) => {
  const at = (zone: string) => Object.keys(problemsOf('configuration', { ...whole, at: '2026-02-01T02:00', zone }, 1, [], now))
  t.strictSame(at('America/New_York'), ['at'], 'seven hours ahead')
  t.strictSame(at('Asia/Tokyo'), [], 'long past there')
})

t.test('every item of a sample has a file or a reason in words, not both', async (t) => {
  const problems = (files: number, claim: { claim: string, words: string } | null) => Object.keys(problemsOf('sample', whole, files, [{ id: 'x', key: 'CHG-1', files, claim }], now))
  t.strictSame(problems(1, null), [])
  t.strictSame(problems(0, null), ['item-x'])
  t.strictSame(problems(0, { claim: 'not_applicable', words: 'Rolled back.' }), [])
  t.strictSame(problems(0, { claim: 'cannot_provide', words: '' }), ['words-x'])
  t.strictSame(problems(1, { claim: 'cannot_provide', words: 'Lost.' }), ['claim-x'])
})

t.test('the bar says in few words what is missing', async (t) => {
  const problems = { ...problemsOf('configuration', { ...whole, system: '', at: '', ticked: [] }, 1, [], now), tick: 'Tick each', 'why-dates': 'Say why' }
  t.equal(missingWords(problems, checklist, []), '2 ticks, system, when, a word on 1 warning')
  t.equal(missingWords({}, checklist, [1, 2]), '')
})

t.test('only a request that waits for its owner takes an answer', async (t) => {
  for (const status of Object.keys(statusWords) as (keyof typeof statusWords)[]) {
    if (['open', 'in_progress', 'returned'].includes(status)) t.doesNotThrow(() => refuseUnlessAnswerable(status))
    else t.throws(() => refuseUnlessAnswerable(status), { name: 'Refused' }, status)
  }
})

t.test('what was typed is read as far as it can be, and shown again as it was', async (t) => {
  const read = readAnswer({ system: ' VaultKeep ', rows: '1,284', edited: 'no', edits: 'x', at: '2026-01-19T09:31', zone: 'Europe/Berlin', tick: ['2', '1', '2', 'x', '-1'], words: 'a\r\nb' })
  t.match(read.answer, { system: 'VaultKeep', rows: 1284, edits: 'none', ticked: [1, 2], words: 'a\nb' })
  t.strictSame(read.faults, {})
  t.match(formValues(read.answer, []), { rows: '1284', edited: 'no', edits: '', tick: ['1', '2'] })
  for (const [rows, count] of [['12', 12], ['1 284', 1284], ["1'284", 1284], ['0', 0], ['', null]] as const) t.equal(readAnswer({ rows }).answer.rows, count, rows)
  t.strictSame(Object.keys(readAnswer({ rows: 'about 30', at: 'yesterday', zone: 'Mars/Olympus' }).faults), ['rows', 'at', 'zone'])
  t.equal(readAnswer({ tick: '3' }).answer.ticked.length, 1, 'one box comes as one value')
  t.equal(readAnswer({ words: 'x'.repeat(30_000) }).answer.words.length, 20_000)
  t.ok(holdsAnswer({ system: '' }) && !holdsAnswer({ other: 'x' }))
  const id = '11111111-1111-4111-8111-111111111111'
  t.strictSame(readAnswer({ [`claim-${id}`]: 'cannot_provide', [`words-${id}`]: ' Lost ', 'claim-x': 'cannot_provide', [`claim-${id}x`]: 'no' }).claims, [{ itemId: id, claim: 'cannot_provide', words: 'Lost' }])
})

t.test('the next version keeps where things come from and forgets what was said of the old files', async (t) => {
  t.strictSame(carriedOver(whole), { ...whole, at: '', rows: null, edits: '', ticked: [], proposal: null })
})

t.test('narrow pictures and tables that end at a usual limit are pointed out', async (t) => {
  const file = { warnings: [], lines: null, width: null }
  t.match(findingsOf({ ...file, kind: 'image', width: 799 }), [{ code: 'narrow', head: /799/ }])
  t.strictSame(findingsOf({ ...file, kind: 'image', width: 800 }), [])
  t.match(findingsOf({ ...file, kind: 'zip', warnings: ['The name ends in .png, the content is a ZIP archive.'] }), [{ code: null, head: 'The name ends in .png, the content is a ZIP archive.' }])
  t.match(findingsOf({ ...file, kind: 'zip' }, 'It was here before.'), [{ code: 'same_bytes', head: 'It was here before.' }])
  for (const rows of [1000, 5000, 10_000, 50_000, 65_536, 1_048_576]) {
    t.equal(rowsAtLimit({ kind: 'csv', lines: rows + 1 }), rows, `${rows} below a header`)
    t.equal(rowsAtLimit({ kind: 'csv', lines: rows }), rows, `${rows} without one`)
    t.equal(rowsAtLimit({ kind: 'text', lines: rows }), rows, 'a text has no header')
    t.equal(rowsAtLimit({ kind: 'text', lines: rows + 1 }), null)
    t.equal(rowsAtLimit({ kind: 'csv', lines: rows + 2 }), null)
    t.equal(rowsAtLimit({ kind: 'csv', lines: null }), null, 'not counted yet')
    t.match(findingsOf({ ...file, kind: 'csv', lines: rows + 1 }), [{ code: 'cut_off', head: rows.toLocaleString('en-US') }])
  }
})

t.test('lines are counted across any cut, with breaks inside quotes and without a last break', async (t) => {
  const text = Buffer.from('a,b\r\n1,"x\r\ny"\r\n\r\n2,z')
  for (let size = 1; size <= text.length; size++) t.equal(await countLines(pieces(text, size)), 3, `in pieces of ${size}`)
  t.equal(await countLines(pieces(Buffer.from('x\n'.repeat(MOST_LINES + 500)), 4096)), MOST_LINES + 1, 'no further than anybody asks')
})

t.test('days left are counted in the engagement’s zone', async (t) => {
  const late = new Date('2026-10-22T03:00:00Z')
  t.equal(timeLeft('2026-10-21', 'America/New_York', late), 'Today', 'the day is not over there')
  t.equal(timeLeft('2026-10-21', 'UTC', late), '1 day late')
  t.equal(timeLeft('2026-10-23', 'UTC', late), '1 day left')
  t.equal(timeLeft('2027-10-23', 'UTC', late), '')
  t.equal(timeLeft(null, 'UTC', late), '')
})

t.test('the firm reads the statement as it was made, with the zone, and sees what was left open', async (t) => {
  t.match(statementPairs('population', { ...whole, query: '', rows: 12_345 }), [
    { name: 'System', value: 'A' }, { name: 'Query', value: 'Not stated' }, { name: 'Generated by' }, { name: 'Generated', value: 'Jan 19, 2026, 09:31 EST' }, { name: 'Zone' }, { name: 'Rows', value: '12,345' }, { name: 'Edited since', value: 'No' },
  ])
  t.strictSame(statementPairs('inquiry', { ...whole, system: '', query: '', by: '', at: '', zone: '', rows: null, edits: '' }), [])
})

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
