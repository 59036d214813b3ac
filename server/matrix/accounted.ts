import type { Count } from '../testing/counts.ts'
import { figuresIn, type SaidNumber, type SaidPair } from './figures.ts'
import type { LineFacts, ReadEngagement, Sentence } from './reading.ts'

/** What an edited text is held against: the line, its days, the sentences that would stand there, and the texts it may quote. */
export type Ground = { line: LineFacts, days: readonly string[], made: readonly Sentence[], quotes: readonly string[] }

/** Everything a text about this line may rest on; `wording` is the control's. */
export function groundOf(line: LineFacts, engagement: Pick<ReadEngagement, 'from' | 'to'>, wording: string, made: readonly Sentence[]): Ground {
  const { span, interim, exceptions, procedures, attributes, noOccurrence, population, title } = line
  const live = exceptions.filter(({ state }) => state !== 'cleared')
  return {
    line, made,
    days: [engagement.from, engagement.to, span?.from, span?.to, interim?.on, ...live.flatMap((one) => [one.span?.from, one.span?.to])].filter((day) => typeof day === 'string'),
    quotes: [
      wording, title, population?.name ?? '', noOccurrence?.event ?? '', noOccurrence?.procedure ?? '', interim?.covered ?? '',
      ...procedures.map(({ text }) => text), ...attributes.flatMap(({ question, clause, problem }) => [question, clause, problem]), ...live.map(({ problem }) => problem),
    ],
  }
}

/** What an edited text of tests performed says that the line does not: a number, a date or a share, in words. */
export function unaccounted(text: string, { line, days, made, quotes }: Ground): string[] {
  const said = figuresIn(text)
  const quoted = quotes.map(figuresIn)
  const found: string[] = []
  for (const { text: words, day } of said.days) {
    const known = days.some((one) => one.startsWith(day) || (day.startsWith('--') && one.endsWith(day.slice(1)))) || quoted.some((quote) => quote.days.some((one) => one.day === day))
    if (!known) found.push(`“${words}” is no date of this test`)
  }
  const counted = new Set([...made.flatMap(({ ties }) => ties.map(({ value }) => value)), ...countsOf(line)])
  for (const number of said.numbers) {
    const isQuoted = quoted.some((quote) => quote.numbers.some((one) => one.value === number.value && one.percent === number.percent && one.unit === number.unit))
    if (!isQuoted && !(number.percent ? isRate(number, line) : counted.has(number.value))) found.push(`“${number.text}” is no count of this test`)
  }
  for (const pair of said.pairs) {
    const isQuoted = quoted.some((quote) => quote.pairs.some((one) => one.part === pair.part && one.whole === pair.whole))
    if (!isQuoted && !isShare(pair, line)) found.push(`“${pair.text}” is no share of this test`)
  }
  for (const number of said.exceptions) if (!line.exceptions.some((one) => one.number === number && one.state !== 'cleared')) found.push(`${number} is no exception of this test`)
  return found
}

/** The same for results of tests, which must also say what the cells do: n and d where items deviate, and whether there was an exception at all. */
export function unsettled(text: string, ground: Ground): string[] {
  const { line: { counts, noOccurrence }, made } = ground
  const found = unaccounted(text, ground)
  if (noOccurrence ? !/^not tested\b/i.test(text) : counts.cells === 0) found.push(noOccurrence ? 'It does not begin with “Not tested”' : 'Nothing was tested yet')
  const denies = /\b(?:no (?:deviations?|exceptions?)(?: (?:was|were))? (?:noted|found|identified)|without exceptions?)\b/i.test(text)
  if (counts.deviatingItems > 0 && denies) found.push('It says that there was no exception, but items deviate')
  if (counts.deviatingItems === 0 && !denies && /\b(?:exceptions?|deviations?)(?: (?:was|were))? (?:noted|found|identified)\b/i.test(text)) found.push('It says that there was an exception, but no item deviates')
  // What is said of single attributes does not stand for n and d.
  const left = figuresIn(text.replaceAll(/\b([A-Z])(?: \([^)]*\))? [\d,]+ of [\d,]+/g, (all, letter) => (counts.perAttribute.some(({ attribute }) => attribute === letter) ? ' ; ' : all))).numbers.map(({ value }) => value)
  // Rates by attribute may be left out, but not the counts by which the result itself is told.
  const isRated = made.some(({ text: words }) => words.includes(' By attribute: '))
  for (const { value, what, opens } of made.flatMap(({ ties }) => ties)) {
    if (opens?.attribute && isRated) continue
    const place = left.indexOf(value)
    if (place >= 0) left.splice(place, 1)
    else found.push(`It does not say ${value.toLocaleString('en-US')} (${what})`)
  }
  return found
}

function countsOf({ counts, draw, population, latenesses }: LineFacts): number[] {
  const parts = [counts, ...counts.parts ? [counts.parts.first, counts.parts.further] : []]
  return [
    ...parts.flatMap((one) => [one.items, one.deviatingItems, one.pendingItems, one.items - one.pendingItems]),
    ...latenesses.filter((one) => one !== null), ...draw ? [draw.populationSize, draw.size] : [], ...population ? [population.size] : [],
    ...counts.perAttribute.flatMap(({ applicable, deviations, notApplicable }) => [applicable, deviations, notApplicable]),
  ]
}

function isShare({ letter, part, whole }: SaidPair, { counts, draw, population }: LineFacts): boolean {
  const attributes = counts.perAttribute.map(({ attribute, applicable, deviations }) => ({ attribute, part: deviations, whole: applicable }))
  const named = attributes.find(({ attribute }) => attribute === letter)
  if (named) return named.part === part && named.whole === whole
  const size = draw?.populationSize ?? population?.size
  const shares = [counts, ...counts.parts ? [counts.parts.first, counts.parts.further] : []].flatMap((one: Count) => [
    [one.deviatingItems, one.items], [one.pendingItems, one.items], [one.items - one.pendingItems, one.items], [one.items - one.deviatingItems, one.items], [one.items, size],
  ])
  return [...shares, ...attributes.map((one) => [one.part, one.whole])].some(([one, other]) => one === part && other === whole)
}

// A percentage agrees where rounding the rate of the items or of an attribute to its own places gives it.
function isRate({ text, value }: SaidNumber, { counts }: LineFacts): boolean {
  const places = /\.(\d+)/.exec(text)?.[1]?.length ?? 0
  const rates = [[counts.deviatingItems, counts.items], ...counts.perAttribute.map(({ deviations, applicable }) => [deviations, applicable])] as [number, number][]
  return rates.some(([part, whole]) => whole > 0 && Math.abs(100 * part / whole - value) <= 0.5 * 10 ** -places + 1e-9)
}
