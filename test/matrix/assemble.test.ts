import t from 'tap'
import { assemble } from '../../server/matrix/assemble.ts'
import { compare } from '../../server/matrix/compare.ts'
import { contentHash } from '../../server/matrix/hash.ts'
import { byCriterion } from '../../server/matrix/layout.ts'
import { tally } from './naive.ts'
import { randomInput } from './random.ts'

t.test('counts are those of the cells, and missing cells read as pending', async (t) => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const input = randomInput(seed)
    const reading = assemble(input)
    for (const control of input.controls) {
      const lines = reading.controls.find(({ number }) => number === control.number)!.testLines
      control.testLines.forEach((line) => {
        const { n, d, pending, byAttribute } = tally(line)
        const { counts } = lines.find(({ reference }) => reference === `${control.number}.T${line.sequence}`)!
        t.same([counts.items, counts.deviatingItems, counts.pendingItems], [n, d, pending])
        for (const { attribute, deviations, applicable } of counts.perAttribute) t.same([deviations, applicable], byAttribute.get(attribute))
        t.equal(counts.cells, line.items.length * line.attributes.length)
      })
    }
  }
})

t.test('the reading is frozen through and through, plain JSON, and leaves its input alone', async (t) => {
  const input = randomInput(4)
  const before = structuredClone(input)
  const reading = assemble(input)
  t.same(input, before)
  t.same(JSON.parse(JSON.stringify(reading)), reading)
  t.throws(() => { reading.controls[0]!.wording = 'other' }, TypeError)
  t.ok(Object.isFrozen(reading.criteria[0]!.controls))
})

t.test('a test with nothing selected yet is compared as one without figures, not as one of nought', async (t) => {
  const after = randomInput(3)
  const bare = structuredClone(after)
  const line = bare.controls.find(({ testLines }) => testLines.some(({ items }) => items.length > 0))!.testLines.find(({ items }) => items.length > 0)!
  Object.assign(line, { items: [], cells: [] })
  const changes = compare(assemble(bare), assemble(after)).filter(({ kind }) => kind === 'test').flatMap((one) => one.changes)
  const figures = changes.filter(({ what }) => what.startsWith('Items '))
  t.ok(figures.some(({ what }) => what === 'Items selected'))
  for (const { what, before } of figures) t.equal(before, null, what)
})

t.test('the order in which rows come changes nothing', async (t) => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const input = randomInput(seed)
    for (const { testLines } of input.controls) for (const { cells } of testLines) cells.forEach((cell, place) => { if (cell.result === 'deviation') cell.daysLate = place % 3 === 0 ? null : place })
    const turned = { ...input, controls: input.controls.toReversed().map((control) => ({ ...control, criteria: control.criteria.toReversed(), testLines: control.testLines.toReversed().map((line) => ({ ...line, cells: line.cells.toReversed() })) })) }
    t.equal(contentHash(assemble(turned)), contentHash(assemble(input)))
  }
})

t.test('criteria and controls stand in natural order and name each other', async (t) => {
  const input = randomInput(9)
  const numbers = ['AC-10', 'AC-2', 'AC-1']
  const controls = numbers.map((number) => ({ ...input.controls[0]!, number, criteria: ['A1.2', 'CC6.10', 'CC6.2', 'PI1.1'] }))
  const reading = assemble({ ...input, controls })
  t.same(reading.controls.map(({ number, criteria }) => [number, criteria]), ['AC-1', 'AC-2', 'AC-10'].map((number) => [number, ['CC6.2', 'A1.2']]),
    'criteria out of scope are left out')
  t.same(reading.criteria.find(({ id }) => id === 'A1.2')!.controls, ['AC-1', 'AC-2', 'AC-10'])
  t.equal(reading.criteria.length, 36)
})

t.test('uncovered are the criteria that apply and that nothing meets', async (t) => {
  const input = randomInput(9)
  const reading = assemble({
    ...input, controls: [{ ...input.controls[0]!, criteria: ['CC6.1', 'CC9.2'] }],
    notApplicable: [{ criterion: 'CC6.4', reason: 'no premises' }], subservices: [{ name: 'Northgrid Cloud', service: 'Hosting', method: 'carve_out', criteria: ['A1.2'] }],
    assumed: [{ criterion: 'A1.2', organization: 'Northgrid Cloud', monitor: 'RA-02' }],
  })
  t.equal(reading.uncovered.length, 36 - 4)
  t.notOk(reading.uncovered.some((id) => ['CC6.1', 'CC6.4', 'A1.2'].includes(id)))
  const remarks = byCriterion(reading).flatMap(({ series }) => series).flatMap(({ criteria }) => criteria)
    .flatMap(({ id, entries }) => entries.map((entry) => [id, entry.kind === 'remark' ? entry.text : entry.control.number]))
  t.match(remarks.filter(([id]) => ['CC6.1', 'CC6.4', 'A1.2', 'A1.3'].includes(id!)), [
    ['CC6.1', input.controls[0]!.number], ['CC6.4', 'Not applicable: no premises'],
    ['A1.2', 'Met only through controls expected of Northgrid Cloud; not tested here.'], ['A1.3', 'No control is mapped to this criterion.'],
  ])
})

t.test('a control is in full at its first criterion only', async (t) => {
  const input = randomInput(9)
  const reading = assemble({ ...input, controls: [{ ...input.controls[0]!, criteria: ['CC8.1', 'CC6.1', 'A1.1'] }] })
  const places = byCriterion(reading).flatMap(({ series }) => series).flatMap(({ criteria }) => criteria)
    .flatMap(({ id, entries }) => entries.flatMap((entry) => (entry.kind === 'control' ? [[id, entry.inFullAt]] : [])))
  t.same(places, [['CC6.1', null], ['CC8.1', 'CC6.1'], ['A1.1', 'CC6.1']])
})

t.test('a Type 1 reading holds no test, whatever it was given', async (t) => {
  const input = randomInput(2)
  t.ok(input.controls.some(({ testLines }) => testLines.length > 0))
  const reading = assemble({ ...input, engagement: { ...input.engagement, type: 1, from: null, to: null, asOf: '2026-09-30' } })
  t.ok(reading.controls.every(({ testLines }) => testLines.length === 0))
})

t.test('a result outside the grid, or two for one cell, is an error and not a silent count', async (t) => {
  const input = randomInput(2)
  const line = input.controls.flatMap(({ testLines }) => testLines).find(({ cells }) => cells.length > 0)!
  const [cell] = line.cells
  line.cells.push({ ...cell!, item: 'elsewhere' })
  t.throws(() => assemble(input), /does not have/)
  line.cells.splice(-1, 1, cell!)
  t.throws(() => assemble(input), /two results/)
})
