import t from 'tap'
import { count, type CountedCell } from '../../server/testing/counts.ts'
import { chance } from '../matrix/random.ts'

const results = ['pass', 'deviation', 'not_applicable', 'pending'] as const

t.test('an item with several deviations is one deviating item', async (t) => {
  const counts = count([
    { item: '1', attribute: 'A', result: 'deviation' }, { item: '1', attribute: 'B', result: 'deviation' },
    { item: '2', attribute: 'A', result: 'pass' }, { item: '2', attribute: 'B', result: 'not_applicable' },
  ])
  t.match(counts, { items: 2, deviatingItems: 1, pendingItems: 0, cells: 4, pendingCells: 0, parts: null })
  t.same(counts.perAttribute, [
    { attribute: 'A', applicable: 2, deviations: 1, notApplicable: 0, pending: 0 },
    { attribute: 'B', applicable: 1, deviations: 1, notApplicable: 1, pending: 0 },
  ])
})

t.test('no cells count as nothing', async (t) => {
  t.match(count([]), { items: 0, deviatingItems: 0, cells: 0, pendingCells: 0, perAttribute: [], parts: null })
})

t.test('counts agree with a naive count of the same cells, and parts add up to the whole', async (t) => {
  const next = chance(11)
  for (let run = 0; run < 300; run += 1) {
    const items = Math.floor(next() * 40)
    const cells: CountedCell[] = []
    for (let item = 0; item < items; item += 1) {
      const further = item % 3 === 2 && run % 2 === 0
      for (const attribute of ['A', 'B', 'C'].slice(0, 1 + run % 3)) cells.push({ item: `i${item}`, attribute, further, result: results[Math.floor(next() * 4)]! })
    }
    cells.sort(() => next() - 0.5)
    const counts = count(cells)
    const naive = (some: CountedCell[]) => [...new Set(some.map(({ item }) => item))]
    t.equal(counts.items, naive(cells).length)
    t.equal(counts.deviatingItems, naive(cells).filter((item) => cells.some((cell) => cell.item === item && cell.result === 'deviation')).length)
    t.equal(counts.pendingCells, cells.filter(({ result }) => result === 'pending').length)
    for (const { attribute, applicable, deviations } of counts.perAttribute) {
      const own = cells.filter((cell) => cell.attribute === attribute)
      t.equal(deviations, own.filter(({ result }) => result === 'deviation').length)
      t.equal(applicable, own.filter(({ result }) => result === 'pass' || result === 'deviation').length)
    }
    if (counts.parts) {
      t.equal(counts.parts.first.items + counts.parts.further.items, counts.items)
      t.equal(counts.parts.first.deviatingItems + counts.parts.further.deviatingItems, counts.deviatingItems)
    }
  }
})
