import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readSheet } from '../../server/sheets/read-sheet.ts'
import { ReadRefused } from '../../server/sheets/table.ts'

function file(t: Test, content: string | Buffer, name = 'requests.csv'): string {
  const path = join(t.testdir(), name)
  writeFileSync(path, content)
  return path
}

t.test('a small list is read whole, with what there is to say about it', async (t) => {
  const path = file(t, Buffer.from('Nr;Frage\r\n001;Größe?\r\n\r\n002;"a;b"\r\n', 'latin1'))
  t.match(await readSheet(path, { name: 'requests.csv' }), {
    format: 'csv', sheets: [], sheet: null, headerRow: 1, header: ['Nr', 'Frage'], rows: [['001', 'Größe?'], ['002', 'a;b']], notes: [/Windows-1252/],
  })
})

t.test('a name ending in .tsv settles what a single column leaves open', async (t) => {
  const path = file(t, 'title\nUsers, all\n')
  t.match(await readSheet(path, { name: 'a.tsv' }), { format: 'tsv', header: ['title'], rows: [['Users, all']] })
})

t.test('more rows than asked for are refused, not cut', async (t) => {
  const path = file(t, `n\n${'a1\n'.repeat(11)}`)
  t.equal((await readSheet(path, { name: 'n.csv', maxRows: 11 })).rows.length, 11)
  await t.rejects(readSheet(path, { name: 'n.csv', maxRows: 10 }), new ReadRefused('The list has more than 10 rows. Split it and import the parts.'))
})
