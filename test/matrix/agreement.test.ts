import t from 'tap'
import { numbersInProblem } from '../../server/matrix/agreement.ts'
import { groundOf, unaccounted, unsettled } from '../../server/matrix/accounted.ts'
import { assemble, type LineInput } from '../../server/matrix/assemble.ts'
import type { ReadLine } from '../../server/matrix/reading.ts'
import { join } from '../../server/matrix/sentence.ts'
import { attribute, chance, drawing, noted, plainLine, population, randomInput } from './random.ts'

t.test('a typed clause may hold dates, limits and references, never a count', async (t) => {
  for (const clause of [
    'access was removed 3 and 6 business days after the last working day', 'the review was finished 12 to 19 days late', 'training was finished 11 days after the 30-day limit',
    'approval was dated March 3, 2026', 'the quarter ended June 2026 was missed', 'approval followed on 2026-03-03', 'TLS 1.2 was not enforced', 'ticket OPS-4471 had no approver',
    'the control CC6.2 asks for was absent', 'backups older than 30 days were kept', 'approval by someone other than the author was not evidenced', '',
  ]) t.same(numbersInProblem(clause), [], clause)
  for (const [clause, numbers] of [
    ['2 of 10 were late', ['2', '10']], ['3 leavers kept access', ['3']], ['of the 1,284 changes some were late', ['1,284']],
    ['two of ten were late', ['two', 'ten']], ['2 of 12 days were missed', ['2']], ['7 were 3 days late', ['7']],
  ] as const) t.same(numbersInProblem(clause), numbers, clause)
})

t.test('random lines with a described exception agree with their cells', async (t) => {
  for (let seed = 1; seed <= 50; seed += 1) {
    for (const { testLines } of assemble(randomInput(seed)).controls) for (const { reference, disagreements } of testLines) t.same(disagreements, [], `${seed} ${reference}`)
  }
})

const period = { from: '2025-10-01', to: '2026-09-30' }
const wording = 'Access of leavers is removed within one business day of the last working day; training follows within 30 days.'

t.test('what the cells make agrees with them, and no number in it can be changed unnoticed', async (t) => {
  const start = Number(process.env['TICKMARK_SEED'] ?? 1)
  t.comment(`seeds from ${start}; TICKMARK_SEED takes others`)
  let changed = 0
  for (let seed = start; seed < start + 120; seed += 1) {
    const next = chance(seed)
    for (const line of assemble(randomInput(seed)).controls.flatMap(({ testLines }) => testLines)) {
      const [results, performed] = [join(line.results).text, join(line.performed).text]
      if (line.counts.cells > 0 || line.noOccurrence) t.same(unsettled(results, groundOf(line, period, wording, line.results)), [], `${seed} ${line.reference}: ${results}`)
      t.same(unaccounted(performed, groundOf(line, period, wording, line.performed)), [], `${seed} ${line.reference}: ${performed}`)
      for (const { at, text, value, what } of line.results.flatMap(({ ties }) => (line.results.length === 1 ? ties : []))) {
        const other = `${results.slice(0, at)}${value + 1 + Math.floor(next() * 5)}${results.slice(at + text.length)}`
        t.not(unsettled(other, groundOf(line, period, wording, line.results)).length, 0, `${seed} ${line.reference}, ${what}: ${other}`)
        changed += 1
      }
      const dated = results.replaceAll(/(?<=[A-Z][a-z]+ )\d{1,2}(?=, \d{4})/g, (day) => String(Number(day) % 28 + 2))
      if (dated !== results) t.not(unsettled(dated, groundOf(line, period, wording, line.results)).length, 0, `${seed} ${line.reference}: ${dated}`)
      t.not(unaccounted(`${performed} A further 9,731 were looked at.`, groundOf(line, period, wording, line.performed)).length, 0)
    }
  }
  t.ok(changed > 50, `${changed} numbers were changed`)
})

