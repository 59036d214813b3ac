import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { openEntry, readContents } from '../../server/evidence/reader.ts'
import type { FileRow } from '../../server/evidence/store.ts'
import { readLines } from '../../server/files/lines.ts'
import { judge } from '../../server/files/media.ts'
import { openVault } from '../../server/files/vault.ts'
import { mail, pdf, zip } from '../marks/documents.ts'
import { textRows, workbook } from '../sheets/workbooks.ts'

const vault = await openVault({ folder: join(await mkdtemp(join(tmpdir(), 'tickmark-reader-')), 'evidence'), maxBytes: 2 ** 30 })

async function keep(name: string, bytes: Buffer | Readable): Promise<FileRow> {
  const blob = await vault.store(bytes instanceof Readable ? bytes : Readable.from([bytes]))
  const { mediaType, kind } = await judge(Buffer.concat(await vault.read(blob.sha256, { start: 0, end: 65_535 }).toArray()), blob.size, name)
  return { name, sha256: blob.sha256, size: blob.size, media_type: mediaType, kind } as FileRow
}

const read = async (name: string, bytes: Buffer | Readable) => (await readContents(vault, await keep(name, bytes))).reading

t.test('what is broken, locked or not what it says ends in a sentence', async (t) => {
  for (const [name, bytes, words] of [
    ['cut.pdf', pdf(3).subarray(0, 120), /damaged or incomplete/],
    ['locked.pdf', pdf(1, { encrypted: true }), /asks for a password/],
    ['cut.zip', zip({ a: 'b'.repeat(500) }).subarray(0, 300), /damaged or incomplete/],
    ['program.xlsx', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(5000, 1)]), /not opened here/],
    ['sheet.xlsx', zip({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': 'not a workbook' }), /./],
  ] as const) {
    const reading = await read(name, bytes)
    t.equal(reading.kind, 'none', name)
    if (reading.kind === 'none') t.match(reading.reason, words, name)
  }
})

t.test('a list of nothing but headings is shown, and a workbook of that kind says that it has no rows', async (t) => {
  t.match(await read('headings.csv', Buffer.from('id,who,when\n')), { kind: 'lines', total: 1 })
  t.match(await read('headings.xlsx', workbook([{ data: textRows([['id', 'who', 'when']]) }])), { kind: 'none', reason: /no row under its headings/ })
})

t.test('a document of 5,000 pages with a script is counted, and its first pages are drawn', async (t) => {
  const { reading, leaves } = await readContents(vault, await keep('long.pdf', pdf(5000, { script: true })))
  t.match(reading, { kind: 'pages', total: 5000 })
  t.strictSame(leaves.map(({ leaf }) => leaf), [1, 2, 3, 4, 5, 6, 7, 8])
})

t.test('archives of many names and of archives are listed, never unpacked', async (t) => {
  const many = await read('many.zip', zip(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, '']))))
  t.match(many, { kind: 'entries', total: 20_000 })
  if (many.kind === 'entries') t.equal(many.facts.entries.length, 2000, 'a page lists the first of them')
  let nested: Buffer = Buffer.from('the innermost')
  for (let level = 0; level < 50; level++) nested = zip({ 'inner.zip': nested })
  const file = await keep('nested.zip', nested)
  t.match((await readContents(vault, file)).reading, { kind: 'entries', total: 1 })
  t.match(await openEntry(vault, file, 1), { reason: /neither a text nor a picture/ })
  t.match(await openEntry(vault, file, 2), { reason: /no such file/ })
  t.match(await openEntry(vault, await keep('large.zip', zip({ a: Buffer.alloc(9_000_000) })), 1), { reason: /larger than 8 MB/ })
})

t.test('a log of one endless line is read without being held', async (t) => {
  // One part sent again and again, so that nothing of the test's own waits to be collected.
  const part = Buffer.alloc(1024 * 1024, 120)
  const before = process.memoryUsage.rss()
  const file = await keep('endless.log', Readable.from(Array.from({ length: 256 }, () => part)))
  const { reading } = await readContents(vault, file)
  t.match(reading, { kind: 'lines', total: 1 })
  if (reading.kind !== 'lines') return
  const [line] = await readLines(vault, file.sha256, reading.facts, { from: 1, limit: 10 })
  t.match(line, { number: 1, cut: true })
  t.equal(line?.text.length, 500)
  const grown = process.memoryUsage.rss() - before
  t.ok(grown < 80 * 1024 * 1024, `memory does not grow with the file (${grown})`)
})

t.test('every line of a text is found again by its number, wherever the chunks end', async (t) => {
  const lines = Array.from({ length: 3210 }, (_, index) => `${index + 1} ${'é'.repeat(index % 97)}`)
  for (const ending of ['\n', '\r\n']) {
    const file = await keep('lines.txt', Buffer.from(lines.join(ending)))
    const { reading } = await readContents(vault, file)
    t.match(reading, { kind: 'lines', total: 3210 })
    if (reading.kind !== 'lines') return
    for (const from of [1, 999, 1000, 1001, 2000, 2001, 3210]) {
      const shown = await readLines(vault, file.sha256, reading.facts, { from, limit: 3 })
      t.strictSame(shown.map(({ text }) => text), lines.slice(from - 1, from + 2), `from ${from}`)
    }
    t.strictSame(await readLines(vault, file.sha256, reading.facts, { from: 3211, limit: 3 }), [])
  }
})

t.test('a table is read into rows that keep their cells exactly', async (t) => {
  const reading = await read('list.csv', Buffer.from('id,note\n1,"two\nlines, one comma"\n002,=1+1\n'))
  t.match(reading, { kind: 'rows', total: 2, facts: { header: ['id', 'note'] } })
  if (reading.kind !== 'rows') return
  const rows = await readLines(vault, reading.rowsSha256, reading.facts, { from: 1, limit: 9, longest: 4000 })
  t.strictSame(rows.map(({ text }) => JSON.parse(text) as string[]), [['1', 'two\nlines, one comma'], ['002', '=1+1']])
  t.match(await read('approval.eml', mail), { kind: 'mail', facts: { text: 'The list is attached.' } })
})
