import { parse } from 'csv-parse/sync'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import t from 'tap'
import { assemble } from '../../server/matrix/assemble.ts'
import { writeCsv } from '../../server/matrix/csv.ts'
import { formats, type Format } from '../../server/matrix/formats.ts'
import { contentHash } from '../../server/matrix/hash.ts'
import { writeFile } from '../../server/matrix/write.ts'
import { attribute, randomInput } from './random.ts'

const made = assemble(randomInput(3))
const reading = JSON.stringify(made)
const contentSha256 = contentHash(made)

t.test('a thread writes what the program itself would write', async (t) => {
  const bytes = await writeFile({ reading, contentSha256, format: 'csv' })
  t.equal(bytes.toString('utf8'), writeCsv(JSON.parse(reading)))
  t.ok(parse(bytes, { bom: true }).length > 1)
  for (const format of ['xlsx', 'docx'] as const) t.equal((await writeFile({ reading, contentSha256, format })).subarray(0, 2).toString(), 'PK', format)
})

t.test('many at once are all written, in turns', async (t) => {
  const wanted = Array.from({ length: 3 }, () => Object.keys(formats) as Format[]).flat()
  const files = await Promise.all(wanted.map((format) => writeFile({ reading, contentSha256, format })))
  t.ok(files.every(({ length }) => length > 500))
})

t.test('a file that cannot be written is an error, and so is one that takes too long; the next is written', async (t) => {
  await t.rejects(writeFile({ reading: '{}', contentSha256, format: 'csv' }))
  await t.rejects(writeFile({ reading: 'no JSON', contentSha256, format: 'xlsx' }))
  await t.rejects(writeFile({ reading, contentSha256, format: 'docx' }, 1), { name: 'AbortError' })
  t.ok((await writeFile({ reading, contentSha256, format: 'csv' })).length > 500)
})

t.test('the program goes on while a large file is written', async (t) => {
  const input = randomInput(3)
  const line = input.controls.flatMap(({ testLines }) => testLines)[0]!
  const items = Array.from({ length: 2000 }, (_, place) => ({ key: `K-${place}`, further: false }))
  const cells = items.map(({ key }) => ({ item: key, attribute: 'A', result: 'pass' as const }))
  const large = { ...line, sequence: 1, noOccurrence: null, draw: null, exceptions: [], attributes: [attribute('A')], items, cells }
  const text = JSON.stringify(assemble({ ...input, controls: [{ ...input.controls[0]!, testLines: [large] }] }))
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await writeFile({ reading: text, contentSha256, format: 'xlsx' })
  delay.disable()
  t.ok(delay.count > 5, `other work had its turn ${delay.count} times`)
})
