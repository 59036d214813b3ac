import { createHash } from 'node:crypto'

/** What differs in one field, in words of the page. */
export type Difference = { readonly field: string, readonly from: string, readonly to: string }

/** What an import would do with one row of a sheet; `row` counts as the sheet does. */
export type RowMark = {
  readonly row: number
  readonly name: string
  readonly title: string
} & (
  | { readonly mark: 'new' | 'same' }
  | { readonly mark: 'changed', readonly differences: readonly Difference[] }
  | { readonly mark: 'wrong', readonly why: readonly string[] }
)

export type Marks = RowMark['mark']

/** How many rows bear each mark. */
export function countMarks(marks: readonly RowMark[]): Readonly<Record<Marks, number>> {
  const counts = { new: 0, changed: 0, same: 0, wrong: 0 }
  for (const { mark } of marks) counts[mark] += 1
  return counts
}

/** One short text for all marks: two previews that say the same have the same, so that what is applied is what was seen. */
export function digestMarks(marks: readonly RowMark[]): string {
  return createHash('sha256').update(JSON.stringify(marks)).digest('hex')
}
