import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'csv-parse/sync'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { assemble, type LineInput, type MatrixInput } from '../../server/matrix/assemble.ts'
import { writeCsv } from '../../server/matrix/csv.ts'
import { writeDocument } from '../../server/matrix/docx.ts'
import { contentHash } from '../../server/matrix/hash.ts'
import { writeJson } from '../../server/matrix/json.ts'
import { writePdf } from '../../server/matrix/pdf.ts'
import type { ReadLine, Reading } from '../../server/matrix/reading.ts'
import { putInReadingOrder } from '../../server/matrix/right-to-left.ts'
import { runsOf } from '../../server/matrix/runs.ts'
import { writeWorkbook } from '../../server/matrix/xlsx.ts'
import { sheetRows, unzip, wordTables, xmlText } from '../support/zip.ts'
import { expectedNumbers, numbersIn, ratesIn, tally } from './naive.ts'
import { controlRows, pageTexts } from './pdf-text.ts'
import { attribute, randomInput } from './random.ts'

const headings = ['Control #', 'Control activity specified by the service organization', 'Tests performed by the service auditor', 'Results of tests']

t.test('every number in a printed result is a count over the cells, in the document, the workbook and the CSV', async (t) => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const input = randomInput(seed)
    const reading = assemble(input)
    const lines = new Map(input.controls.flatMap((control) => control.testLines.map((line) => [`${control.number}.T${line.sequence}`, line])))
    checkTable(t, sheetRows(unzip(await writeWorkbook(reading)), 'Matrix').slice(1), lines, `workbook of seed ${seed}`)
    checkTable(t, parse(writeCsv(reading), { bom: true }), lines, `CSV of seed ${seed}`)
    checkDocument(t, unzip(await writeDocument(reading)).get('word/document.xml')!, input, `document of seed ${seed}`)
  }
})

t.test('every number that the PDF and the JSON print is a count over the cells too, and the JSON keeps to its schema', async (t) => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true })
  addFormats.default(ajv)
  const keeps = ajv.compile(JSON.parse(readFileSync(new URL('../../server/matrix/section-iv.schema.json', import.meta.url), 'utf8')) as object)
  for (let seed = 1; seed <= 24; seed += 1) {
    const input = randomInput(seed, seed % 6 === 0 ? 1 : 2)
    const reading = assemble(input)
    const json = JSON.parse(writeJson(reading)) as { contentSha256: string, content: Omit<Reading, 'stamp' | 'draft'> }
    t.ok(keeps(json), `JSON of seed ${seed} ${JSON.stringify(keeps.errors)}`)
    t.equal(json.contentSha256, contentHash(reading))
    t.equal(json.contentSha256, createHash('sha256').update(sorted(json.content)).digest('hex'), 'anybody can work the hash out')
    if (input.engagement.type === 1) continue
    for (const control of input.controls) checkJson(t, json.content.controls.find(({ number }) => number === control.number)!.testLines, control.testLines, `JSON of seed ${seed}`)
    if (seed <= 5) await checkPdf(t, await writePdf(reading), input, `PDF of seed ${seed}`)
  }
})

function checkJson(t: Test, printed: readonly ReadLine[], lines: readonly LineInput[], title: string) {
  t.equal(printed.length, lines.length, `${title} holds every test line`)
  for (const { reference, results, counts, cells } of printed) {
    const line = lines.find(({ sequence }) => reference.endsWith(`.T${sequence}`))!
    checkResult(t, results.map(({ text }) => text).join(' '), line, `${title} ${reference}`)
    const { n, d, pending } = tally(line)
    t.match(counts, { items: n, deviatingItems: d, pendingItems: pending }, `${title} ${reference} counts`)
    t.equal(new Set(cells.filter(({ result }) => result === 'deviation').map(({ item }) => item)).size, d)
  }
}

