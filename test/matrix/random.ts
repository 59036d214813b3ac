import type { CellInput, ControlInput, LineInput, MatrixInput } from '../../server/matrix/assemble.ts'

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

/** An engagement with random lines: samples, extensions, whole populations, no occurrences, not-applicables, gaps in the grid. */
export function randomInput(seed: number, type: 1 | 2 = 2): MatrixInput {
  const next = chance(seed)
  const controls = Array.from({ length: 1 + upTo(next, 5) }, (_, place): ControlInput => ({
    number: `AC-${String(place + 1).padStart(2, '0')}`, ownerTitle: 'IT Operations Manager', wording: `Wording of the control named ${letters(next)}.`,
    wordingVersion: 1, wordingConfirmed: true, criteria: pick(next, ['CC6.1', 'CC6.2', 'CC8.1', 'A1.2'], 1 + upTo(next, 3)),
    testLines: Array.from({ length: upTo(next, 3) }, (_, line) => randomLine(next, line + 1, place * 10 + line + 1)),
  }))
  return {
    stamp: { version: 3, generatedAt: '2026-11-20T19:31:00Z', exporter: 'Priya Natarajan' }, draft: next() < 0.5,
    engagement: {
      client: 'PaySmart Global, Inc.', system: 'Payments Platform', firm: 'Harlow & Pine CPAs LLP', type, zone: 'America/New_York',
      ...(type === 1 ? { from: null, to: null, asOf: '2026-09-30' } : { from: '2025-10-01', to: '2026-09-30', asOf: null }),
      categories: ['availability', 'security'],
    },
    controls, legend: [{ symbol: '✓', meaning: 'Agreed without exception' }],
  }
}

function randomLine(next: () => number, sequence: number, number: number): LineInput {
  const attributes = ['A', 'B', 'C', 'D'].slice(0, 1 + upTo(next, 4)).map((letter) => ({ letter, question: `Is ${letters(next)} shown?`, expected: '' }))
  const noOccurrence = next() < 0.1 ? { event: 'disposal of devices', procedure: 'inspection of the asset system query' } : null
  const size = 1 + upTo(next, 30)
  const split = next() < 0.3 ? 1 + upTo(next, size) : size
  const items = noOccurrence ? [] : Array.from({ length: size }, (_, place) => ({ key: `K-${place}`, further: place >= split }))
  const rate = next() < 0.4 ? 0 : next() * 0.4
  const cells = items.flatMap(({ key }) => attributes.map(({ letter }): CellInput | null => {
    const draw = next()
    if (draw < rate) return { item: key, attribute: letter, result: 'deviation', note: 'missing' }
    if (draw < rate + 0.1) return { item: key, attribute: letter, result: 'not_applicable', note: 'none due' }
    if (draw > 0.999) return null
    return { item: key, attribute: letter, result: 'pass', citations: ['record.png v2, top'] }
  })).filter((cell) => cell !== null).sort(() => next() - 0.5)
  const deviates = cells.some(({ result }) => result === 'deviation')
  const whole = split === size && next() < 0.2
  const populationSize = whole ? size : size + upTo(next, 2000)
  return {
    sequence, title: '', wordingVersion: 1, itemNoun: 'leavers', attributes, items, cells, noOccurrence, conclusion: null, prepared: null, reviewed: null,
    procedures: [{ nature: 'inquiry', text: 'the IT Operations Manager' }, { nature: 'inspection', text: next() < 0.5 ? 'the removal record of {sample}' : 'the removal record' }],
    population: { number: 'POP-02', name: 'Leavers', size: noOccurrence ? 0 : populationSize },
    draw: noOccurrence ? null : {
      number: `D-${number}`, method: whole ? 'all' : 'random', algorithm: 'sha256-rank-v1', seed: 'ab'.repeat(16), size: split, populationSize,
      keysSha256: 'cd'.repeat(32), reason: '',
    },
    exceptions: deviates
      ? [{ number: `E-${String(number).padStart(2, '0')}`, state: 'confirmed', problem: 'removal was not evidenced', late: null, span: null, cause: '', spread: null, evaluation: '', response: null }]
      : [],
  }
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
