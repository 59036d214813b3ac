import { stringify } from 'csv-stringify/sync'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parseCsv } from '../../server/sheets/csv.ts'
import { openRows } from '../../server/sheets/packed.ts'
import { readTable, type ReadOptions } from '../../server/sheets/reader.ts'
import { ReadRefused, type Part, type TablePart } from '../../server/sheets/table.ts'
import { randomFrom } from '../populations/random.ts'

const limits = { maxRows: 1_000_000, maxColumns: 50, maxCellBytes: 1_000_000 }

type Whole = { header: readonly string[], encoding: string, delimiter: string, remarks: readonly string[], rows: (readonly string[])[], numbers: number[], end: TablePart | null }

async function gather(parts: AsyncIterable<TablePart>): Promise<Whole> {
  const whole: Whole = { header: [], encoding: '', delimiter: '', remarks: [], rows: [], numbers: [], end: null }
  for await (const part of parts) {
    if (part.kind === 'header') Object.assign(whole, part)
    else if (part.kind === 'end') whole.end = part
    else {
      whole.numbers.push(...part.rows.map((_, index) => part.first + index))
      whole.rows.push(...part.rows)
    }
  }
  return whole
}

async function* opened(parts: AsyncIterable<Part>): AsyncGenerator<TablePart> {
  for await (const part of parts) yield part.kind === 'packed' ? openRows(part.payload) : part
}

function file(t: Test, content: string | Buffer): string {
  const path = join(t.testdir(), 'list.csv')
  writeFileSync(path, content)
  return path
}

function read(t: Test, content: string | Buffer, options?: ReadOptions): Promise<Whole> {
  return gather(readTable(file(t, content), options))
}

function parse(t: Test, content: string | Buffer): Promise<Whole> {
  return gather(opened(parseCsv(file(t, content), limits)))
}

t.test('a list comes back header first, then rows with their numbers, then its end', async (t) => {
  const whole = await read(t, 'id,when\n007, 2026-01-01 \nb,"two\nlines"\n')
  t.same(whole.header, ['id', 'when'])
  t.same(whole.rows, [['007', ' 2026-01-01 '], ['b', 'two\nlines']], 'zeros, spaces and breaks are kept')
  t.same(whole.numbers, [2, 3])
  t.same(whole.end, { kind: 'end', rows: 2, blankLines: 0, traps: [] })
})

t.test('a header alone is a list without rows', async (t) => {
  for (const content of ['id,when\n', 'id,when', 'id,when\r\n\r\n']) t.match(await parse(t, content), { header: ['id', 'when'], rows: [], end: { rows: 0 } })
})

t.test('blank lines hold no row but count in the numbers', async (t) => {
  const whole = await parse(t, 'id,when\n\na,1\n\n\nb,2\n\n')
  t.same(whole.numbers, [3, 6])
  t.same(whole.end, { kind: 'end', rows: 2, blankLines: 4, traps: [] })
  t.same((await parse(t, 'id\na\n\nb\n')).rows, [['a'], [''], ['b']], 'in a list of one column a blank line is a blank cell')
})

t.test('line endings may be mixed, and none is left in a cell', async (t) => {
  t.same((await parse(t, 'id,when\na,1\r\nb,2\rc,3')).rows, [['a', '1'], ['b', '2'], ['c', '3']])
})

t.test('the delimiter is the one of the whole beginning, not the commonest character', async (t) => {
  t.equal((await parse(t, 'id;amount\na;1,50\nb;2,75\n')).delimiter, ';')
  t.equal((await parse(t, 'id,notes\na,"x;y;z"\nb,"q;;"\n')).delimiter, ',')
  t.equal((await parse(t, 'id|a, b\n1|2, 3\n')).delimiter, '|')
  t.equal((await parse(t, 'id\twhen, where\n1\t2, x, y\n')).delimiter, '\t')
})

t.test('the encoding is recognised, and what had to be supposed is said', async (t) => {
  const text = 'id,name\n1,“Zoë” – Ключ\n'
  t.match(await parse(t, Buffer.from(`\ufeff${text}`)), { header: ['id', 'name'], encoding: 'utf-8', remarks: [] })
  t.match(await parse(t, Buffer.from(`\ufeff${text}`, 'utf16le')), { encoding: 'utf-16le', rows: [['1', '“Zoë” – Ключ']] })
  t.match(await parse(t, Buffer.from(`\ufeff${text}`, 'utf16le').swap16()), { encoding: 'utf-16be', rows: [['1', '“Zoë” – Ключ']] })
  t.match(await parse(t, Buffer.from('id,name\n1,Zoe\n', 'utf16le')), { encoding: 'utf-16le', header: ['id', 'name'] })
  const latin = await parse(t, Buffer.from('id,name\n1,Zo\xeb \x96 \x80\n', 'latin1'))
  t.match(latin, { encoding: 'windows-1252', rows: [['1', 'Zoë – €']], remarks: [/look at accented letters/] })
})

