import t from 'tap'
import { judge } from '../../server/files/media.ts'
import { mayBeList } from '../../server/sheets/readable.ts'
import { textRows, workbook } from './workbooks.ts'

const files: readonly [string, string | Buffer, boolean][] = [
  ['a.csv', 'id,at\n1,2\n', true], ['a.tsv', 'id\tat\n1\t2\n', true], ['one-column.csv', 'id\nCHG-1\n', true],
  ['a.jsonl', '{"id":1}\n{"id":2}\n', true], ['a.xlsx', workbook([{ data: textRows([['id', 'at']]) }]), true],
  ['notes.txt', 'Nothing to see here.\n', false], ['config.json', '{"id": 1}', false], ['a.xlsx', Buffer.concat([Buffer.from('MZ\x90\0'), Buffer.alloc(500, 3)]), false],
]

for (const [name, content, may] of files) {
  t.test(`${name} ${may ? 'may be' : 'is no'} list`, async (t) => {
    const bytes = Buffer.from(content as string)
    const { kind, mediaType } = await judge(bytes.subarray(0, 65_536), bytes.length, name)
    t.equal(mayBeList({ kind, media_type: mediaType, name }), may, `${kind} ${mediaType}`)
  })
}
