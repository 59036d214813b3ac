import t from 'tap'
import { assemble, type LineInput } from '../../server/matrix/assemble.ts'
import type { ReadException, ReadLine } from '../../server/matrix/reading.ts'
import { join, stretches } from '../../server/matrix/sentence.ts'
import { expectedNumbers, numbersIn, ratesIn, tally } from './naive.ts'
import { attribute, drawing, noted, plainLine, population, randomInput } from './random.ts'

const period = { from: '2025-10-01', to: '2026-09-30' }

t.test('a line without deviations reads: no exceptions noted', async (t) => {
  t.equal(resultOf(sample('new hires', 10)), 'No exceptions noted.')
})

t.test('two of the first ten leavers, before anything is extended', async (t) => {
  const line = sample('leavers', 10, [0, 1], { problem: 'access was removed 3 and 6 business days after the last working day' })
  t.equal(resultOf(line), 'Exception noted. For 2 of 10 leavers selected, access was removed 3 and 6 business days after the last working day.')
})

t.test('one of forty changes without a second person\'s approval', async (t) => {
  const line = sample('production changes', 40, [7], { problem: 'approval by someone other than the author was not evidenced.' }, { populationSize: 1284 })
  t.equal(resultOf(line), 'Exception noted. For 1 of 40 production changes selected, approval by someone other than the author was not evidenced.')
  t.equal(testsOf({ ...line, procedures: [{ nature: 'inspection', text: '{sample} for review, tests and approval' }] }),
    'Inspected 40 of 1,284 production changes for review, tests and approval.')
})

t.test('an extension says both parts, whichever part deviated', async (t) => {
  const problem = 'access was removed late'
  const extended = (...deviating: number[]) => {
    const line = sample('leavers', 20, deviating, { problem })
    return { ...line, items: line.items.map((item, place) => ({ ...item, further: place >= 10 })), draw: { ...line.draw!, size: 10 } }
  }
  t.equal(resultOf(extended(0, 1)), 'Exception noted. For 2 of the first 10 leavers selected, access was removed late. A further 10 were selected; none deviated.')
  t.equal(resultOf(extended(0, 1, 15)), 'Exception noted. For 2 of the first 10 leavers selected, access was removed late. A further 10 were selected; of these, 1 also deviated.')
  t.equal(resultOf(extended(15)), 'Exception noted. The first 10 leavers selected showed none; for 1 of a further 10 selected, access was removed late.')
  t.equal(testsOf(extended()), 'Inspected the record for 10 of 100 leavers and a further 10.')
})

t.test('days late come from the cells, smallest to largest', async (t) => {
  const late = { action: 'the review was finished', unit: 'days' } as const
  const line = sample('quarterly system reviews', 12, [9, 10, 11], { problem: '', late })
  const days = new Map([[9, 12], [10, 15], [11, 19]])
  const dated = { ...line, cells: line.cells.map((cell, place) => ({ ...cell, daysLate: days.get(place) ?? null })) }
  t.equal(resultOf(dated), 'Exception noted. For 3 of 12 quarterly system reviews selected, the review was finished 12 to 19 days after the limit stated in the control.')
  t.match(resultOf(line), 'the deviation has not been described yet', 'a missing fact is not guessed')
})

t.test('a whole population says that all of it was tested', async (t) => {
  const line = sample('changes', 158, [0], { problem: 'no reviewer was recorded' }, { method: 'all', populationSize: 158 })
  t.equal(resultOf(line), 'Exception noted. All 158 changes in the period were tested; for 1 of them, no reviewer was recorded.')
  t.equal(testsOf(line), 'Inspected the record for all 158 changes.')
})

t.test('several attributes say their rates, each over the items it applied to', async (t) => {
  const line = sample('leavers', 5, [0], { problem: 'removal was late' })
  const cells = [...line.cells, ...line.items.map(({ key }, place) => ({
    item: key, attribute: 'B', result: place === 1 ? 'deviation' as const : place === 4 ? 'not_applicable' as const : 'pass' as const,
  }))]
  const two = { ...line, cells, attributes: [...line.attributes, attribute('B', 'Was each system removed?', 'each system')] }
  t.equal(resultOf(two), 'Exceptions noted. For 2 of 5 leavers selected, removal was late. By attribute: A 1 of 5, B (each system) 1 of 4.')
})

t.test('several attributes that each say what a deviation means are told one by one, and how many items in total', async (t) => {
  const line = sample('leavers', 6, [0, 1], { problem: 'removal was late' })
  const second = line.items.map(({ key }, place) => ({ item: key, attribute: 'B', result: place === 1 ? 'deviation' as const : 'pass' as const }))
  const two = { ...line, cells: [...line.cells, ...second], attributes: [attribute('A', 'In time?', '', 'removal was late.'), attribute('B', 'Each system?', '', 'one system was left out')] }
  t.equal(resultOf(two), 'Exceptions noted. Of 6 leavers selected: for 2, removal was late; for 1, one system was left out. In total 2 of them were affected.')
  t.equal(resultOf({ ...two, cells: two.cells.map((cell) => cell.attribute === 'B' && cell.item === 'K-5' ? { ...cell, result: 'not_applicable' } : cell) }),
    'Exceptions noted. Of 6 leavers selected: for 2, removal was late; for 1 of the 5 to which it applied, one system was left out. In total 2 of them were affected.')
  t.equal(resultOf({ ...two, draw: { ...two.draw!, size: 4 }, items: two.items.map((item, place) => ({ ...item, further: place > 3 })) }),
    'Exceptions noted. Of the first 4 leavers selected and a further 2: for 2, removal was late; for 1, one system was left out. In total 2 of them were affected, 2 of the first and 0 of the further.')
  t.equal(resultOf({ ...two, draw: drawing('D-1', 6, 6, { method: 'all' }) }),
    'Exceptions noted. All 6 leavers in the period were tested: for 2, removal was late; for 1, one system was left out. In total 2 of them were affected.')
  t.match(resultOf({ ...two, attributes: [two.attributes[0]!, attribute('B', 'Each system?')] }), 'For 2 of 6 leavers selected, removal was late. By attribute: A 2 of 6, B 1 of 6.', 'said of one only')
  t.match(read({ ...two, attributes: [two.attributes[0]!, attribute('B', 'Each system?', '', '2 systems were left out')] }).disagreements.join(), 'types a count (2)')
})