async function checkPdf(t: Test, bytes: Buffer, input: MatrixInput, title: string) {
  const rows = controlRows(await pageTexts(bytes))
  for (const { number, testLines } of input.controls) {
    const full = rows.filter((row) => row.control === number && row.results !== '')
    t.equal(full.length, 1, `${title} prints ${number} in full once`)
    if (testLines.length === 0) t.equal(full[0]!.results, 'Not tested yet.')
    const results = testLines.length > 1 ? full[0]!.results.split(/(?=\b[A-Z]+-\d+\.T\d+: )/) : [full[0]!.results]
    for (const [place, line] of testLines.entries()) checkResult(t, results[place]!, line, `${title} ${number}`)
  }
}

// RFC 8785 for what is in a reading: keys in the order of their UTF-16 code units.
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${sorted((value as Record<string, unknown>)[key])}`).join()}}`
}

t.test('the PDF embeds a face for every script, says what it is on every page, and reads back as it was written', async (t) => {
  const input = randomInput(3)
  const wording = 'Approved 变更批准 and かな, 한국어 문장, สวัสดีครับ, Жизнь, Ελληνικά, नमस्ते; بالعالم הרשאה ✓ =1+1, 😀 ends here.'
  const reading = assemble({ ...input, draft: true, controls: [{ ...input.controls[0]!, number: 'AC-01', wording, testLines: [] }] })
  const bytes = await writePdf(reading)
  const pages = await pageTexts(bytes)
  const text = pages.map(({ items }) => items.map(({ str }) => str).join('')).join('').replaceAll(/\s/g, '')
  for (const word of ['变更批准', 'かな', '한국어문장', 'สวัสดีครับ', 'Жизнь', 'Ελληνικά', 'नमस्ते', 'بالعالم', 'הרשאה', '✓=1+1', 'endshere.']) t.ok(text.includes(word), word)
  t.ok(/😀|\[U\+1F600\]/u.test(text), 'a sign that no face has is told by its code')
  for (const [place, { items }] of pages.entries()) {
    const page = items.map(({ str }) => str).join(' ')
    for (const said of [`Page ${place + 1} of ${pages.length}`, contentHash(reading), 'DRAFT', 'Version 3, Nov 20, 2026, 14:31 EST, Priya Natarajan']) t.ok(page.includes(said), `page ${place + 1} says ${said}`)
  }
  t.notOk(bytes.toString('latin1').match(/\/BaseFont \/Helvetica/), 'no face is left to the reader')
  t.notOk((await pageTexts(await writePdf(assemble({ ...input, draft: false })))).some(({ items }) => items.some(({ str }) => str === 'DRAFT')))
})

function checkTable(t: Test, [header, ...rows]: (string | number | null)[][], lines: Map<string, LineInput>, title: string) {
  const column = (name: string) => header!.indexOf(name)
  const seen = new Set<string>()
  for (const row of rows) {
    const reference = row[column('Test')]
    if (!reference) continue
    const line = lines.get(String(reference))!
    seen.add(String(reference))
    checkResult(t, String(row[column('Results of tests')]), line, `${title} ${reference}`)
    const { n, d, tested } = tally(line)
    t.same(['Items selected', 'Items tested (n)', 'Items deviating (d)'].map((name) => Number(row[column(name)])), [n, tested, d], `${title} ${reference} columns`)
  }
  t.equal(seen.size, lines.size, `${title} holds every test line`)
}

function checkDocument(t: Test, xml: string, input: MatrixInput, title: string) {
  const byControl = input.layout?.arrangement === 'control'
  const expected = byControl ? ['Control #, criteria', ...headings.slice(1)] : headings
  const rows = wordTables(xml).filter(([header]) => header!.flat().join() === expected.join()).flatMap(([, ...body]) => body)
  for (const control of input.controls) {
    const own = rows.filter(([first]) => first![0] === control.number)
    t.equal(own.filter((row) => row.length === 4).length, 1, `${title} prints ${control.number} in full once`)
    t.equal(own.length, byControl ? 1 : control.criteria.length, `${title} names ${control.number} under each criterion`)
    const results = own.find((row) => row.length === 4)![3]!
    if (control.testLines.length > 0) control.testLines.forEach((line, place) => checkResult(t, results[place]!, line, `${title} ${control.number}`))
    else t.same(results, ['Not tested yet.'])
  }
}

