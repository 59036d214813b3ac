import t from 'tap'
import { type Category, categoryNames, criteria, criteriaInScope, criterion, orderCriteria, series, seriesOf } from '../../server/controls/criteria.ts'

const categories = Object.keys(categoryNames) as Category[]

t.test('there are 61 criteria in 20 series, and each category has its own number of them', async (t) => {
  const size = (category: Category) => criteria.filter((one) => one.category === category).length
  t.same(categories.map(size), [33, 3, 2, 5, 18])
  t.equal(criteria.length, 61)
  t.equal(series.length, 20)
  t.equal(new Set(criteria.map(({ id }) => id)).size, 61)
  t.same(
    series.map(({ id }) => [id, criteria.filter((one) => one.series === id).length]),
    [['CC1', 5], ['CC2', 3], ['CC3', 4], ['CC4', 2], ['CC5', 3], ['CC6', 8], ['CC7', 5], ['CC8', 1], ['CC9', 2], ['A1', 3], ['C1', 2], ['PI1', 5],
      ['P1', 1], ['P2', 1], ['P3', 2], ['P4', 3], ['P5', 2], ['P6', 7], ['P7', 1], ['P8', 1]],
  )
})

t.test('every criterion has a title and stands in a series of its own category', async (t) => {
  for (const { id, category, series: name, title } of criteria) {
    t.equal(seriesOf(name)?.category, category, id)
    t.ok(id.startsWith(`${name}.`) && title.length > 5, id)
  }
})

t.test('every choice of categories keeps all 33 common criteria and adds the chosen ones only', async (t) => {
  for (let mask = 0; mask < 2 ** categories.length; mask += 1) {
    const chosen = categories.filter((_, place) => mask & (1 << place))
    const scope = criteriaInScope(chosen)
    t.equal(scope.filter(({ category }) => category === 'security').length, 33, chosen.join())
    t.same([...new Set(scope.map(({ category }) => category))], categories.filter((one) => one === 'security' || chosen.includes(one)))
    t.same(scope.map(({ id }) => id), orderCriteria(scope.map(({ id }) => id).toReversed()), 'in natural order')
  }
})

t.test('the order is CC, A, C, PI, P and then numeric', async (t) => {
  t.same(orderCriteria(['P8.1', 'C1.1', 'PI1.2', 'CC9.2', 'A1.3', 'CC6.8', 'CC6.2', 'PI1.1', 'CC6.2']),
    ['CC6.2', 'CC6.8', 'CC9.2', 'A1.3', 'C1.1', 'PI1.1', 'PI1.2', 'P8.1'])
  const rank = (id: string) => {
    const [, letters, group, number] = /^([A-Z]+)(\d+)\.(\d+)$/.exec(id)!
    return ['CC', 'A', 'C', 'PI', 'P'].indexOf(letters!) * 10_000 + Number(group) * 100 + Number(number)
  }
  t.same(criteria.map(({ id }) => id), criteria.map(({ id }) => id).sort((a, b) => rank(a) - rank(b)))
})

t.test('an id that is no criterion is not found', async (t) => {
  t.equal(criterion('CC6.2')?.id, 'CC6.2')
  t.equal(criterion('CC6.9'), undefined)
})
