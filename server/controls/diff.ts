export type Piece = { readonly change: 'same' | 'out' | 'in', readonly text: string }

/** The longest wordings compared word by word; beyond, one is shown to replace the other. */
const MOST_WORDS = 1500

/**
 * What became of a wording, word by word: pieces that stayed, went out and came in, by the longest common subsequence.
 * The pieces that are not 'in' make `before`, those that are not 'out' make `after`.
 */
export function diffWords(before: string, after: string): Piece[] {
  const left = wordsOf(before)
  const right = wordsOf(after)
  if (left.length > MOST_WORDS || right.length > MOST_WORDS) return joined([{ change: 'out', text: before }, { change: 'in', text: after }])
  const lengths = commonLengths(left, right)
  const pieces: Piece[] = []
  let at = 0
  let to = 0
  while (at < left.length || to < right.length) {
    if (at < left.length && to < right.length && left[at] === right[to]) {
      pieces.push({ change: 'same', text: left[at]! })
      at += 1
      to += 1
    } else if (to >= right.length || (at < left.length && lengths[at + 1]![to]! >= lengths[at]![to + 1]!)) {
      pieces.push({ change: 'out', text: left[at]! })
      at += 1
    } else {
      pieces.push({ change: 'in', text: right[to]! })
      to += 1
    }
  }
  return joined(pieces)
}

/** Words with the space before them, so that the pieces put together are the text. */
function wordsOf(text: string): string[] {
  return text.match(/\s*[\p{L}\p{N}_'’-]+|\s*[^\p{L}\p{N}\s]|\s+$/gu) ?? []
}

function commonLengths(left: readonly string[], right: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1))
  for (let at = left.length - 1; at >= 0; at -= 1) {
    for (let to = right.length - 1; to >= 0; to -= 1) {
      lengths[at]![to] = left[at] === right[to] ? lengths[at + 1]![to + 1]! + 1 : Math.max(lengths[at + 1]![to]!, lengths[at]![to + 1]!)
    }
  }
  return lengths
}

function joined(pieces: readonly Piece[]): Piece[] {
  const whole: { change: Piece['change'], text: string }[] = []
  for (const { change, text } of pieces) {
    const last = whole.at(-1)
    if (last?.change === change) last.text += text
    else if (text !== '') whole.push({ change, text })
  }
  return whole
}