function checkResult(t: Test, text: string, line: LineInput, title: string) {
  t.same(numbersIn(text), expectedNumbers(line), `${title}: ${text}`)
  const { byAttribute } = tally(line)
  for (const [letter, d, n] of ratesIn(text)) t.same([d, n], byAttribute.get(letter), `${title} attribute ${letter}`)
}

t.test('a Type 1 has no test and no result columns in any format', async (t) => {
  const reading = assemble({ ...randomInput(7, 1), layout: { arrangement: 'criterion', responses: 'beside' } })
  const files = unzip(await writeWorkbook(reading))
  t.same(sheetRows(files, 'Matrix')[1], ['Criterion', 'Criterion title', 'Control', 'Control activity'])
  t.same([...files.keys()].filter((name) => name.startsWith('xl/worksheets/sheet')).length, 3)
  t.notOk(/sample|deviat|exception/i.test([...files.values()].join()))
  const header = parse(writeCsv(reading), { bom: true })[0]
  t.same(header, ['Criterion', 'Criterion title', 'Control', 'Control activity', 'Export', 'Content SHA-256'])
  const xml = unzip(await writeDocument(reading)).get('word/document.xml')!
  t.same(new Set(wordTables(xml).map(([heads]) => heads!.flat().length)), new Set([2, 3]))
  t.notOk(/results of tests|tests performed|tested under|exception/i.test(xmlText(xml)))
})

t.test('a text that looks like a formula stays text in every format', async (t) => {
  const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://example.test")', '0042', '＝1', '\u200b=1', '\u2060 +1', 'a\u0000b', '_x0041_']
  const input = randomInput(5)
  const control = input.controls[0]!
  const line: LineInput = {
    ...randomInput(5).controls.flatMap(({ testLines }) => testLines)[0]!, sequence: 1, noOccurrence: null, exceptions: [], draw: null,
    attributes: [attribute('A', '=1+1')], items: texts.map((key) => ({ key, further: false })),
    cells: texts.map((item) => ({ item, attribute: 'A', result: 'pass', note: item, citations: [{ text: item, sha256: 'ab'.repeat(32), file: 'f' }] })),
  }
  const controls = texts.map((wording, place) => ({ ...control, number: place === 0 ? '=AC' : `AC-${place}`, wording, criteria: ['CC6.1'], testLines: place === 0 ? [line] : [] }))
  const reading = assemble({ ...input, controls })
  const files = unzip(await writeWorkbook(reading))
  t.notOk(/<f[ >]/.test([...files].filter(([name]) => name.startsWith('xl/worksheets')).join()), 'no cell holds a formula')
  const items = sheetRows(files, 'Sample detail').slice(2).map((row) => row[1])
  t.same(items, texts.map((text) => text.replace('\u0000', '\uFFFD').replace('_x0041_', '_x005F_x0041_')), 'keys keep each character, also leading zeros')
  const rows: string[][] = parse(writeCsv(reading), { bom: true })
  t.same(rows.flat().filter((value) => /^[\s\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠]/u.test(value)), [], 'no CSV cell starts as a formula')
  t.ok(rows.some((row) => row.includes('0042')) && rows.some((row) => row.includes("'=1+1")))
  t.notOk(unzip(await writeDocument(reading)).get('word/document.xml')!.includes('\u0000'))
})

