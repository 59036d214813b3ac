import type { CellResult } from '../database/schema/testing.ts'
import { exceptionNumber } from '../exceptions/rules.ts'
import { labelOf } from '../web/states.ts'
import { latenessOf } from './rules.ts'

/** A cell of the grid: what it shows, what it says to a screen reader, and its state for the script. */
export type CellView = {
  readonly value: string
  readonly tone: 'pass' | 'dev' | 'na' | 'todo' | 'stale'
  readonly stale: boolean
  readonly icon: string
  readonly fact: string
  readonly small: string
  readonly label: string
  readonly at: boolean
  /** A review note about it is not cleared. */
  readonly noted: boolean
  readonly item: string
  readonly stored: string
}

type Written = { readonly result: CellResult, readonly note: string, readonly stale: boolean, readonly version: number }
type Cited = { readonly file_id: string, readonly name: string, readonly place: string }

const tones = { pass: 'pass', deviation: 'dev', not_applicable: 'na', pending: 'todo' } as const

/** `files`: ids of the item's own files in their order, which give a citation its short name f1, f2 …; `exception`: the number that stands for the line. */
export function cellView(place: { readonly rank: number, readonly item: string, readonly key: string, readonly letter: string, readonly at: boolean, readonly noted: boolean }, cell: Written | undefined,
  cited: readonly Cited[], files: readonly string[], exception: number | null): CellView {
  const result = cell?.result ?? 'pending'
  const note = cell?.note ?? ''
  const stale = cell?.stale === true && result !== 'pending'
  const [first] = cited
  const small = result === 'deviation' ? exception === null ? '' : exceptionNumber(exception) : result === 'not_applicable' ? shorten(note, 10) : first ? shortCitation(first, files) : ''
  const says = [
    `${place.key}, ${place.letter}: ${labelOf('cell', result).word}`, ...note ? [note] : [], ...stale ? ['stale, its evidence was returned'] : [],
    ...cited.length > 0 ? [`cites ${cited.map(({ name, place: where }) => where ? `${name} ${where}` : name).join(', ')}`] : [],
    ...result === 'deviation' && exception !== null ? [exceptionNumber(exception)] : [], ...place.noted ? ['has a review note'] : [],
  ]
  return {
    value: `${place.rank}.${place.letter}`, item: place.item, at: place.at, noted: place.noted, stale,
    tone: stale ? 'stale' : tones[result], icon: stale ? 'stale' : labelOf('cell', result).icon,
    fact: stale ? 'Stale' : result === 'deviation' ? writeFact(note) : '',
    small: stale ? '' : small,
    label: says.join(', '),
    stored: JSON.stringify({ result, note, version: cell?.version ?? 0, citations: cited.map(({ file_id: file, place: where }) => ({ file, place: where })) }),
  }
}

function shortCitation({ file_id: file, place }: Cited, files: readonly string[]): string {
  const index = files.indexOf(file)
  const where = shorten(place.replace(/^row (?=\d+$)/, 'r'), 8)
  return index < 0 ? where || 'cited' : where ? `f${index + 1} ${where}` : `f${index + 1}`
}

function writeFact(note: string): string {
  const late = latenessOf(note)
  return late ? `${late.count} d` : shorten(note, 8)
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
