import { criteria, criterion, orderCriteria } from './criteria.ts'

/** What a cell says of criteria: those that exist, in natural order, and what looks like one and is none. */
export type CriteriaCell = { readonly ids: readonly string[], readonly unknown: readonly string[] }

const one = String.raw`(CC|PI|A|C|P)(?:(?<=CC|PI)\.)?[\s_-]*(\d{1,2})\s*\.\s*(\d{1,2})`
const exact = new RegExp(`^${one}$`, 'iu')
// What is counted below a criterion, such as CC6.1.2, is one of its points of focus.
const whole = new RegExp(String.raw`(?<![\p{L}\p{N}.])${one}(?:\.\d{1,2})?(?![\d]|\.\d)`, 'giu')
const shortened = /^\s*(?:[,;/&+|]|and|to|through|thru|[-–—]|\n)?\s*(?<!\d)(\d{1,2})\.(\d{1,2})(?![\d]|\.\d)/iu
const until = /^\s*(?:to|through|thru|[-–—])\s*$/iu
const series = /(?<![\p{L}\p{N}.])(CC|PI|A|C|P)\s*(\d)(?![\d.]|\s*\.\s*\d)(?![\p{L}])/giu
const idLike = /(?<![\p{L}\p{N}.])[A-Z]{1,3}[\s._-]?\d{1,2}(?:\.\d+)+/giu

/** 'CC6.1' from 'cc 6.1', or null where the text is anything but one id of that form. */
export function parseCriterionId(text: string): string | null {
  const found = exact.exec(plain(text))
  return found ? idOf(found[1]!, found[2]!, found[3]!) : null
}

/**
 * Reads the criteria of a cell in whatever way people write them: any separators, 'CC 6.1', 'CC6.1: title', 'CC6.1/6.2',
 * 'CC6.1–CC6.3', 'CC6.1 to 6.3', 'CC6.1.2'. A series alone ('CC6') and what has the look of an id but is no criterion are `unknown`.
 */
export function readCriteria(cell: string): CriteriaCell {
  const text = plain(cell)
  const ids: string[] = []
  const unknown: string[] = []
  let rest = ''
  let at = 0
  whole.lastIndex = 0
  for (let found = whole.exec(text); found !== null; found = whole.exec(text)) {
    const between = text.slice(at, found.index)
    const id = idOf(found[1]!, found[2]!, found[3]!)
    add(ids, unknown, until.test(between) && ids.length > 0 ? rangeOf(ids.at(-1)!, id) : [id])
    rest += between.concat(' ')
    at = whole.lastIndex
    for (let next = shortened.exec(text.slice(at)); next !== null; next = shortened.exec(text.slice(at))) {
      const short = idOf(found[1]!, next[1]!, next[2]!)
      const ranged = /^\s*(?:to|through|thru|[-–—])/iu.test(next[0])
      add(ids, unknown, ranged && ids.length > 0 ? rangeOf(ids.at(-1)!, short) : [short])
      at += next[0].length
    }
    whole.lastIndex = at
  }
  rest += text.slice(at)
  for (const [odd] of rest.matchAll(idLike)) unknown.push(odd.replaceAll(/\s/g, ''))
  for (const [, letters, digit] of rest.replaceAll(idLike, ' ').matchAll(series)) if (ids.every((id) => !id.startsWith(`${letters!.toUpperCase()}${digit}.`))) unknown.push(`${letters!.toUpperCase()}${digit}`)
  return { ids: orderCriteria(ids), unknown: [...new Set(unknown)] }
}

function add(ids: string[], unknown: string[], found: readonly string[]): void {
  for (const id of found) (criterion(id) ? ids : unknown).push(id)
}

/** Every criterion from one to the other in natural order; only the last where they do not stand so. */
function rangeOf(from: string, to: string): string[] {
  const first = criteria.findIndex(({ id }) => id === from)
  const last = criteria.findIndex(({ id }) => id === to)
  return first < 0 || last < first ? [to] : criteria.slice(first + 1, last + 1).map(({ id }) => id)
}

function idOf(letters: string, group: string, number: string): string {
  return `${letters.toUpperCase()}${Number(group)}.${Number(number)}`
}

function plain(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, '').replaceAll(/[‐‑‒]/g, '-').replaceAll(/\s+/g, ' ').trim()
}
