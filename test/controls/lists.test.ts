import t from 'tap'
import { readCriteria } from '../../server/controls/criteria-cell.ts'
import { criteria } from '../../server/controls/criteria.ts'
import { diffWords } from '../../server/controls/diff.ts'
import { guessMapping } from '../../server/controls/import-guess.ts'
import { judgeControls, phrase, type Choices, type Surroundings } from '../../server/controls/import-rules.ts'
import { frequencyWords } from '../../server/controls/rules.ts'
import { spanProblems } from '../../server/controls/spans.ts'
import { closedWords, readFrequencies } from '../../server/controls/words.ts'
import type { Frequency } from '../../server/database/schema/controls.ts'

const random = (() => { let seed = 5; return (limit: number) => (seed = (seed * 16807) % 2147483647) % limit })()

t.test('criteria are read in whatever way people write them', async (t) => {
  const ids = criteria.map(({ id }) => id)
  const styles: readonly ((id: string) => string)[] = [(id) => id, (id) => id.toLowerCase(), (id) => id.replace(/(\d)/, ' $1'), (id) => `TSC ${id}`, (id) => `${id}: a title of it`, (id) => `(${id})`, (id) => `SOC2-${id}`, (id) => id.replace(/(?=\d)/, '\u00A0')]
  for (let round = 0; round < 400; round += 1) {
    const chosen = [...new Set(Array.from({ length: 1 + random(6) }, () => ids[random(ids.length)]!))]
    const style = styles[random(styles.length)]!
    const cell = chosen.map((id) => style(id)).join([', ', '/', '; ', '\n', ' ', ' & ', ' | ', ' • '][random(8)])
    t.strictSame(readCriteria(cell), { ids: ids.filter((id) => chosen.includes(id)), unknown: [] }, JSON.stringify(cell))
  }
  for (const [cell, found, unknown] of [
    ['CC6.1 – CC6.3', 'CC6.1 CC6.2 CC6.3', ''], ['CC6.1, 6.2 and 6.3', 'CC6.1 CC6.2 CC6.3', ''], ['CC6.1-6.3', 'CC6.1 CC6.2 CC6.3', ''], ['CC6.1 to CC6.2; A1.2', 'CC6.1 CC6.2 A1.2', ''], ['CC06.01', 'CC6.1', ''],
    ['CC6', '', 'CC6'], ['CC6.9', '', 'CC6.9'], ['A.9.2.1', '', 'A.9.2.1'], ['CC6.1.2', 'CC6.1', ''], ['CC6.1.1, CC6.2.3; A1.2.10', 'CC6.1 CC6.2 A1.2', ''], ['CC6.9.1', '', 'CC6.9'], ['CC6.1.2.3', '', 'CC6.1.2.3'], ['A.1.2', '', 'A.1.2'], ['', '', ''], ['n/a', '', ''], ['CC6 Access: CC6.1', 'CC6.1', ''],
  ]) t.strictSame(readCriteria(cell!), { ids: found!.split(' ').filter(Boolean), unknown: unknown!.split(' ').filter(Boolean) }, String(cell))
})

t.test('the words other people have for frequencies, types and natures are understood, or said not to be', async (t) => {
  const said: Readonly<Record<string, readonly Frequency[] | null>> = {
    Annually: ['annual'], 'Upon hire': ['event_driven'], 'Ad hoc': ['event_driven'], 'Per occurrence': ['event_driven'], 'Weekly/Monthly': ['monthly', 'weekly'], 'Upon hire and annually thereafter': ['annual', 'event_driven'],
    'Semi-Annually': ['semiannual'], 'Every 6 months': ['semiannual'], 'Bi-weekly': ['semimonthly'], 'Multiple times per day': ['multiple_daily'], 'Real-time': ['continuous'], 'Ongoing / Continuous': ['continuous'], 'As Needed': ['event_driven'],
    'Quarterly & as needed': ['quarterly', 'event_driven'], 'each business day': ['daily'], 'N/A': [], '': [], TBD: [], sometimes: null, Once: null,
  }
  for (const [word, meant] of Object.entries(said)) t.strictSame(readFrequencies(word), meant, word)
  const all = Object.keys(frequencyWords) as Frequency[]
  for (let mask = 0; mask < 2 ** all.length; mask += 1) {
    const chosen = all.filter((_, place) => mask & (1 << place))
    t.strictSame(readFrequencies(phrase(chosen, frequencyWords)), chosen, 'what is written is read again')
  }
  for (const [word, meant] of [['Manual', 'manual'], ['Automated', 'automated'], ['Semi-automated', 'it_dependent_manual'], ['IT-dependent manual', 'it_dependent_manual'], ['Manual/Automated', 'it_dependent_manual']] as const) t.strictSame(closedWords.nature.read(word), [meant])
  for (const [word, meant] of [['Preventative', 'preventive'], ['Detect', 'detective'], ['Corrective', 'corrective']] as const) t.strictSame(closedWords.type.read(word), [meant])
})

