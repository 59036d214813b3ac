const units = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen']
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

/** What 'seven' and 'forty' are worth. */
export const numerals: ReadonlyMap<string, number> = new Map([...units.map((word, value) => [word, value] as const), ...tens.map((word, place) => [word, 20 + 10 * place] as const)])
export const ones: ReadonlySet<string> = new Set(units.slice(1, 10))
export const tensWords: ReadonlySet<string> = new Set(tens)

/** Words of an amount that no count of the cells can be held against: fractions, larger numbers, ranks and vague amounts. */
export const amounts: ReadonlySet<string> = new Set([
  'hundred', 'hundreds', 'thousand', 'thousands', 'million', 'millions', 'dozen', 'dozens', 'score', 'half', 'halves', 'thirds', 'quarters', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth',
  ...units.slice(13).map((word) => `${word}th`), ...tens.map((word) => `${word.slice(0, -1)}ieth`), ...['third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'twentieth', 'hundredth'].map((word) => `${word}s`),
  'once', 'twice', 'thrice', 'double', 'triple', 'couple', 'handful', 'most', 'mostly', 'majority', 'minority', 'several', 'few', 'fewer', 'many', 'numerous', 'multiple', 'various', 'nearly', 'almost', 'approximately', 'roughly', 'percentage', 'naught', 'nought',
])
export const noneWords: ReadonlySet<string> = new Set(['none', 'nobody', 'nil', 'neither', 'nothing', 'never'])
export const allWords: ReadonlySet<string> = new Set(['all', 'every', 'everyone', 'everybody', 'each', 'both', 'entire', 'entirely', 'always', 'throughout'])
/** Words that turn or blur the number they stand before. */
export const turningWords: ReadonlySet<string> = new Set(['not', 'no', 'minus', 'plus', 'than', 'least', 'about', 'around', 'over', 'under', 'above', 'below', 'except', 'excluding', 'circa', 'times', 'nor', 'without', 'nearly', 'almost', 'approximately', 'roughly', 'beyond', 'exceeding'])
/** Units in which a length of time is said: no item is counted in them. */
export const timeUnits: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'])
export const measures: ReadonlySet<string> = new Set([...timeUnits, 'character', 'bit', 'kb', 'mb', 'gb', 'tb'])

/** The numeral two neighbours make when the gap between them is taken away, such as 'twen' and 'ty'. */
export function splitNumeral(one: string, other: string): string | null {
  const whole = one + other
  return (numerals.has(whole) || amounts.has(whole) || noneWords.has(whole) || whole === 'every') && !numerals.has(one) && !amounts.has(one) ? whole : null
}