t.test('a character that lies across two pieces of the file stays whole', async (t) => {
  const name = '€🔑'.repeat(60_000)
  for (const pad of ['', 'x', 'xx', 'xxx']) t.equal((await parse(t, `id,name\n1,${pad}${name}\n`)).rows[0]?.[1], pad + name)
})

const refusals: readonly [string, string | Buffer, RegExp][] = [
  ['an empty file', '', /file is empty/],
  ['a blank first row', ' , \na,b\n', /Row 1 is blank/],
  ['a first line without anything', '\na,b\n', /Row 1 is blank/],
  ['a missing header', 'CHG-1,2026-01-01\nCHG-2,2026-01-02\n', /Row 1 looks like data.*“2026-01-01” in column 2 is a date/],
  ['a header of figures', '1,2\n3,4\n', /looks like data/],
  ['two equal headers', 'id,at,id \n1,2,3\n', /Columns 1 and 3 are both named “id”/],
  ['a blank header', 'id,,at\n1,2,3\n', /Column 2 of 3 columns has no name/],
  ['a row too short', 'id,at\n1,2\n3\n', /Row 3 is too short: it has 1 cell and the header names 2 columns/],
  ['a row too long', 'id,at\n1,2,3\n', /Row 2 is too long: it has 3 cells/],
  ['51 columns', `${Array.from({ length: 51 }, (_, index) => `c${index}`).join(',')}\n`, /51 columns; a list may have 50/],
  ['a million columns', `${'c,'.repeat(999_999)}c\n`, /1,000,000 columns/],
  ['a quote never closed', 'id,title\n1,"open\n2,x\n', /Row 2, column 2, “title”: a quote mark opens here and is never closed/],
  ['text after a closing quote', 'id,title\n1,"a"b\n', /Row 2, column 2, “title”.*text follows the quote/],
  ['a quote inside a bare cell', 'id,title\n1,5" pipe\n', /Row 2, column 2, “title”: a quote mark stands in the middle/],
  ['10 MB in one cell', `id,title\n1,${'x'.repeat(10_000_000)}\n`, /Row 2, column 2, “title”, holds too much: a cell may hold 1 MB/],
  ['a cell just over the limit', `id,title\n1,${'é'.repeat(500_001)}\n`, /Row 2, column 2, “title”, holds too much/],
  ['a row of commas without end', `id,title\n${','.repeat(8_000_000)}\n`, /Row 2 goes on for more than 4 MB|Row 2 is too long/],
  ['a NUL character', 'id,title\n1,x\n2,a\0b\n', /Line 3 holds a NUL character/],
  ['a NUL character in UTF-16', Buffer.from('\ufeffid,title\n1,a\0b\n', 'utf16le'), /NUL character/],
  ['half a UTF-16 pair', Buffer.concat([Buffer.from('\ufeffid,title\n1,', 'utf16le'), Buffer.from([0x00, 0xd8]), Buffer.from('x\n', 'utf16le')]), /damaged or cut off/],
  ['a workbook', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(200)]), /not a CSV file: it looks like a workbook/],
  ['a PDF', '%PDF-1.7\n%âãÏÓ\n1 0 obj\n', /it looks like a PDF/],
  ['bytes of a program', Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919) % 256)), /bytes that no text has/],
  ['UTF-8 with a scar', Buffer.concat([Buffer.from('id,title\n1,éàü Ключ\n2,'), Buffer.from([0xff]), Buffer.from('\n')]), /UTF-8 except near line 3/],
]

for (const [what, content, sentence] of refusals) {
  t.test(`${what} is refused with the place and what to do`, async (t) => {
    const refusal = await parse(t, content).then(() => null, (error: unknown) => error)
    t.ok(refusal instanceof ReadRefused, String(refusal))
    t.match(String(refusal), sentence)
  })
}

t.test('a million rows are read and not one more, so a full sheet is refused', async (t) => {
  const most = file(t, `n\n${'x\n'.repeat(1_000_000)}`)
  let read = 0
  for await (const part of readTable(most)) if (part.kind === 'rows') read += part.count
  t.equal(read, 1_000_000)
  await t.rejects(async () => {
    for await (const part of readTable(file(t, `n\n${'x\n'.repeat(1_048_577)}`))) if (part.kind === 'end') t.fail('it came to its end')
  }, /more than 1,000,000 rows, which is as many as are read/)
})

t.test('a refusal comes through from the reading process with its place', async (t) => {
  const refusal = await read(t, 'id,title\n1,"open\n').then(() => null, (error: unknown) => error)
  t.ok(refusal instanceof ReadRefused)
  t.match(refusal, { row: 2, column: 'title' })
})

t.test('100 MB in one cell leave the memory of the app as it was', async (t) => {
  const path = file(t, `id,title\n1,${'x'.repeat(100_000_000)}\n`)
  await gather(readTable(path)).catch(() => {})
  const before = process.memoryUsage().rss
  await t.rejects(gather(readTable(path)), ReadRefused)
  const grown = process.memoryUsage().rss - before
  t.ok(grown < 10_000_000, `memory does not grow with the cell (${grown})`)
})

