import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readSheet, type Sheet } from '../../server/sheets/read-sheet.ts'
import { ReadRefused } from '../../server/sheets/table.ts'

async function read(t: Test, content: string | Buffer, name = 'list.jsonl'): Promise<Sheet> {
  const path = join(t.testdir(), 'list.jsonl')
  writeFileSync(path, content)
  return await readSheet(path, { name })
}

t.test('columns are all names in the order they come, and figures keep their digits', async (t) => {
  const lines = ['{"id":"007","n":12345678901234567890}', '', '{"n":1.50,"id":"b","more":{"x":1.0,"y":[true,null]}}', '{"id":null,"__proto__":"kept","more":false}']
  t.match(await read(t, `\ufeff${lines.join('\r\n')}\r\n`), {
    format: 'jsonl', header: ['id', 'n', 'more', '__proto__'],
    rows: [['007', '12345678901234567890', '', ''], ['b', '1.50', '{"x":1.0,"y":[true,null]}', ''], ['', '', 'false', 'kept']], notes: [],
  })
  t.match(await read(t, Buffer.from('\ufeff{"id":"é"}\n', 'utf16le')), { rows: [['é']] })
  t.match(await read(t, '{"id":"last line without an end"}'), { rows: [['last line without an end']] })
})

const refusals: readonly [string, string, RegExp][] = [
  ['a line that is no JSON', '{"id":1}\n{"id":\n', /Line 2 is not JSON/],
  ['a line that is no object', '{"id":1}\n[1]\n', /Line 2 holds no object/],
  ['a line that is a figure', '{"id":1}\n5\n', /Line 2 holds no object/],
  ['one JSON array', '[\n{"id":1}]\n', /not JSON lines/],
  ['more names than a list may have', Array.from({ length: 51 }, (_, index) => `{"n${String(index)}":1}`).join('\n'), /By line 51 the objects have 51 names/],
  ['a NUL character', '{"id":"a\\u0000"}\n', /Line 1 holds a NUL/],
  ['half a character', '{"id":"\\ud800"}\n', /half a character/],
  ['a name that cannot be written', '{"i\\u0000d":1}\n', /name of column 1 holds a character/],
  ['a line without end', `{"id":"${'x'.repeat(5_000_000)}`, /goes on for more than 4 MB/],
]

for (const [what, text, sentence] of refusals) {
  t.test(`${what} is refused`, async (t) => {
    const refusal = await read(t, text).then(() => null, (error: unknown) => error)
    t.ok(refusal instanceof ReadRefused, String(refusal))
    t.match(String(refusal), sentence)
  })
}