t.test('a sentence that agreed is flagged once the cells say something else', async (t) => {
  let moved = 0
  for (let seed = 1; seed <= 60; seed += 1) {
    const input = randomInput(seed)
    for (const control of input.controls) for (const line of control.testLines) {
      const cell = line.cells.find(({ result }) => result === 'pass')
      const before = one(input, control.number, line)
      if (!cell || before.counts.deviatingItems === 0 || line.kind !== 'sample') continue
      const after = one(input, control.number, { ...line, cells: line.cells.map((each) => (each === cell ? { ...each, result: 'deviation' as const } : each)) })
      const text = join(before.results).text
      const flagged = unsettled(text, groundOf(after, period, wording, after.results)).length > 0
      const shown = ({ counts }: ReadLine) => JSON.stringify([counts.deviatingItems, counts.parts?.first.deviatingItems, counts.parts?.further.deviatingItems])
      if (shown(before) !== shown(after)) {
        moved += 1
        t.ok(flagged, `${seed}: ${text} | ${join(after.results).text}`)
      }
    }
  }
  t.ok(moved > 10)
})

t.test('an auditor may say it in other words, with every number the line’s own', async (t) => {
  const items = Array.from({ length: 20 }, (_, place) => ({ key: `K-${place}`, further: place >= 10 }))
  const cells = items.map(({ key }, place) => ({ item: key, attribute: 'A', result: place < 2 ? 'deviation' as const : 'pass' as const, daysLate: [3, 6][place] ?? null }))
  const line = one(randomInput(1), 'AC-02', plainLine({ items, cells, population: population(31), draw: drawing('D-1', 10, 31), exceptions: [noted('E-01', { problem: 'access was removed late' })] }))
  const said = (text: string) => unsettled(text, groundOf(line, period, wording, line.results))
  for (const text of [
    'Exception noted. Access of 2 of the first 10 leavers selected was removed 3 and 6 business days after the last working day. A further 10 were selected; none was late.',
    'Exception noted. Two of the first ten leavers selected lost access late. A further ten of 31 leavers were selected; none was late. Training follows within 30 days.',
    'Exception noted (E-01). In the period from October 1, 2025 to 30 September 2026, 2 of the first 10 leavers were late (10% of 20); 10 more were looked at under CC6.2 and TLS 1.2.',
  ]) t.same(said(text), [], text)
  for (const [text, why] of [
    ['Exception noted. 2 of 10 leavers were late.', /does not say 10/], ['No exceptions noted. 2 of the first 10, and 10 more.', /no exception/], ['Exception noted. 2 of the first 10 leavers were late; 10 more, 4 days late.', /“4”/],
    ['Exception noted. 2 of 20 leavers; of the first 10, and a further 10, 10 of 20.', /“10 of 20”/], ['Exception noted. 2 of the first 10 leavers on March 3, 2026; 10 more.', /March 3, 2026/], ['Exception noted. 2 of the first 10 and a further 10, 12%.', /12%/],
    ['Exception noted. 2 of the first 10, a further 10; see E-07.', /E-07/], ['Exception noted. Two of the first ten and seven of a further ten leavers.', /seven|“7/], ['Exception noted. 2 of the first 10, a further 10, within 31 days.', null],
  ] as const) if (why) t.match(said(text).join(), why, text)
  const clean = one(randomInput(1), 'AC-02', plainLine({ items, cells: cells.map((cell) => ({ ...cell, result: 'pass' as const })), draw: drawing('D-1', 10, 31) }))
  t.same(unsettled('No deviations were noted.', groundOf(clean, period, wording, clean.results)), [])
  t.match(unsettled('Exception noted. 0 of 20.', groundOf(clean, period, wording, clean.results)), [/no item deviates/])
})

