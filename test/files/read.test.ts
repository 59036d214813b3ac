import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { readTable, readText } from '../../server/files/read.ts'
import { openVault } from '../../server/files/vault.ts'

const folder = mkdtempSync(join(tmpdir(), 'tickmark-'))
const vault = await openVault({ folder, maxBytes: 2 ** 30 })

t.test('text is read in every usual encoding and line ending', async (t) => {
  const words = 'Prüfung 5 €\r\nzweite\rdritte\n'
  const encodings: [string, Buffer][] = [
    ['utf-8', Buffer.from(words)], ['utf-8', Buffer.from(`\ufeff${words}`)], ['utf-16le', Buffer.from(`\ufeff${words}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${words}`, 'utf16le').swap16()], ['windows-1252', Buffer.from(words.replace('€', '\x80'), 'latin1')]
  ]
  for (const [charset, bytes] of encodings) {
    const text = await readText(vault, await keep(bytes))
    t.equal(text?.charset, charset)
    t.same(text?.lines.map((line) => line.text), ['Prüfung 5 €', 'zweite', 'dritte'], charset)
    t.same(text?.lines.map((line) => line.number), [1, 2, 3])
    t.notOk(text && ('note' in text || 'next' in text), 'all of it is shown')
  }
})

t.test('what is no text is not shown as text', async (t) => {
  t.equal(await readText(vault, await keep(Buffer.from([0, 1, 2, 3]))), undefined)
  t.equal(await readTable(vault, await keep(Buffer.from([0, 1, 2, 3]))), undefined)
})

t.test('long texts come in pages and end at 64 KiB, with a note', async (t) => {
  const address = await keep(Buffer.from(Array.from({ length: 20_000 }, (_, index) => `line ${index + 1} ü`).join('\n')))
  const first = await readText(vault, address, { limit: 10 })
  t.match(first, { next: 10, note: /first 64 KiB/ })
  t.equal(first?.lines.at(-1)?.text, 'line 10 ü')
  const second = await readText(vault, address, { from: 10, limit: 10 })
  t.match(second?.lines[0], { number: 11, text: 'line 11 ü' })
  const last = await readText(vault, address, { from: 4000, limit: 100_000 })
  t.notOk(last && 'next' in last)
})

t.test('long lines are cut for display, and hidden characters show', async (t) => {
  const text = await readText(vault, await keep(Buffer.from(`${'🧾'.repeat(3000)}\nif (admin\u202e) {\n\ttab`)))
  t.equal([...text?.lines[0]?.text ?? ''].length, 500)
  t.equal(text?.lines[0]?.cut, true)
  t.match(text?.note, /500 characters/)
  t.equal(text?.lines[1]?.text, 'if (admin[U+202E]) {')
  t.equal(text?.lines[2]?.text, '\ttab')
})

t.test('a table shows header and rows, whatever separates them', async (t) => {
  for (const delimiter of [',', ';', '\t', '|']) {
    const sheet = [['id', 'name', 'note'], ['1', `"a${delimiter}b"`, '"two\nlines ""quoted"""'], ['2', 'c', '=1+1']]
    const table = await readTable(vault, await keep(Buffer.from(sheet.map((row) => row.join(delimiter)).join('\r\n'))))
    t.same(table, {
      header: ['id', 'name', 'note'], rows: [['1', `a${delimiter}b`, 'two␊lines "quoted"'], ['2', 'c', '=1+1']], delimiter, columns: 3
    })
  }
})

t.test('rows, columns and cells of a table are bounded, and the note says which', async (t) => {
  const wide = Array.from({ length: 40 }, (_, column) => `c${column}`).join(',')
  const table = await readTable(vault, await keep(Buffer.from(`${wide}\n${`${'x'.repeat(300)},y\n`.repeat(100)}`)))
  t.equal(table?.header.length, 30)
  t.equal(table?.rows.length, 50)
  t.equal(table?.rows[0]?.[0], `${'x'.repeat(200)}…`)
  t.match(table?.note, /first 50 rows.*30 of 40 columns.*200 characters/)
  const exact = await readTable(vault, await keep(Buffer.from(`a,b\n${'1,2\n'.repeat(50)}`)))
  t.equal(exact?.rows.length, 50)
  t.notOk(exact && 'note' in exact, 'exactly fifty rows need no note')
})

t.test('a quote that never closes and a row the bound cuts lose only themselves', async (t) => {
  const open = await readTable(vault, await keep(Buffer.from('a,b\n1,2\n"never closes,3\n4,5\n')))
  t.same(open?.rows, [['1', '2']])
  const huge = await readTable(vault, await keep(Buffer.from(`a,b\n1,2\n3,${'z'.repeat(100_000)}\n`)))
  t.same(huge?.rows, [['1', '2']])
  t.match(huge?.note, /Only the first row is shown/)
})

async function keep(bytes: Buffer): Promise<string> {
  return (await vault.store(Readable.from([bytes]))).sha256
}
