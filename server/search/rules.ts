/** A piece of text, marked where a searched word stands. */
export type Piece = { readonly text: string, readonly found: boolean }

/** At most this many words count; more would only narrow what is empty already. */
const MOST_WORDS = 8

/** The words of a query, in lower case, without doubles. */
export function wordsOf(query: string): string[] {
  return [...new Set(query.toLowerCase().normalize('NFC').split(/\s+/).filter(Boolean))].slice(0, MOST_WORDS)
}

/** The query of a full-text search in which every word must stand, the last letters of each left open; null without words. */
export function textQuery(words: readonly string[]): string | null {
  const terms = words.map((word) => word.replace(/[^\p{L}\p{N}@._:/-]/gu, '')).filter(Boolean)
  return terms.length === 0 ? null : terms.map((term) => `'${term}':*`).join(' & ')
}

/** About `reach` characters on both sides of the first word found, cut at words, on one line. */
export function excerpt(text: string, words: readonly string[], reach = 90): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const lower = line.toLowerCase()
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0)
  const at = places.length > 0 ? Math.min(...places) : 0
  const from = at <= reach ? 0 : line.indexOf(' ', at - reach) + 1 || at
  const to = Math.min(line.length, at + reach * 2)
  const end = to === line.length ? to : Math.max(line.lastIndexOf(' ', to), from + 1)
  return `${from > 0 ? '… ' : ''}${line.slice(Math.min(from, at), end)}${end < line.length ? ' …' : ''}`
}

/** Cuts a text into pieces that are or are not a searched word; together they are the text. */
export function mark(text: string, words: readonly string[]): Piece[] {
  if (words.length === 0) return [{ text, found: false }]
  const pattern = new RegExp(`(${words.toSorted((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`, 'iu')
  return text.split(pattern).map((piece, index) => ({ text: piece, found: index % 2 === 1 })).filter(({ text: piece }) => piece !== '')
}
