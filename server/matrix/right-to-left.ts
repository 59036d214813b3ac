import { createRequire } from 'node:module'
import type { Bidi } from 'bidi-js'

/** A word where a line has it: `x` from the left of the line. */
export type PlacedWord = { text: string, x: number, width: number }

// Its published types are those of another kind of module.
const bidi = (createRequire(import.meta.url)('bidi-js') as () => Bidi)()
const rightward = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/**
 * For each character how deep it is embedded, odd where it is read from the right (Unicode's UAX 9), or null where nothing is.
 * A text that holds a word of the left is read from the left, as the document is, so a name in it does not turn it round.
 */
export function levelsOf(text: string): Uint8Array | null {
  if (!rightward.test(text)) return null
  const otherwise = [...text].some((character) => /\p{L}/u.test(character) && !rightward.test(character))
  return bidi.getEmbeddingLevels(text, otherwise ? 'ltr' : 'rtl').levels
}

/** Places the words of a line, each of one level, where their readers expect them, with brackets that open towards what they hold. */
export function putInReadingOrder(words: PlacedWord[]): void {
  const levels = levelsOf(words.map(({ text }) => text).join(''))
  if (!levels) return
  let at = 0
  const placed = words.map((word) => {
    const level = levels[at]!
    at += word.text.length
    return { word, level }
  })
  for (const { word, level } of placed) if (level % 2 === 1) word.text = turned(word.text)
  let left = words[0]!.x
  for (const { word } of inVisualOrder(placed)) {
    word.x = left
    left += word.width
  }
}

// Rule L2: from the deepest level outwards, each stretch that is at least so deep is turned round.
function inVisualOrder<One extends { level: number }>(placed: readonly One[]): One[] {
  const order = [...placed]
  for (let depth = Math.max(...order.map(({ level }) => level)); depth > 0; depth -= 1) {
    for (let from = 0; from < order.length; from += 1) {
      if (order[from]!.level < depth) continue
      let end = from
      while (end < order.length && order[end]!.level >= depth) end += 1
      order.splice(from, end - from, ...order.slice(from, end).toReversed())
      from = end
    }
  }
  return order
}

// Letters of the right are set from the right by the font's own program; signs alone are not.
function turned(text: string): string {
  const mirrored = [...text].map((character) => bidi.getMirroredCharacter(character) ?? character)
  return (rightward.test(text) ? mirrored : mirrored.toReversed()).join('')
}