t.test('the same reading gives the same file, and the stamp does not change the content hash', async (t) => {
  const input = randomInput(12)
  const reading = assemble(input)
  const later = assemble({ ...input, draft: !input.draft, stamp: { version: 9, generatedAt: '2026-12-24T00:00:00Z', exporter: 'Miriam Okafor' } })
  t.equal(contentHash(later), contentHash(reading))
  t.ok((await writeWorkbook(reading)).equals(await writeWorkbook(reading)), 'the workbook byte by byte')
  t.equal(writeCsv(reading), writeCsv(reading))
  // Bookmarks are numbered through a whole process and the watermark is named at random, so they differ from one document to the next.
  const parts = async () => [...unzip(await writeDocument(reading))].filter(([name]) => name !== 'docProps/core.xml').map(([name, text]) => [name, text.replaceAll(/_Toc\d+|PowerPlusWaterMarkObject[\w-]+|(?<=<w:bookmark(?:Start|End)[^>]*w:id=")\d+/g, '')])
  const [one, other] = [await parts(), await parts()]
  for (const [place, [name, text]] of one.entries()) t.ok(text === other[place]![1], `${name} but for the date of writing`)
})

t.test('names that are read from the right stand in their order between words of the left, with their brackets and numbers', async (t) => {
  const printed = (text: string) => {
    const words = runsOf(text, new Map()).flatMap(({ text: run }) => run.split(/(?<= )/)).map((word, place) => ({ text: word, x: place, width: 1 }))
    putInReadingOrder(words)
    return words.toSorted((a, b) => a.x - b.x).map((one) => one.text.trim()).filter(Boolean).join(' ')
  }
  // A font's program sets such a word from the right, so its brackets are given to it the other way round.
  t.equal(printed('by דוד כהן (מנהל) on 3 March'), 'by )מנהל( כהן דוד on 3 March')
  t.equal(printed('at חברת אלון 2024 בעמ for 12 of 40'), 'at בעמ 2024 אלון חברת for 12 of 40')
  t.equal(printed('seen (by محمد)'), 'seen (by محمد )')
  t.equal(printed('حسن 7.'), '. 7 حسن', 'a text of the right alone begins there')
  t.equal(printed('by Ana (lead), 12 of 40.'), 'by Ana (lead), 12 of 40.')
})

t.test('one flipped cell changes the content hash', async (t) => {
  const input = randomInput(12)
  const line = input.controls.flatMap(({ testLines }) => testLines).find(({ cells }) => cells.some(({ result }) => result === 'pass'))!
  const before = contentHash(assemble(input))
  const cell = line.cells.find(({ result }) => result === 'pass')!
  cell.result = 'deviation'
  t.not(contentHash(assemble(input)), before)
})

t.test('every page carries the stamp and the content hash, and DRAFT while it is one', async (t) => {
  for (const draft of [true, false]) {
    const reading = assemble({ ...randomInput(3), draft })
    const hash = contentHash(reading)
    const files = unzip(await writeDocument(reading))
    const part = (kind: string) => [...files].filter(([name]) => name.includes(kind)).map(([, xml]) => xml).join()
    t.match(xmlText(part('word/footer')), `Version 3, Nov 20, 2026, 14:31 EST, Priya Natarajan`)
    t.match(part('word/footer'), hash)
    t.match(part('word/footer'), /NUMPAGES/)
    t.equal(/DRAFT/.test(part('word/header')), draft)
    t.match(files.get('word/document.xml'), /<w:tblHeader\/>/)
    t.match(files.get('word/document.xml'), /w:orient="landscape"/)
    const workbook = unzip(await writeWorkbook(reading))
    const sheet = workbook.get('xl/worksheets/sheet1.xml')!
    t.ok(sheet.includes(`&amp;C&amp;8 ${hash}`))
    t.match(sheet, /<pane [^>]*ySplit="2"[^>]*state="frozen"/)
    t.match(sheet, /<autoFilter ref="A2:/)
    t.match(workbook.get('xl/workbook.xml'), /'Criteria mapping'!\$1:\$2/)
    t.equal(String(sheetRows(workbook, 'Matrix')[0]![0]).startsWith('DRAFT'), draft)
  }
})
