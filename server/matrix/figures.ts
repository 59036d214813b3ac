import { daysIn, type SaidDay } from './said-days.ts'
import { allWords, amounts, measures, noneWords, numerals, ones, splitNumeral, tensWords, turningWords } from './numerals.ts'

/** A number with the word before and the unit behind it, in the singular: '30-day limit' and '30 days' are both 30 'day'. `text` is how it is written. */
export type SaidNumber = { text: string, value: number, percent: boolean, unit: string, before: string }
/** 'A 1 of 5', '2 of the first 10'. */
export type SaidPair = { text: string, letter: string | null, part: number, whole: number }

/** `odd` are stretches that read as an amount and cannot be held against a count; `claims` say none or all. */
export type Figures = { days: SaidDay[], numbers: SaidNumber[], pairs: SaidPair[], exceptions: string[], names: string[], odd: string[], claims: string[], words: ReadonlySet<string> }

type Token = { text: string, word: string, glued: boolean }

// Whatever is not letters, plain digits and the usual marks could be read as a number or hide one.
const unusual = /[^\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}\p{Script=Cyrillic}\p{Script=Greek}\p{M}0-9\s.,;:!?'"“”‘’()[\]{}/&%\-–—@#$€£+*=<>_§©®™°…•·|\\~^`]|[^0-9\P{N}]|[\p{Default_Ignorable_Code_Point}\p{Cf}\u2028\u2029零〇一二三四五六七八九十百千万億兩两]|\d\p{M}/gu
const tokenForm = /[\p{L}\p{N}_]+(?:(?:(?<=\p{N})[.,](?=\p{N})|['’](?=\p{L}))[\p{L}\p{N}_]+)*|[^\s\p{L}\p{N}_]/gu
const plainNumber = /^(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,4})$/
const decimal = /^\d{1,3}\.\d{1,4}$/
const protocol = /^(?:TLS|SSL|SOC|ISO|IEC|DSS|CVSS|IPv)$/
const sign = /^[+*×^=÷±~<>#$€£–—-]$/u
const fillers = new Set(['the', 'a', 'these', 'those', 'first', 'further', 'other', 'remaining'])

/**
 * Every date, number, 'd of n', name with a number and word of an amount that a text says, digits and words alike. One
 * walk over its words, so that a text twice as long takes twice the time.
 */
export function figuresIn(text: string): Figures {
  const odd = [...new Set(text.match(unusual) ?? [])].map((character) => `${/[\p{L}\p{S}\p{N}]/u.test(character) ? character : ''} (U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')})`.trim())
  const folded = text.normalize('NFKC').normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[‐‑‒−]/gu, '-')
  const { days, rest } = daysIn(folded)
  const said: Figures = { days, numbers: [], pairs: [], exceptions: [], names: [], odd, claims: [], words: new Set() }
  const tokens = tokensOf(rest)
  const words = new Set(tokens.map(({ word }) => word))
  const numbers: (SaidNumber | null)[] = tokens.map(() => null)
  for (let at = 0; at < tokens.length;) at += readToken(tokens, at, said, numbers)
  for (let at = tokens.length - 1; at >= 0; at--) giveUnit(tokens, at, numbers)
  tokens.forEach((_token, at) => readTurned(tokens, at, said, numbers))
  tokens.forEach((_token, at) => readPair(tokens, at, said, numbers))
  return { ...said, numbers: numbers.filter((one) => one !== null), words }
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(tokenForm)].map(({ 0: found, index }) => ({ text: found, word: found.toLowerCase(), glued: index > 0 && !/\s/.test(text[index - 1]!) }))
}

/** Reads what begins at a word and returns how many words that took. */
function readToken(tokens: readonly Token[], at: number, said: Figures, numbers: (SaidNumber | null)[]): number {
  const { text, word } = tokens[at]!
  const next = tokens[at + 1]
  const add = (value: number, taken: number, wrong = false): number => {
    const all = tokens.slice(at, at + taken).map((one) => one.text).join(' ')
    numbers[at + taken - 1] = { text: all, value, percent: false, unit: '', before: tokens[at - 1]?.word ?? '' }
    if (wrong) said.odd.push(all)
    return taken
  }
  if (/^\d/.test(text)) {
    if (plainNumber.test(text) && !/^0\d/.test(text)) return add(Number(text.replaceAll(',', '')), 1)
    if (decimal.test(text)) return add(Number(text), 1, Number.isInteger(Number(text)))
    return add(Number.NaN, 1, true)
  }
  if (/\d/.test(text) || (next?.glued && next.text === '-' && /^\d/.test(tokens[at + 2]?.text ?? '') && tokens[at + 2]!.glued)) return readName(tokens, at, said)
  if (protocol.test(text) && next && decimal.test(next.text)) return said.names.push(`${text} ${next.text}`), 2
  if (tensWords.has(word)) {
    const one = next?.text === '-' ? tokens[at + 2] : next
    return one && ones.has(one.word) ? add(numerals.get(word)! + numerals.get(one.word)!, next === one ? 2 : 3) : add(numerals.get(word)!, 1)
  }
  if (numerals.has(word)) return add(numerals.get(word)!, 1)
  if (amounts.has(word) && !(word === 'third' && /^part(?:y|ies)$/.test((next?.text === '-' ? tokens[at + 2] : next)?.word ?? ''))) said.odd.push(text)
  else if (noneWords.has(word) || allWords.has(word)) said.claims.push(word)
  else if (next && splitNumeral(word, (next.text === '-' ? tokens[at + 2]?.word : next.word) ?? '')) said.odd.push(`${text} ${next.text}`)
  else if (/\p{Script=Latin}/u.test(text) && /[^\p{Script=Latin}'’_]/u.test(text)) said.odd.push(text)
  else if (/^[IVX]{2,}$/.test(text) && !/^(?:section|part|type|phase|level|tier|title|article)$/.test(tokens[at - 1]?.word ?? '')) said.odd.push(text)
  else if (word.length === 1 && tokens[at + 1]?.word.length === 1 && tokens[at + 2]?.word.length === 1 && [text, tokens[at + 1]!.text, tokens[at + 2]!.text].every((one) => /\p{L}/u.test(one))) said.odd.push(`${text} ${tokens[at + 1]!.text} ${tokens[at + 2]!.text}`)
  return 1
}

// 'OPS-4471', 'CC6.2', 'E-03', 'SHA-256'.
function readName(tokens: readonly Token[], at: number, said: Figures): number {
  let end = at + 1
  while (tokens[end]?.glued && tokens[end + 1]?.glued && tokens[end]!.text === '-') end += 2
  const name = tokens.slice(at, end).map(({ text }) => text).join('')
  if (/^E-\d+$/.test(name)) said.exceptions.push(name)
  else said.names.push(name)
  // 'n2 of 25' is no name.
  if (tokens[end]?.word === 'of') said.odd.push(`${name} of`)
  return end - at
}

// '1 0', '-2', '20-18', '3×', 'not 2', '2 or more': a number beside another, a sign or such a word is no longer itself.
function readTurned(tokens: readonly Token[], at: number, said: Figures, numbers: readonly (SaidNumber | null)[]): void {
  const number = numbers[at]
  if (!number) return
  const first = at - number.text.replace(/(?:%| percent)$/, '').split(' ').length + 1
  const [before, next] = [tokens[first - 1], tokens[at + 1]]
  const isLimit = measures.has(number.unit)
  const isRange = isLimit && tokens[first - 2] !== undefined && numbers[first - 2] !== null
  const turns = numbers[first - 1] || (before && (turningWords.has(before.word) && !isLimit || sign.test(before.text) && !isRange))
  if (turns) said.odd.push(`${before!.text} ${number.text}`)
  else if (next && (/^[+*×^=÷±!]$/u.test(next.text) || ['or', 'and'].includes(next.word) && ['more', 'fewer', 'less'].includes(tokens[at + 2]?.word ?? ''))) said.odd.push(`${number.text} ${next.text}`)
}

function giveUnit(tokens: readonly Token[], at: number, numbers: readonly (SaidNumber | null)[]): void {
  const number = numbers[at]
  if (!number) return
  let next = at + 1
  if (tokens[next]?.text === '%' || tokens[next]?.word === 'percent') {
    number.percent = true
    number.text += tokens[next]!.text === '%' ? '%' : ' percent'
    next += 1
  }
  if (tokens[next]?.text === '-' && tokens[next]!.glued) next += 1
  while (['business', 'calendar', 'working'].includes(tokens[next]?.word ?? '')) next += 1
  // In '3 and 6 business days' both are days.
  const joined = ['and', 'or', 'to', ',', '–', '-'].includes(tokens[next]?.word ?? '') ? next + 1 : tokens[at + 1]?.text === '-' ? next : null
  const other = joined === null ? null : [joined, joined + 1, joined + 2].map((place) => numbers[place]).find(Boolean)
  number.unit = other && measures.has(other.unit) ? other.unit : (/^\p{L}/u.test(tokens[next]?.text ?? '') ? tokens[next]!.word.replace(/s$/, '') : '')
}

function readPair(tokens: readonly Token[], at: number, said: Figures, numbers: readonly (SaidNumber | null)[]): void {
  let next = at + 1
  if (tokens[next]?.word === 'out') next += 1
  if (!['of', '/', ':', 'in', 'among', 'from', 'per'].includes(tokens[next]?.word ?? '')) return
  const joint = tokens[next]!.word
  next += 1
  for (let skipped = 0; skipped < 3 && fillers.has(tokens[next]?.word ?? ''); skipped++) next += 1
  const whole = [next, next + 1, next + 2].map((place) => numbers[place]).find((one) => one && one.text.split(' ')[0] === tokens[next]?.text)
  if (!whole) return
  const part = numbers[at]
  const all = tokens.slice(at, next).map(({ text }) => text).join(' ')
  if (part) said.pairs.push({ text: `${all} ${whole.text}`, letter: letterBefore(tokens, at - part.text.split(' ').length), part: part.value, whole: whole.value })
  else if (joint === 'of' && !['%', 'percent'].includes(tokens[at]!.word)) said.claims.push(`${tokens[at]!.word} of`)
}

// 'A 1 of 5', 'A: 1 of 5' and 'A (approval) 1 of 5' are of attribute A.
function letterBefore(tokens: readonly Token[], at: number): string | null {
  let place = tokens[at]?.text === ':' ? at - 1 : at
  if (tokens[place]?.text === ')') {
    const first = Math.max(0, place - 200)
    while (place > first && tokens[place]!.text !== '(') place -= 1
    place -= 1
  }
  const { text = '' } = tokens[place] ?? {}
  return /^[A-Z]$/.test(text) ? text : null
}