t.test('a long list is taken as it is asked for, and leaving early ends the reading', async (t) => {
  const path = file(t, `id,title\n${Array.from({ length: 60_000 }, (_, index) => `K-${index},${'title '.repeat(10)}\n`).join('')}`)
  const whole = await gather(readTable(path))
  t.equal(whole.rows.length, 60_000)
  t.same(whole.numbers.slice(-1), [60_001])
  let parts = 0
  for await (const part of readTable(path)) {
    if (part.kind === 'rows' && ++parts === 2) break
  }
  t.equal(parts, 2)
})

t.test('reading that takes too long is stopped and says so, and the next file is read', async (t) => {
  const path = file(t, 'id,title\n1,x\n')
  await t.rejects(gather(readTable(path, { timeoutMs: 1 })), /stopped: it took longer than 1 s\. Nothing was taken/)
  t.equal((await gather(readTable(path))).rows.length, 1)
})

t.test('a reading process killed from outside ends the reading with the reason, and the next file is read', async (t) => {
  const path = file(t, `id,title\n${'1,x\n'.repeat(200_000)}`)
  const parts = readTable(path)
  await parts.next()
  const child = Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').at(-1))
  process.kill(child, 'SIGKILL')
  await t.rejects(gather(parts), /stopped from outside \(SIGKILL\)/)
  t.equal((await gather(readTable(file(t, 'id\n1\n')))).rows.length, 1)
})

t.test('reading that needs too much memory is stopped and says so', async (t) => {
  const wide = `id,title\n${'"",'.repeat(1_300_000)}\n`
  await t.rejects(read(t, wide, { heapMb: 10 }), /stopped: it needs more than 10 MB of memory|too long/)
})

t.test('a file that is not there is a fault of the program, not of the list', async (t) => {
  const failure = await gather(readTable(join(t.testdir(), 'gone.csv'))).then(() => null, (error: unknown) => error)
  t.notOk(failure instanceof ReadRefused)
  t.match(String(failure), /ENOENT/)
})

t.test('any list comes back cell by cell, in every delimiter, encoding and line ending', async (t) => {
  const random = randomFrom(42)
  const wrong: string[] = []
  const pieces = ['a', 'Z', '0', '00', ' ', '  ', '"', '""', ',', ';', '\t', '|', '\n', '\r\n', '\r', "'", '=1+1', '@', '\\', 'é', '€', '\u00a0', '\u2028']
  const wide = ['鍵', '🔑', 'Ключ', 'e\u0301', '\ufeff']
  for (let count = 0; count < 250; count++) {
    const encoding = random.pick(['utf8', 'utf8', 'mark', 'utf16le', 'utf16be', 'latin1'])
    const from = encoding === 'latin1' ? pieces.filter((piece) => piece <= '\u00ff') : [...pieces, ...wide]
    const delimiter = random.pick([',', ';', '\t', '|'])
    const columns = 2 + random.below(6)
    const cell = (): string => Array.from({ length: random.below(5) }, () => random.pick(from)).join('')
    const header = Array.from({ length: columns }, (_, index) => `column ${index}`)
    const rows = Array.from({ length: random.below(30) }, () => Array.from({ length: columns }, cell))
    const text = stringify([header, ...rows], { delimiter, record_delimiter: random.pick(['\n', '\r\n', '\r']), quoted: random.below(2) === 0, quoted_match: /[\r\n"]/ })
    const bytes = encoding === 'mark' ? Buffer.from(`\ufeff${text}`) : encoding === 'utf16le' ? Buffer.from(`\ufeff${text}`, 'utf16le')
      : encoding === 'utf16be' ? Buffer.from(`\ufeff${text}`, 'utf16le').swap16() : Buffer.from(text, encoding as 'utf8' | 'latin1')
    const whole = await parse(t, bytes)
    if (JSON.stringify([whole.header, ...whole.rows]) !== JSON.stringify([header, ...rows])) wrong.push(`list ${count}, ${encoding}, ${JSON.stringify(delimiter)}`)
  }
  t.same(wrong, [])
})

t.test('no bytes at all make the reader do anything but read or refuse', async (t) => {
  const random = randomFrom(7)
  const surprises: string[] = []
  const pieces = [',', '"', '\n', '\r', 'a', 'id', ';', ' ', '\xff', '\xc3', '\xe2\x82', '\0', '1', '\t', '\xef\xbb\xbf', '\xff\xfe']
  for (let count = 0; count < 500; count++) {
    const bytes = Buffer.from((count % 2 === 0 ? 'id,at\n' : '') + Array.from({ length: random.below(40) }, () => random.pick(pieces)).join(''), 'latin1')
    await parse(t, bytes).catch((error: unknown) => {
      if (!(error instanceof ReadRefused)) surprises.push(`${bytes.toString('hex')}: ${String(error)}`)
    })
  }
  t.same(surprises, [])
})