t.test('a forged sentence is flagged, however its number is written or hidden', async (t) => {
  const items = Array.from({ length: 25 }, (_, place) => ({ key: `K-${place}`, further: false }))
  const cells = items.map(({ key }, place) => ({ item: key, attribute: 'A', result: place < 2 ? 'deviation' as const : 'pass' as const }))
  const line = one(randomInput(1), 'AC-02', plainLine({ items, cells, population: population(310), draw: drawing('D-1', 25, 310), exceptions: [noted('E-01', { problem: 'access was removed late' })] }))
  const clean = one(randomInput(1), 'AC-02', plainLine({ items, cells: cells.map((cell) => ({ ...cell, result: 'pass' as const })), draw: drawing('D-1', 25, 310) }))
  const [honest, none] = ['Exception noted. For 2 of 25 leavers selected, access was removed late.', 'No exceptions noted.']
  const said = (text: string) => unsettled(text, groundOf(line, period, wording, line.results))
  t.same([said(honest), unsettled(none, groundOf(clean, period, wording, clean.results))], [[], []])
  const ones = ['1', '3', '17', '24', '31', '200', '3,100', '1.5', '0.3', '1e1', '0x3', '02', '2.0', '1,5', '2 5', '1 0', '-2', '−2', '+2', '~2', '2+', '#7', '2×3', '2²', '³', '½', '２', '٣', '३', '𝟑', '③', '➌', 'Ⅲ', 'III', '🔟', '3️⃣', '2̶0',
    '二', '2\u200b3', '2\u00ad3', '2\u20603', '\u202e2', '2\u206667', '\u3164', '\u2800', '1O', 'l0', 'I2', 'n3', 'NO-3', 'one', 'three', 'Three', 'THREE', 'thrée', 'thrеe', 'th\u00adree', 'th ree', 'thr-ee', 'twen\nty', 't w o', 'twenty-two', 'twenty two', 'ninety', 'hundred', 'a dozen', 'half', 'a third', 'one fifth', 'two thirds',
    'third', 'fifteenth', '3rd', 'none', 'all', 'every one', 'each', 'both', 'most', 'several', 'a few', 'many', 'the majority', 'nearly all', 'not 2', 'no 2', 'more than 2', 'fewer than 2', 'at least 2', 'about 2', '2 or more', 'zwei', 'tow', 'once', '0', 'zero', '12%', '12 percent', '12 ‰', '50 per hundred']
  const frames = [(number: string) => honest.replace('2 of 25', `${number} of 25`), (number: string) => `${honest} In addition, ${number} of 25 kept access.`, (number: string) => `${honest} Of these, ${number} of the leavers kept access.`]
  // Where no number follows, a foreign word is a word.
  const foreign = new Set(['zwei', 'tow'])
  for (const number of ones) for (const frame of foreign.has(number) ? frames.slice(0, 2) : frames) t.not(said(frame(number)).length, 0, JSON.stringify(frame(number)))
  for (const number of ones) if (!foreign.has(number)) t.not(said(`${honest} ${number} leavers kept access.`).length, 0, JSON.stringify(`${number} leavers`))
  for (const more of [
    'Also 31 leavers kept access.', 'Also 310 leavers kept access.', 'Also 23 of 25 leavers were late.', 'Also 2/310 leavers.', '25/25 were late.', '2 in 24 were late.', '2 out of 24.', '10 days later.', '25 days late.', 'On 3/4/2026.', 'On 04.03.2026.', 'On 2026/03/04.',
    'On 4 March.', 'On the 4th of March 2026.', 'In March 2027.', 'In 2025 leavers.', 'In 2019.', 'For 2026 leavers.', 'By 1 October 2031.', 'See E-07.', 'See E‑07.', 'Section 7.', 'Step 3 of 25.', 'TLS 9.3.', 'Two of the 31.', 'The rate was 8.5%.', 'The rate was 0.08.', 'All leavers were late.', 'None was late.', 'Nobody was late.',
    'Every leaver was late.', 'No exceptions were noted otherwise; no exceptions were noted.', 'XIV leavers.', 'Another dozen.', 'a 2:24 ratio', '20-18 leavers.', '20 – 18 leavers.', 'Hundreds of leavers.', 'Twice.', 'Neither was late.', 'VII of these.',
  ]) t.not(said(`${honest} ${more}`).length, 0, more)
  for (const text of [
    'Exception not noted. For 2 of 25 leavers selected.', 'No exception was noted. For 2 of 25 leavers selected.', 'Without exception, 2 of 25 leavers.', 'For 2 of 25 leavers selected, access was removed.', 'Exceptions were never noted for 2 of 25.', 'There was not an exception noted for 2 of 25.', 'No\u00a0exceptions noted. 2 of 25.', 'N\u00ado exception noted. 2 of 25.',
  ]) t.not(said(text).length, 0, text)
  for (const text of ['No exceptions other than two.', 'No exceptions noted but 3.', 'Exceptions noted.', 'Exceptions were not inspected.', 'Access was removed in time.', 'No exceptions noted, except one leaver.', 'No exceptions noted for 24 of 25.', 'No exceptions noted for most leavers.']) t.not(unsettled(text, groundOf(clean, period, wording, clean.results)).length, 0, text)
  for (const text of ['a further ３ were looked at', '2\u200b5 leavers', 'half of the leavers', 'twenty-two leavers', 'most of them', '٣ leavers', '4.0 leavers', 'th\u00adree leavers']) t.not(numbersInProblem(text).length, 0, text)
})

