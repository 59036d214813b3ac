/** A day, or as much of one as a text says: '2026-03-04', '2026-03', '2026', or '--03-04' without its year. */
export type SaidDay = { text: string, day: string }
/** A number and the word behind it, in the singular: '30-day limit' and '30 days' are both 30 'day'. */
export type SaidNumber = { text: string, value: number, percent: boolean, unit: string }
/** 'A 1 of 5', '2 of the first 10'. */
export type SaidPair = { text: string, letter: string | null, part: number, whole: number }

export type Figures = { days: SaidDay[], numbers: SaidNumber[], pairs: SaidPair[], exceptions: string[] }

const monthNames = 'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const firstLetters = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const year = '(?:19|20)\\d{2}'
const dayForms: readonly [RegExp, (...parts: string[]) => string][] = [
  [/\b(\d{4})-(\d{2})-(\d{2})\b/g, (y, m, d) => `${y}-${m}-${d}`],
  [new RegExp(`\\b(${monthNames})\\.? (\\d{1,2})(?:st|nd|rd|th)?(?!\\d)(?:,? (${year})\\b)?`, 'gi'), (m, d, y) => `${y ?? '-'}-${monthOf(m)}-${d.padStart(2, '0')}`],
  [new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)? (?:of )?(${monthNames})\\b\\.?(?:,? (${year})\\b)?`, 'gi'), (d, m, y) => `${y ?? '-'}-${monthOf(m)}-${d.padStart(2, '0')}`],
  [new RegExp(`\\b(${monthNames})\\.?,? (${year})\\b`, 'gi'), (m, y) => `${y}-${monthOf(m)}`],
  [/\b(\d{1,2}[/.]\d{1,2}[/.]\d{2,4})\b/g, (text) => text],
  [new RegExp(`\\b(?:in|of|since|during|for|year|quarter) (${year})\\b`, 'gi'), (y) => y],
]
const words: Readonly<Record<string, number>> = {
  zero: 0, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15,
  sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90,
}
const tens = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety'
const compound = new RegExp(`\\b(${tens})[- ](one|two|three|four|five|six|seven|eight|nine)\\b`, 'gi')
const spelled = new RegExp(`\\b(${Object.keys(words).join('|')})\\b`, 'gi')

/** Every date, number, 'd of n' and exception number that a text says, digits and words alike. A letter before a number, as in TLS 1.2 or OPS-4471, makes it a name. */
export function figuresIn(text: string): Figures {
  const days: SaidDay[] = []
  let rest = text.normalize('NFKC')
  for (const [form, write] of dayForms) {
    rest = rest.replace(form, (all, ...parts: string[]) => {
      days.push({ text: all, day: write(...parts) })
      return ' ; '
    })
  }
  const exceptions = [...rest.matchAll(/\bE-0*(\d+)\b/g)].map(([all]) => all)
  rest = rest.replace(/\b(?=[\w.-]*\d)[A-Za-z]+[-.]?\d[\w.-]*\b/g, ' ; ').replace(/\b(?:TLS|SSL|SHA|version|v|step|section|clause)[ -]\d[\d.]*\b/gi, ' ; ')
  const digits = rest
    .replace(compound, (_all, ten: string, one: string) => String(words[ten.toLowerCase()]! + (one.toLowerCase() === 'one' ? 1 : words[one.toLowerCase()]!)))
    .replace(/\b(one|both)(?= (?:out )?of\b)/gi, (all) => (all.toLowerCase() === 'one' ? '1' : '2'))
    .replace(/\b(\d{1,3}(?:,\d{3})+)\b/g, (all) => all.replaceAll(',', ''))
    .replace(spelled, (all) => String(words[all.toLowerCase()]))
  return { days, numbers: numbersIn(digits), pairs: pairsIn(digits), exceptions }
}

function numbersIn(text: string): SaidNumber[] {
  return [...text.matchAll(/(\d+(?:\.\d+)?)( ?%| percent\b)?(?:[ -]([A-Za-z]+))?/g)].map(([, value, percent, unit]) => ({
    text: `${value}${percent ?? ''}`, value: Number(value), percent: percent !== undefined, unit: (unit ?? '').toLowerCase().replace(/s$/, ''),
  }))
}

function pairsIn(text: string): SaidPair[] {
  return [...text.matchAll(/(?:\b([A-Z])(?: \([^)]*\))?:? )?(\d+) (?:out )?of (?:the |a |these |those )?(?:first |further |other |remaining )?(\d+)\b/g)]
    .map(([all, letter, part, whole]) => ({ text: all, letter: letter ?? null, part: Number(part), whole: Number(whole) }))
}

function monthOf(name: string): string {
  return String(firstLetters.indexOf(name.slice(0, 3).toLowerCase()) + 1).padStart(2, '0')
}