t.test('no occurrence names the event, the period in full and the procedure', async (t) => {
  const line = { ...sample('disposals', 0), draw: null, noOccurrence: { event: 'disposal of devices or media', procedure: 'inspection of the asset system query' } }
  t.equal(resultOf(line), 'Not tested. No disposal of devices or media took place from October 1, 2025 to September 30, 2026, as corroborated by inspection of the asset system query; the control therefore had no occasion to operate.')
})

t.test('a setting that was wrong for a while names the days', async (t) => {
  const line: LineInput = { ...sample('configurations', 1, [0], { problem: 'the retention setting was off', span: { from: '2026-01-02', to: '2026-03-04' } }), kind: 'configuration', draw: null }
  t.equal(resultOf(line), 'Exception noted. From January 2, 2026 to March 4, 2026, the retention setting was off.')
})

t.test('an empty grid is not tested, and pending cells are said', async (t) => {
  t.equal(resultOf(sample('leavers', 0)), 'Not tested yet.')
  const line = sample('leavers', 10)
  t.equal(resultOf({ ...line, cells: line.cells.slice(3) }), 'Testing in progress: results are pending for 3 of 10 leavers selected.')
})

t.test('a procedure begins with its verb once, and an inquiry never carries the selection', async (t) => {
  const line = { ...sample('leavers', 10), procedures: [
    { nature: 'inquiry' as const, text: 'the IT Operations Manager' }, { nature: 'inspection' as const, text: 'inspected the removal log.' },
    { nature: 'reperformance' as const, text: 'the count' },
  ] }
  t.equal(testsOf(line), 'Inquired of the IT Operations Manager. Inspected the removal log for 10 of 100 leavers. Reperformed the count.')
})

t.test('every number in a result is tied, stands where its tie says, and is a count over the cells', async (t) => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const input = randomInput(seed)
    const reading = assemble(input)
    for (const control of input.controls) {
      for (const line of control.testLines) {
        const read = reading.controls.find(({ number }) => number === control.number)!.testLines.find(({ reference }) => reference === `${control.number}.T${line.sequence}`)!
        const result = join(read.results)
        t.same(numbersIn(result.text), expectedNumbers(line), result.text)
        for (const [letter, d, n] of ratesIn(result.text)) t.same([d, n], tally(line).byAttribute.get(letter))
        for (const sentence of [...read.results, ...read.performed, result]) {
          t.ok(sentence.ties.every(({ at, text, value }) => sentence.text.slice(at, at + text.length) === text && Number(text.replaceAll(',', '')) === value))
          t.equal(stretches(sentence).map(({ text }) => text).join(''), sentence.text)
        }
        if (!line.noOccurrence) t.equal(result.ties.length, result.text.replaceAll(/[A-Z][a-z]+ \d{1,2}, \d{4}/g, '').match(/\d[\d,]*/g)?.length ?? 0, 'no number is untied')
      }
    }
  }
})

t.test('numbers that belong together are one stretch', async (t) => {
  const [sentence] = read(sample('leavers', 10, [0], { problem: 'it was late' })).results
  t.same(stretches(sentence!).map(({ text, ties }) => [text, ties.length]), [['Exception noted. For ', 0], ['1 of 10', 2], [' leavers selected, it was late.', 0]])
})

function resultOf(line: LineInput): string {
  return join(read(line).results).text
}

function testsOf(line: LineInput): string {
  return join(read(line).performed).text
}

function read(line: LineInput): ReadLine {
  const input = randomInput(1)
  const control = { number: 'AC-02', ownerTitle: '', wording: 'Wording.', wordingVersion: 1, wordingConfirmed: true, criteria: ['CC6.2'], testLines: [line] }
  return assemble({ ...input, engagement: { ...input.engagement, ...period }, controls: [control] }).controls[0]!.testLines[0]!
}

function sample(itemNoun: string, size: number, deviating: number[] = [], exception: Partial<ReadException> = {}, draw: Partial<NonNullable<LineInput['draw']>> = {}): LineInput {
  const items = Array.from({ length: size }, (_, place) => ({ key: `K-${place}`, further: false }))
  return plainLine({
    itemNoun, items, population: population(100), draw: drawing('D-1', size, 100, draw),
    cells: items.map(({ key }, place) => ({ item: key, attribute: 'A', result: deviating.includes(place) ? 'deviation' : 'pass' })),
    exceptions: deviating.length === 0 ? [] : [noted('E-01', { problem: '', ...exception })],
  })
}
