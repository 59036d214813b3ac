import { Temporal } from 'temporal-polyfill'

/** Which controls a template is for: with words, one of them begins a word of the wording; with criteria, one is the control's. */
export type Theme = { readonly criteria: readonly string[], readonly keywords: readonly string[] }
export type Matched = { readonly number: string, readonly wording: string, readonly criteria: readonly string[] }

/** Whether a template is for this control. Where it names both words and criteria, both must fit; one that names neither fits none. */
export function fits({ criteria, keywords }: Theme, control: Matched): boolean {
  if (criteria.length === 0 && keywords.length === 0) return false
  const wording = wordsOf(control.wording)
  return (criteria.length === 0 || criteria.some((id) => control.criteria.includes(id)))
    && (keywords.length === 0 || keywords.some((word) => wording.includes(wordsOf(word).trimEnd())))
}

/** The day a request of a template is due: so many days from the end of the period or from the as-of date. ISO, or null where none is said. */
export function dueOn(days: number | null, { periodEnd, asOf }: { readonly periodEnd: string | null, readonly asOf: string | null }): string | null {
  const end = periodEnd ?? asOf
  return days === null || end === null ? null : Temporal.PlainDate.from(end).add({ days }).toString()
}

/** Lower case, each word behind one space, so that a keyword is found at the beginning of words only. */
function wordsOf(text: string): string {
  return ` ${text.normalize('NFKC').toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()} `
}
