import type { CellInput, ControlInput, LineInput, MatrixInput } from '../../server/matrix/assemble.ts'
import type { ReadDraw, ReadException, ReadPopulation } from '../../server/matrix/reading.ts'

/** A repeatable source of numbers in [0, 1): mulberry32. */
export function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * An engagement with random lines: samples, extensions, replacements, whole populations, items of their own, spans, retests,
 * no occurrences, not-applicables, gaps in the grid.
 */
export function randomInput(seed: number, type: 1 | 2 = 2): MatrixInput {
  const next = chance(seed)
  const controls = Array.from({ length: 1 + upTo(next, 5) }, (_, place): ControlInput => ({
    number: `AC-${String(place + 1).padStart(2, '0')}`, ownerTitle: 'IT Operations Manager', wording: `Wording of the control named ${letters(next)}.`,
    wordingVersion: 1, wordingConfirmed: true, criteria: pick(next, ['CC6.1', 'CC6.2', 'CC8.1', 'A1.2'], 1 + upTo(next, 3)),
    testLines: Array.from({ length: upTo(next, 4) }, (_, line) => randomLine(next, line + 1, place * 10 + line + 1)),
  }))
  return {
    stamp: { version: 3, generatedAt: '2026-11-20T19:31:00Z', exporter: 'Priya Natarajan' }, draft: next() < 0.5,
    engagement: {
      client: 'PaySmart Global, Inc.', system: 'Payments Platform', firm: 'Harlow & Pine CPAs LLP', type, zone: 'America/New_York',
      ...(type === 1 ? { from: null, to: null, asOf: '2026-09-30' } : { from: '2025-10-01', to: '2026-09-30', asOf: null }),
      categories: ['availability', 'security'],
    },
    layout: { arrangement: next() < 0.3 ? 'control' : 'criterion', responses: next() < 0.3 ? 'section_v' : 'beside' },
    controls, legend: [{ symbol: '✓', meaning: 'Agreed without exception' }],
  }
}

/** An exception in its plainest form. */
export function noted(number: string, change: Partial<ReadException> = {}): ReadException {
  return { number, state: 'confirmed', problem: 'removal was not evidenced', late: null, span: null, cause: '', spread: null, evaluation: '', response: null, ...change }
}

/** A line with nothing on it yet. */
export function plainLine(change: Partial<LineInput> = {}): LineInput {
  return {
    sequence: 1, title: '', kind: 'sample', wordingVersion: 1, itemNoun: 'leavers', span: null, retestOf: null, interim: null, procedures: [{ nature: 'inspection', text: 'the record' }],
    attributes: [attribute('A')], population: null, draw: null, noOccurrence: null, items: [], cells: [], exceptions: [], notes: [], conclusion: null, prepared: null, reviewed: null, significant: false, partner: null, ...change,
  }
}

export function attribute(letter: string, question = 'Was it done?', clause = '', problem = '') {
  return { letter, question, expected: '', clause, problem }
}

export function population(size: number): ReadPopulation {
  return { number: 'POP-02', name: 'Leavers', size, source: 'PeopleDesk', query: 'select * from leavers', declared: size, rows: size, sha256: 'ab'.repeat(32) }
}

export function drawing(number: string, size: number, populationSize: number, change: Partial<ReadDraw> = {}): ReadDraw {
  return {
    number, method: 'random', algorithm: 'sha256-rank-v1', seed: 'ab'.repeat(16), size, populationSize, keysSha256: 'cd'.repeat(32), fileSha256: 'ab'.repeat(32),
    reason: '', strata: [], steps: [], ...change,
  }
}

function randomLine(next: () => number, sequence: number, number: number): LineInput {
  const attributes = ['A', 'B', 'C', 'D'].slice(0, 1 + upTo(next, 4)).map((letter) => attribute(letter, `Is ${letters(next)} shown?`, next() < 0.3 ? `approval of ${letters(next)}` : '', next() < 0.7 ? `${letters(next)} was not evidenced` : ''))
  const noOccurrence = next() < 0.1 ? { event: 'disposal of devices', procedure: 'inspection of the asset system query' } : null
  const kind = noOccurrence || next() < 0.8 ? 'sample' : pick(next, ['configuration', 'walkthrough', 'observation'] as const, 1)[0]!
  const size = kind === 'sample' ? 1 + upTo(next, 30) : 1 + upTo(next, 3)
  const split = kind === 'sample' && next() < 0.3 ? 1 + upTo(next, size) : size
  const items = noOccurrence ? [] : Array.from({ length: size }, (_, place) => ({ key: `K-${place}`, further: place >= split }))
  const rate = next() < 0.4 ? 0 : next() * 0.4
  const gap = next() < 0.2 ? 0.1 : 0
  const cells = items.flatMap(({ key }) => attributes.map(({ letter }): CellInput | null => {
    const draw = next()
    if (draw < rate) return { item: key, attribute: letter, result: 'deviation', note: 'missing' }
    if (draw < rate + 0.1) return { item: key, attribute: letter, result: 'not_applicable', note: 'none due' }
    if (draw > 1 - gap) return next() < 0.5 ? null : { item: key, attribute: letter, result: 'pending' }
    return { item: key, attribute: letter, result: 'pass', citations: [{ text: 'record.png v2, top', sha256: 'ef'.repeat(32), file: 'f' }] }
  })).filter((cell) => cell !== null).sort(() => next() - 0.5)
  const deviates = cells.some(({ result }) => result === 'deviation')
  const whole = kind === 'sample' && split === size && next() < 0.2
  const populationSize = whole ? size : size + upTo(next, 2000)
  const spans = [null, null, { from: '2025-10-01', to: '2026-03-31' }, { from: '2026-04-01', to: '2026-09-30' }, { from: '2026-01-01', to: '2026-06-30' }]
  const replaced = kind === 'sample' && next() < 0.2 ? [{ kind: 'replacement' as const, size: 1, ground: 'void', reason: 'Cancelled' }] : []
  return plainLine({
    sequence, kind, attributes, items, cells, noOccurrence, span: spans[upTo(next, spans.length)]!, retestOf: sequence > 1 && next() < 0.3 ? sequence - 1 : null,
    interim: next() < 0.1 ? { on: '2026-06-30', covered: 'inquiry and inspection of the change log showed no change' } : null,
    procedures: [{ nature: 'inquiry', text: 'the IT Operations Manager' }, { nature: 'inspection', text: next() < 0.5 ? 'the removal record of {sample}' : 'the removal record' }],
    ...kind === 'sample' ? {
      population: population(noOccurrence ? 0 : populationSize),
      draw: noOccurrence ? null : drawing(`D-${number}`, split, populationSize, { method: whole ? 'all' : 'random', steps: [...size > split ? [{ kind: 'extension' as const, size: size - split, ground: 'deviation', reason: 'Looks isolated' }] : [], ...replaced] }),
    } : {},
    exceptions: deviates ? [noted(`E-${String(number).padStart(2, '0')}`, { span: next() < 0.3 ? { from: '2026-01-02', to: '2026-03-04' } : null })] : [],
  })
}

function upTo(next: () => number, limit: number): number {
  return Math.floor(next() * limit)
}

function letters(next: () => number): string {
  return Array.from({ length: 5 }, () => String.fromCharCode(97 + upTo(next, 26))).join('')
}

function pick<T>(next: () => number, from: readonly T[], size: number): T[] {
  return [...from].sort(() => next() - 0.5).slice(0, size)
}