t.test('columns are guessed by their headings and by what stands under them', async (t) => {
  const guess = (header: string[], ...rows: string[][]) => guessMapping(header, rows, new Map()).columns
  t.strictSame(guess(['Ctrl #', 'Description of Control', 'SOC 2 Criteria', 'Cadence'], ['A-1', 'x', 'CC6.1', 'Daily']), ['number', 'wording', 'criteria', 'frequency'])
  t.strictSame(guess(['Control', 'Mapping'], ['Access of leavers is removed within a day of their leaving.', 'CC6.2']), ['wording', 'criteria'], 'a column headed Control may hold the wording')
  t.strictSame(guess(['Control ID', 'Control', 'Control Type'], ['A-1', 'Access of leavers is removed within a day of their leaving.', 'Manual']), ['number', 'wording', 'nature'])
  t.strictSame(guess(['Ref', 'Text', 'CC6.1', 'CC 6.2'], ['A-1', 'A long text that says who does what and how often, and on what.', 'X', '']), ['number', 'wording', 'tick:CC6.1', 'tick:CC6.2'])
  t.strictSame(guess(['Control', 'Description'], ['Leaver review', 'Access of leavers is removed within a day.'], ['Vendor check', 'Vendors are assessed before they start.']), [null, 'wording'], 'and short names, which number nothing')
  t.strictSame(guess(['Control', 'Owner'], ['Leaver review', 'IT'], ['Vendor check', 'IT']), ['wording', 'owner'])
  t.equal(guessMapping(['TSC', 'No.', 'Wording'], [['CC6.1', '1', 'One'], ['', '2', 'Two']], new Map()).defaults['fill'], 'yes')
})

t.test('one row for each control and criterion, ticks in a grid, empty cells of merged ones: each list gives the same controls', async (t) => {
  const surroundings: Surroundings = { known: [], people: [], categories: ['security'], period: { periodStart: '2026-01-01', periodEnd: '2026-12-31' }, asLead: false }
  const choices: Choices = { meanings: {}, type: 'preventive', nature: 'manual', prefix: '', fill: false, leave: false }
  const ids = criteria.filter(({ category }) => category === 'security').map(({ id }) => id)
  for (let round = 0; round < 60; round += 1) {
    const controls = Array.from({ length: 1 + random(8) }, (_, index) => ({ number: `A-${index + 1}`, wording: `Wording ${index + 1}`, criteria: ids.filter(() => random(12) === 0).concat(ids[random(ids.length)]!) }))
      .map((one) => ({ ...one, criteria: ids.filter((id) => one.criteria.includes(id)) }))
    const whole = controls.map(({ number, wording, criteria: of }) => ({ number, wording, criteria: of.join(', ') }))
    const repeated = controls.flatMap(({ number, wording, criteria: of }) => of.map((id) => ({ number, wording, criteria: id })))
    const below = controls.flatMap(({ number, wording, criteria: of }) => of.map((id, place) => ({ number: place ? '' : number, wording: place ? '' : wording, criteria: id })))
    for (const list of [whole, repeated, below]) {
      const { judged } = judgeControls(list.map((cells, place) => ({ row: place + 2, cells })), surroundings, choices)
      t.strictSame(judged.map(({ wanted, mark }) => [mark.mark, wanted.number, wanted.criteria]), whole.map(({ number, criteria: of }) => ['new', number, of]))
      const known = judged.map(({ wanted }, place) => ({ id: String(place), version: 1, wordingVersion: 1, ownerId: null, everConfirmed: true, written: wanted }))
      const again = judgeControls(list.map((cells, place) => ({ row: place + 2, cells })), { ...surroundings, known }, choices)
      t.ok(again.judged.every(({ mark }) => mark.mark === 'same'), 'taken over once more nothing changes')
    }
  }
})

