import type { Opens, Sentence, Tie } from './reading.ts'

/** A stretch of a sentence; `ties` is empty for plain words. */
export type Stretch = { text: string, ties: Tie[] }

type Counted = Pick<Tie, 'value' | 'what' | 'opens'>

/** A number counted from the cells, for `write`: what it counts in words, and which items it opens (null: the population). */
export function tie(value: number, what: string, opens: Partial<Opens> | null = {}): Counted {
  return { value, what, opens: opens && { result: null, part: null, attribute: null, ...opens } }
}

/** Writes a sentence and remembers where each counted number stands: write`For ${tie(1, 'deviating items')} of …`. */
export function write(words: TemplateStringsArray, ...values: (string | Counted | Sentence)[]): Sentence {
  const ties: Tie[] = []
  let text = ''
  words.forEach((word, place) => {
    text += word
    const value = values[place]
    if (value === undefined) return
    if (typeof value === 'string') {
      text += value
    } else if ('ties' in value) {
      ties.push(...value.ties.map((one) => ({ ...one, at: one.at + text.length })))
      text += value.text
    } else {
      const written = value.value.toLocaleString('en-US')
      ties.push({ ...value, at: text.length, text: written })
      text += written
    }
  })
  return { text, ties }
}

/** Puts sentences behind one another with a space between. */
export function join(sentences: readonly Sentence[]): Sentence {
  return sentences.reduce((all, one) => (all.text === '' ? one : write`${all} ${one}`), write``)
}

/** A text written by hand whose numbers are tied, first come first served, to the counted ones of that value. */
export function tieText(text: string, counted: readonly Tie[]): Sentence {
  const left = [...counted]
  const ties: Tie[] = []
  for (const { 0: digits, index: at } of text.matchAll(/(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w.-]|,\d)|(?<![\w.,-])\d+(?![\w-]|[.,]\d)/g)) {
    const place = left.findIndex(({ value }) => value === Number(digits.replaceAll(',', '')))
    if (place >= 0) ties.push({ ...left.splice(place, 1)[0]!, at, text: digits })
  }
  return { text, ties }
}

/** Cuts a sentence into plain and tied stretches; '2 of the first 10' is one stretch with two ties. */
export function stretches(sentence: Sentence): Stretch[] {
  const cut: Stretch[] = []
  let from = 0
  for (const one of sentence.ties) {
    const between = sentence.text.slice(from, one.at)
    const before = cut.at(-1)
    if (before && before.ties.length > 0 && /^ of (the first )?$/.test(between)) {
      before.text += between + one.text
      before.ties.push(one)
    } else {
      if (between) cut.push({ text: between, ties: [] })
      cut.push({ text: one.text, ties: [one] })
    }
    from = one.at + one.text.length
  }
  if (from < sentence.text.length) cut.push({ text: sentence.text.slice(from), ties: [] })
  return cut
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** '2025-10-01' as a report writes it: 'October 1, 2025'. */
export function writeDay(day: string): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  return `${months[month - 1]} ${date}, ${year}`
}
