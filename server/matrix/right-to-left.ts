/** A word where a line has it: `x` from the left of the line. */
export type PlacedWord = { text: string, x: number, width: number }

const rightward = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const leftward = /\p{L}/u

/** Places the words of each stretch of Hebrew, Arabic and their kin from right to left; numbers and signs between two of them go along. */
export function putInReadingOrder(words: PlacedWord[]): void {
  if (!words.some(({ text }) => rightward.test(text))) return
  for (let from = 0; from < words.length; from += 1) {
    if (!rightward.test(words[from]!.text)) continue
    let end = from
    for (let next = from + 1; next < words.length; next += 1) {
      const { text } = words[next]!
      if (rightward.test(text)) end = next
      else if (leftward.test(text)) break
    }
    const stretch = words.slice(from, end + 1)
    const first = stretch[0]!.x
    const whole = stretch.reduce((sum, { width }) => sum + width, 0)
    let left = first + whole
    for (const word of stretch) word.x = left -= word.width
    from = end
  }
}