t.test('no text takes much longer to read than an ordinary one of its length', async (t) => {
  const took = (piece: string) => Math.min(...Array.from({ length: 2 }, () => {
    const text = piece.repeat(Math.ceil(24_000 / piece.length))
    const from = performance.now()
    numbersInProblem(text)
    return performance.now() - from
  }))
  const plain = took('For 2 of the first 10 leavers selected, access was removed 3 days late. ')
  for (const piece of ['1, and ', 'Z-', 'A (', 'a.', '0', '1,1', 'may 1 ', 'E-0', ' ']) {
    const hostile = took(piece)
    t.ok(hostile < 20 * plain, `${JSON.stringify(piece)} takes ${(hostile / plain).toFixed(1)} times as long`)
  }
})

function one(input: ReturnType<typeof randomInput>, number: string, line: LineInput): ReadLine {
  const control = { number, ownerTitle: '', wording, wordingVersion: 1, wordingConfirmed: true, criteria: ['CC6.1'], testLines: [{ ...line, sequence: 1, retestOf: null }] }
  return assemble({ ...input, controls: [control] }).controls[0]!.testLines[0]!
}

t.test('each way to disagree is named', async (t) => {
  const base = lineWith('deviation')
  t.match(disagreementsOf({ ...base, exceptions: [] }), ['Cells deviate, but no exception is open'])
  t.match(disagreementsOf({ ...base, exceptions: base.exceptions.map((one) => ({ ...one, state: 'cleared' as const })) }), ['Cells deviate, but no exception is open'])
  t.match(disagreementsOf({ ...base, exceptions: base.exceptions.map((one) => ({ ...one, problem: ' ' })) }), [/does not say what was wrong/])
  t.match(disagreementsOf({ ...base, exceptions: base.exceptions.map((one) => ({ ...one, problem: '4 were late' })) }), [/types a count \(4\)/])
  t.match(disagreementsOf({ ...base, conclusion: 'effective' }), ['Concluded effective, but cells deviate'])
  const clean = lineWith('pass')
  t.match(disagreementsOf({ ...clean, exceptions: base.exceptions }), [/is open, but no cell deviates/])
  t.match(disagreementsOf({ ...clean, conclusion: 'effective_with_exceptions' }), ['Concluded with exceptions, but no cell deviates'])
  t.match(disagreementsOf({ ...clean, cells: [], conclusion: 'effective' }), ['Concluded, but results are pending'])
  t.match(disagreementsOf({ ...clean, attributes: [], cells: [], draw: null, conclusion: 'effective' }), ['Concluded, but nothing was tested'])
  t.match(disagreementsOf({ ...clean, draw: { ...clean.draw!, size: 99 } }), [/3 items in the grid, 99 in draw/])
})

function lineWith(result: 'pass' | 'deviation'): LineInput {
  const found = Array.from({ length: 50 }, (_, seed) => randomInput(seed + 1)).flatMap(({ controls }) => controls).flatMap(({ testLines }) => testLines)
    .find(({ exceptions, draw }) => draw && exceptions.length > 0)!
  const items = ['a', 'b', 'c'].map((key) => ({ key, further: false }))
  return {
    ...found, items, attributes: [attribute('A')], draw: { ...found.draw!, size: 3 },
    cells: items.map(({ key }) => ({ item: key, attribute: 'A', result })), exceptions: result === 'deviation' ? found.exceptions : [],
  }
}

function disagreementsOf(line: LineInput): string[] {
  const input = randomInput(1)
  const control = { number: 'AC-01', ownerTitle: '', wording: '', wordingVersion: 1, wordingConfirmed: true, criteria: ['CC6.1'], testLines: [{ ...line, sequence: 1 }] }
  return assemble({ ...input, controls: [control] }).controls[0]!.testLines[0]!.disagreements
}
