import type { LineInput } from '../../server/matrix/assemble.ts'

type Tally = { n: number, d: number, pending: number, tested: number, byAttribute: Map<string, [deviations: number, applicable: number]> }

/** Counts a line from its input again, item by item, without the code under test. */
export function tally({ items, attributes, cells }: LineInput, only: (item: LineInput['items'][number]) => boolean = () => true): Tally {
  const result = (item: string, letter: string) => cells.find((cell) => cell.item === item && cell.attribute === letter)?.result ?? 'pending'
  const some = items.filter(only)
  const having = (wanted: string) => some.filter(({ key }) => attributes.some(({ letter }) => result(key, letter) === wanted)).length
  return {
    n: some.length, d: having('deviation'), pending: having('pending'), tested: some.length - having('pending'),
    byAttribute: new Map(attributes.map(({ letter }) => {
      const all = some.map(({ key }) => result(key, letter))
      return [letter, [all.filter((one) => one === 'deviation').length, all.filter((one) => one === 'deviation' || one === 'pass').length]]
    })),
  }
}

/** The numbers that the results of a line must show, in order, without its rates by attribute and its dates. */
export function expectedNumbers(line: LineInput): number[] {
  if (line.noOccurrence) return []
  const whole = tally(line)
  const numbers: number[] = []
  // Of a setting, a walkthrough or a moment watched there is one, and of a setting the days are told.
  const uncounted = line.kind !== 'sample' && (whole.n === 1 || line.kind === 'configuration' && line.exceptions.some(({ span }) => span))
  if (whole.d > 0 && !uncounted) {
    const several = [...whole.byAttribute].filter(([, [deviations]]) => deviations > 0)
    const [first, further] = [tally(line, (item) => !item.further), tally(line, (item) => item.further)]
    if (several.length > 1 && several.every(([letter]) => line.attributes.some((one) => one.letter === letter && one.problem !== '')) && line.exceptions.every(({ state, late }) => state === 'cleared' || !late)) {
      const meanings = several.flatMap(([, [deviations, applicable]]) => applicable === whole.n ? [deviations] : [deviations, applicable])
      numbers.push(...further.n === 0 ? [whole.n, ...meanings, whole.d] : [first.n, further.n, ...meanings, whole.d, first.d, further.d])
    } else if (further.n === 0) numbers.push(...line.draw?.method === 'all' && whole.pending === 0 ? [whole.n, whole.d] : [whole.d, whole.n])
    else if (first.d === 0) numbers.push(first.n, further.d, further.n)
    else numbers.push(first.d, first.n, further.n, ...further.d > 0 ? [further.d] : [])
  }
  if (whole.pending > 0) numbers.push(whole.pending, whole.n)
  return numbers
}

/** The numbers of a printed result, without its dates and its rates by attribute. */
export function numbersIn(text: string): number[] {
  const bare = text.replaceAll(/ By attribute: [^.]*\./g, '').replaceAll(/[A-Z][a-z]+ \d{1,2}, \d{4}/g, '').replaceAll(/\bE-\d+/g, '').replaceAll(/\b[A-Z]+-\d+\.T\d+:?/g, '')
  return (bare.match(/\d[\d,]*/g) ?? []).map((one) => Number(one.replaceAll(',', '')))
}

/** The rates by attribute of a printed result: letter, deviations, applicable. */
export function ratesIn(text: string): [string, number, number][] {
  return [...text.matchAll(/ By attribute: ([^.]*)\./g)].flatMap(([, rates]) => rates!.split(', '))
    .map((one) => /^([A-Z])(?: \([^)]*\))? ([\d,]+) of ([\d,]+)$/.exec(one)!).map(([, letter, d, n]) => [letter!, Number(d), Number(n)])
}
