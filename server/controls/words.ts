import type { ControlTable, Frequency } from '../database/schema/controls.ts'
import { frequencyWords, natureWords, riskWords, typeWords } from './rules.ts'

/** What a list of someone else's calls the four closed words of a control; each with the patterns by which its words are known. */
type Patterns<T extends string> = readonly (readonly [T, RegExp])[]

const frequencies: Patterns<Frequency> = [
  ['semiannual', /semi-?\s?annual|bi-?\s?annual|half-?\s?year|twice (?:a|per|each|every) year|every (?:6|six) months|2 ?x? ?(?:per|a) (?:year|annum)|every 180 days/],
  ['semimonthly', /semi-?\s?month|twice (?:a|per|each|every) month|bi-?\s?weekly|fortnight|every (?:2|two|other) weeks?/],
  ['quarterly', /quarter|every (?:3|three) months|every 90 days|4 ?x? ?(?:per|a) year/],
  ['multiple_daily', /(?:multiple|many|several) (?:times )?(?:a|per|each|daily)|more than (?:once )?(?:a |per )?dai?ly?|hourly|every (?:hour|\d+ (?:minutes|hours))|per minute|multiple daily|twice (?:a|per) day/],
  ['monthly', /month|every 30 days|12 ?x? ?(?:per|a) year/],
  ['weekly', /week|every 7 days/],
  ['daily', /daily|every (?:business |working )?day|each (?:business |working )?day|nightly|per day|overnight/],
  ['annual', /annual|year|per annum|12 months|every 365 days/],
  ['continuous', /continu|on-?\s?going|real-?\s?time|always|constant|perpetual|24 ?[x/] ?7|automatic/],
  ['event_driven', /ad-?\s?hoc|as[- ]needed|as[- ]required|as necessary|occurrence|event|upon|on demand|per (?:hire|change|incident|request|transaction|instance|new)|at hire|on hire|hire|on-?boarding|off-?boarding|termination|when|each (?:change|hire|incident|request|time|new)|every (?:change|hire|incident|time|new)|transaction|recurring|irregular|periodic need|incident|on change|as changes|new vendor|triggered/],
]
const types: Patterns<ControlTable['type']> = [['preventive', /prevent|^p$/], ['detective', /detect|monitor|^d$/], ['corrective', /correct|respons|recover|^c$/]]
const natures: Patterns<ControlTable['nature']> = [
  ['it_dependent_manual', /it[- ]?depend|hybrid|semi-?\s?auto|partial|^(?=[^]*manual)(?=[^]*auto)|it-?dm|both|mixed/],
  ['automated', /auto|system|technical|^a$|configur|application|^yes$/],
  ['manual', /manual|people|process|administrat|procedur|physical|^m$|^no$/],
]
const risks: Patterns<'low' | 'moderate' | 'high'> = [['high', /high|critical|severe|significant|^h$|^key$/], ['moderate', /moder|medium|^m$|normal|average/], ['low', /low|minor|^l$|non-?key/]]
const open = /^(?:|-|–|—|n\/?a|none|tbd|tba|unknown|not applicable|\?|to be determined|not specified)$/

// More than this is no word of a closed list, and nobody waits for a page of it to be searched.
const mostWords = 500

export const closedWords = {
  frequency: { words: frequencyWords as Readonly<Record<string, string>>, read: (cell: string) => readFrequencies(cell) as readonly string[] | null },
  type: { words: typeWords as Readonly<Record<string, string>>, read: (cell: string) => readOne(cell, types) },
  nature: { words: natureWords as Readonly<Record<string, string>>, read: (cell: string) => readOne(cell, natures) },
  risk: { words: riskWords as Readonly<Record<string, string>>, read: (cell: string) => readOne(cell, risks) },
} as const

export type ClosedField = keyof typeof closedWords

/**
 * The frequencies that a cell of someone else's list means ('Upon hire and annually' is two), in our order; empty where it
 * leaves them open, null where nothing in it is understood.
 */
export function readFrequencies(cell: string): Frequency[] | null {
  const text = plain(cell)
  if (text.length > mostWords) return null
  if (open.test(text)) return []
  const own = exactWords(text, frequencyWords)
  const found = own ?? text.split(/[,;/&+\n|]|\band\b|\bor\b|\bthen\b/).flatMap((part) => frequencies.find(([, pattern]) => pattern.test(part.trim()))?.[0] ?? [])
  const meant = new Set(found)
  return meant.size === 0 ? null : (Object.keys(frequencyWords) as Frequency[]).filter((one) => meant.has(one))
}

function readOne<T extends string>(cell: string, patterns: Patterns<T>): readonly T[] | null {
  const text = plain(cell)
  if (text.length > mostWords) return null
  if (open.test(text)) return []
  const found = patterns.find(([key, pattern]) => key.replaceAll('_', ' ') === text || pattern.test(text))
  return found ? [found[0]] : null
}

/** What the cell says in the very words of this portal, as an export writes them. */
function exactWords(text: string, words: Readonly<Record<Frequency, string>>): Frequency[] | null {
  const found = text.split(/\s*,\s*/).map((part) => (Object.keys(words) as Frequency[]).find((key) => words[key].toLowerCase() === part || key === part))
  return found.includes(undefined) ? null : found as Frequency[]
}

function plain(cell: string): string {
  return cell.normalize('NFKC').toLowerCase().replaceAll(/[‐-―]/g, '-').replaceAll(/\s+/g, (gap) => (gap.includes('\n') ? '\n' : ' ')).trim().replace(/\.$/, '')
}