t.test('a list that says nothing of criteria is taken over unmapped, and one that numbers its controls by criteria is mapped by its numbers', async (t) => {
  const surroundings: Surroundings = { known: [], people: [], categories: ['security'], period: { periodStart: '2026-01-01', periodEnd: '2026-12-31' }, asLead: false }
  const ids = criteria.map(({ id }) => id)
  for (const leave of [false, true]) {
    const choices: Choices = { meanings: {}, type: 'preventive', nature: 'manual', prefix: '', fill: false, leave }
    const judge = (cells: Partial<Record<'number' | 'wording' | 'criteria', string>>, known: Surroundings['known'] = []) => judgeControls([{ row: 2, cells }], { ...surroundings, known }, choices)
    for (const id of ids) {
      const { judged, left, passed } = judge({ number: id, wording: 'Done.' })
      const outside = !id.startsWith('CC')
      if (outside && leave) t.strictSame([judged.length, left, passed], [0, [id], [2]], id)
      else t.strictSame([judged[0]!.mark.mark, judged[0]!.wanted.criteria], [outside ? 'wrong' : 'new', id], id)
      if (outside && !leave) t.match(judged[0]!.mark, { why: [/belongs to a category.*Tick “Leave out criteria/] })
    }
    for (const number of ['AC-01', 'CC-001', 'C-001', 'A-12', '7', 'CTRL-018', 'CC6', 'DCF-4']) {
      const { judged: [first] } = judge({ number, wording: 'Done.' })
      t.strictSame([first!.mark.mark, first!.wanted.criteria], ['new', ''], number)
      const known = { id: 'x', version: 1, wordingVersion: 1, ownerId: null, everConfirmed: false, written: first!.wanted }
      for (const again of [{}, { criteria: '' }]) t.equal(judge({ number, wording: 'Done.', ...again }, [known]).judged[0]!.mark.mark, 'same', `${number} exported and read again`)
    }
    t.strictSame(judge({ number: 'AC-01', wording: 'Done.', criteria: '' }).judged.map(({ mark }) => mark.mark), leave ? [] : ['wrong'], 'where there is a column for criteria, each row fills it')
    const odd = judgeControls([{ row: 2, cells: { number: 'AC-01', wording: 'Done.', criteria: 'CC6.1', type: 'Entity-level' } }], surroundings, { ...choices, type: '' }).judged[0]!.mark
    t.match(odd, { mark: 'wrong', why: [/“Entity-level” is no type/] })
    t.equal(odd.mark === 'wrong' && odd.why.length, 1, 'a word that is not understood is named once')
  }
})

t.test('a control replaced within the period ends before the one that replaces it begins', async (t) => {
  const period = { periodStart: '2026-01-01', periodEnd: '2026-12-31' }
  const days = [null, '2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01', '2026-12-31', '2027-01-01']
  const inside = (day: string | null) => day === null || (day >= '2026-01-01' && day <= '2026-12-31')
  for (const to of days) {
    for (const from of days) {
      const before = { number: 'A-1', effectiveFrom: null, effectiveTo: to, replaces: null }
      const after = { number: 'A-2', effectiveFrom: from, effectiveTo: null, replaces: 'A-1' }
      const fine = [before, after].every((one) => Object.keys(spanProblems(one, [before, after], period)).length === 0)
      t.equal(fine, inside(to) && inside(from) && to !== null && from !== null && to < from, `${to} then ${from}`)
    }
  }
  const asOf = { periodStart: null, periodEnd: null }
  t.ok(spanProblems({ number: 'A-1', effectiveFrom: '2026-01-01', effectiveTo: null, replaces: null }, [], asOf).effectiveFrom)
  t.strictSame(spanProblems({ number: 'A-1', effectiveFrom: null, effectiveTo: null, replaces: null }, [], asOf), {})
})

t.test('what a wording became holds both wordings, whatever changed', async (t) => {
  const words = ['Access', 'of', 'leavers', 'is', 'removed', 'within', 'one', 'business', 'day.', 'two,', '\n', '  ', 'ü']
  const some = () => Array.from({ length: random(14) }, () => words[random(words.length)]!).join(' ')
  for (let round = 0; round < 500; round += 1) {
    const [before, after] = [some(), some()]
    const pieces = diffWords(before, after)
    t.equal(pieces.filter(({ change }) => change !== 'in').map(({ text }) => text).join(''), before)
    t.equal(pieces.filter(({ change }) => change !== 'out').map(({ text }) => text).join(''), after)
  }
  t.strictSame(diffWords('removed within one day', 'removed within two days'), [{ change: 'same', text: 'removed within' }, { change: 'out', text: ' one day' }, { change: 'in', text: ' two days' }])
})

t.test('no cell of a list takes much longer to read than an ordinary one of its length', async (t) => {
  const length = 60_000
  const took = (text: string) => Math.min(...[1, 2].map(() => {
    const from = performance.now()
    readCriteria(text)
    for (const { read } of Object.values(closedWords)) read(text)
    return performance.now() - from
  }))
  const plain = took('CC6.1, CC7.2 and A1.2: weekly. '.repeat(length / 31))
  for (const [start, gap, end] of [['CC6.1', '\n', 'x'], ['CC6.1', '\t\n', 'x'], ['', ' \n', 'x'], ['', 'manual', ''], ['', 'auto\n', 'x'], ['CC6.1', '1', ''], ['', 'CC6.', '']] as const) {
    const hostile = took(start + gap.repeat(length / gap.length) + end)
    t.ok(hostile < 30 * plain + 5, `${JSON.stringify(gap)} takes ${(hostile / plain).toFixed(1)} times as long`)
  }
})
