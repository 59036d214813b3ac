/** A day, or as much of one as a text says: '2026-03-04', '2026-03', '2026', or '--03-04' without its year. */
export type SaidDay = { text: string, day: string }

const monthNames = 'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const firstLetters = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const year = '(?:19|20)\\d{2}'
// Behind a year stands no thing that could be counted: 'in 2025 leavers' is a count.
const closed = '(?=\\s*(?:$|[.;:,!?)–-])| (?:and|or|to|through|until|but|was|were|is|had)\\b)'
const dayForms: readonly [RegExp, (...parts: string[]) => string][] = [
  [/(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])/g, (y, m, d) => `${y}-${m}-${d}`],
  [new RegExp(`\\b(${monthNames})\\.? (\\d{1,2})(?:st|nd|rd|th)?(?![\\d,.]?\\d)(?:,? (${year})\\b)?`, 'gi'), (m, d, y) => `${y ?? '-'}-${monthOf(m)}-${d.padStart(2, '0')}`],
  [new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)? (?:of )?(${monthNames})\\b\\.?(?:,? (${year})\\b)?`, 'gi'), (d, m, y) => `${y ?? '-'}-${monthOf(m)}-${d.padStart(2, '0')}`],
  [new RegExp(`\\b(${monthNames})\\.?,? (${year})\\b`, 'gi'), (m, y) => `${y}-${monthOf(m)}`],
  [/(?<![\w./])(\d{1,4}[/.]\d{1,2}[/.]\d{1,4})(?![\w/])/g, (text) => text],
  [new RegExp(`\\b(?:in|of|since|during|for|year|quarter) (${year})\\b${closed}`, 'gi'), (y) => y],
]

/** Every date of a text, and the text without them; a year alone is a date only where nothing follows that it could count. */
export function daysIn(text: string): { days: SaidDay[], rest: string } {
  const days: SaidDay[] = []
  let rest = text
  for (const [form, write] of dayForms) {
    rest = rest.replace(form, (all, ...parts: string[]) => {
      days.push({ text: all, day: write(...parts) })
      return ' ; '
    })
  }
  return { days, rest }
}

function monthOf(name: string): string {
  return String(firstLetters.indexOf(name.slice(0, 3).toLowerCase()) + 1).padStart(2, '0')
}
