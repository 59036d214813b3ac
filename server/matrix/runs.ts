import { printable } from '../sheets/cells.ts'
import { faceFor, mainFace, type Face } from './fonts.ts'
import { levelsOf } from './right-to-left.ts'

/** Characters of one text that one face sets. */
export type Run = { readonly text: string, readonly face: string }

/**
 * A text cut where the face or the direction changes, each character in the first face that has it. One that no face has is written as
 * its code, '[U+1F600]', so that nothing is lost without a sign. Every face that is used is added to `used`.
 */
export function runsOf(text: string, used: Map<string, Face>): Run[] {
  const main = used.get(mainFace)
  // Most texts are of the letters, digits and signs that the main face has for sure.
  if (main && /^[\n -~]*$/.test(text)) return [{ text, face: mainFace }]
  const runs: { text: string, face: string }[] = []
  const whole = printable(text).replaceAll('\t', '    ')
  const levels = levelsOf(whole)
  let at = 0
  const append = (part: string, face: string, turns: boolean) => {
    const last = runs.at(-1)
    if (last?.face === face && !turns) last.text += part
    else runs.push({ text: part, face })
  }
  for (const character of whole) {
    const turns = levels !== null && levels[at] !== levels[at - 1]
    at += character.length
    const point = character.codePointAt(0)!
    const before = used.get(runs.at(-1)?.face ?? '')
    // A mark or a joiner belongs to the letter before it.
    const attached = before && /\p{M}|\p{Cf}/u.test(character) && before.covers(point) ? before : null
    const face = attached ?? (point === 10 ? before ?? null : faceFor(point))
    if (face) used.set(face.name, face)
    append(face || point === 10 ? character : `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`, face?.name ?? mainFace, turns)
  }
  return runs
}
