import type { Count } from '../testing/counts.ts'
import { criterion } from '../controls/criteria.ts'
import { figuresIn, type Figures, type SaidNumber, type SaidPair } from './figures.ts'
import { allWords, noneWords, timeUnits } from './numerals.ts'
import type { LineFacts, ReadEngagement, Sentence } from './reading.ts'

const denial = /\b(?:no (?:deviations?|exceptions?)\b(?! (?:other|except|but|apart|aside|besides))|(?:without|free of|absence of)(?: any)? (?:deviations?|exceptions?)\b|(?:deviations?|exceptions?) (?:(?:was|were|is|are|has been|have been) )?(?:not|never) (?:been )?(?:noted|found|identified)\b|(?:not|never|hardly) (?:an? |any )?(?:deviations?|exceptions?)\b)/i
const affirmation = /\b(?:deviations?|exceptions?)(?: (?:was|were))? (?:noted|found|identified)\b/i

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
export function unaccounted(text: string, ground: Ground): string[] {
  return accountFor(figuresIn(text), ground)
}

/**
 * Everything in `said` that reads as an amount and is not the line's own. Whatever cannot be held against a count, from
 * 'half of' to a digit of another script, counts as foreign unless a text that may be quoted says the same.
 */
function accountFor(said: Figures, { line, days, made, quotes }: Ground): string[] {
  const quoted = [...quotes, ...made.map(({ text }) => text)].map(figuresIn)
  const found: string[] = []
  for (const { text: words, day } of said.days) {
    const known = days.some((one) => one.startsWith(day) || (day.startsWith('--') && one.endsWith(day.slice(1)))) || quoted.some((quote) => quote.days.some((one) => one.day === day))
    if (!known) found.push(`“${words}” is no date of this test`)
  }
  const counted = new Set([...made.flatMap(({ ties }) => ties.map(({ value }) => value)), line.counts.items])
  const wholes = new Set(said.pairs.flatMap(({ part, whole }) => [part, whole]))
  for (const number of said.numbers) {
    const isQuoted = quoted.some((quote) => quote.numbers.some((one) => one.value === number.value && one.percent === number.percent && one.unit === number.unit && (one.unit !== '' || one.before === number.before)))
    const isOwn = number.percent ? isRate(number, line) : timeUnits.has(number.unit) ? line.latenesses.includes(number.value) : counted.has(number.value) || wholes.has(number.value)
    if (!isQuoted && !isOwn) found.push(`“${number.text}” is no count of this test`)
  }
  for (const pair of said.pairs) {
    const isQuoted = quoted.some((quote) => quote.pairs.some((one) => one.letter === pair.letter && one.part === pair.part && one.whole === pair.whole))
    if (!isQuoted && !isShare(pair, line)) found.push(`“${pair.text}” is no share of this test`)
  }
  for (const name of said.names) if (!isName(name) && !quoted.some(({ names }) => names.includes(name))) found.push(`“${name}” could be read as a count`)
  for (const words of new Set(said.odd)) if (!quoted.some(({ odd }) => odd.includes(words))) found.push(`“${words}” cannot be held against the cells`)
  for (const words of new Set(said.claims)) if (!isClaimed(words, line) && !quoted.some(({ claims, words: theirs }) => claims.includes(words) || (words.endsWith(' of') && theirs.has(words.slice(0, -3))))) found.push(`“${words}” is not what the cells say`)
  for (const number of said.exceptions) if (!line.exceptions.some((one) => one.number === number && one.state !== 'cleared')) found.push(`${number} is no exception of this test`)
  return found
}

/** The same for results of tests, which must also say what the cells do: n and d where items deviate, and whether there was an exception at all. */
export function unsettled(text: string, ground: Ground): string[] {
  const { line: { counts, noOccurrence }, made } = ground
  const said = figuresIn(text)
  const found = accountFor(said, ground)
  if (noOccurrence ? !/^not tested\b/i.test(text) : counts.cells === 0) found.push(noOccurrence ? 'It does not begin with “Not tested”' : 'Nothing was tested yet')
  const plain = text.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').replaceAll(/\s/g, ' ')
  const denies = denial.test(plain)
  const affirms = affirmation.test(plain.replaceAll(new RegExp(denial, 'gi'), ' ; '))
  if (counts.deviatingItems > 0 && (denies || !affirms)) found.push(denies ? 'It says that there was no exception, but items deviate' : 'It does not say that an exception was noted, but items deviate')
  if (counts.deviatingItems === 0 && affirms && !denies) found.push('It says that there was an exception, but no item deviates')
  if (counts.deviatingItems === 0 && !denies && !noOccurrence && counts.cells > 0 && counts.pendingItems === 0) found.push('It does not say that no exception was noted')
  // What is said of single attributes does not stand for n and d.
  const left = said.numbers.map(({ value }) => value)
  for (const { letter, part, whole } of said.pairs) if (counts.perAttribute.some(({ attribute }) => attribute === letter)) for (const value of [part, whole]) left.splice(left.indexOf(value), 1)
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

// 'OPS-4471' and 'CC6.2' name a thing; 'n25' could be a count.
function isName(name: string): boolean {
  return criterion(name) !== undefined || /^(?!(?:NO|ALL|ONLY|JUST|NOT|AND|PLUS|ABOUT)-)[A-Z]{1,10}-\d{1,9}(?:-\d{1,9})?$/.test(name) || /^TLS 1\.[0-3]$/.test(name)
}

// 'None' is so where a count is nought, 'all' where nothing deviates or everything was tested.
function isClaimed(word: string, { counts, wholePopulation }: LineFacts): boolean {
  const parts = [counts, ...counts.parts ? [counts.parts.first, counts.parts.further] : []]
  if (noneWords.has(word)) return parts.some(({ items, deviatingItems }) => items > 0 && deviatingItems === 0)
  if (allWords.has(word)) return counts.pendingItems === 0 && counts.items > 0 && (counts.deviatingItems === 0 || counts.deviatingItems === counts.items || wholePopulation)
  return ['sample', 'total', 'population', 'list', 'selection', 'set', 'out', 'rest', 'remainder', '%'].some((one) => word === `${one} of`)
}

function isShare({ letter, part, whole }: SaidPair, { counts, draw, population }: LineFacts): boolean {
  const attributes = counts.perAttribute.map(({ attribute, applicable, deviations }) => ({ attribute, part: deviations, whole: applicable }))
  const named = attributes.find(({ attribute }) => attribute === letter)
  if (named) return named.part === part && named.whole === whole
  const size = draw?.populationSize ?? population?.size
  const shares = [counts, ...counts.parts ? [counts.parts.first, counts.parts.further] : []].flatMap((one: Count) => [
    [one.deviatingItems, one.items], [one.items, size], ...one.pendingItems > 0 ? [[one.pendingItems, one.items], [one.items - one.pendingItems, one.items]] : [],
  ])
  return [...shares, ...attributes.map((one) => [one.part, one.whole])].some(([one, other]) => one === part && other === whole)
}

// A percentage agrees where rounding the rate of the items or of an attribute to its own places gives it.
function isRate({ text, value }: SaidNumber, { counts }: LineFacts): boolean {
  const places = /\.(\d+)/.exec(text)?.[1]?.length ?? 0
  const rates = [[counts.deviatingItems, counts.items], ...counts.perAttribute.map(({ deviations, applicable }) => [deviations, applicable])] as [number, number][]
  return rates.some(([part, whole]) => whole > 0 && Math.abs(100 * part / whole - value) <= 0.5 * 10 ** -places + 1e-9)
}
