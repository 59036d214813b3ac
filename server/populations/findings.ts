import type { TrapName } from '../sheets/table.ts'

export type CheckName =
  | 'count' | 'suspicious_total'
  | 'blank_key' | 'key_line_break' | 'duplicate_key' | 'similar_key' | 'duplicate_row' | 'sequence'
  | 'date' | 'blank_date' | 'outside_period' | 'zone_boundary'
  | 'coverage' | 'empty_months' | 'empty_weeks' | 'empty_days'
  | 'last_day' | 'scope_filter' | TrapName
  | 'encoding' | 'previous'

/** `agrees`: nothing to judge. `finding`: the auditor judges. `blocks`: the list cannot be accepted. */
export type Mark = 'agrees' | 'finding' | 'blocks'

/** What one check came to. `rows` are the first hundred of `count` rows behind it; `notes[i]`, where there is one, is about `rows[i]`. */
export type Finding = {
  readonly check: CheckName
  readonly mark: Mark
  readonly sentence: string
  readonly rows: readonly number[]
  readonly notes: readonly string[]
  readonly count: number
}

/** Rows behind a finding: all are counted, the first hundred kept. */
export type RowList = {
  readonly add: (row: number, note?: () => string) => void
  readonly rows: readonly number[]
  readonly notes: readonly string[]
  readonly count: number
}

const kept = 100

export function rowList(): RowList {
  const rows: number[] = []
  const notes: string[] = []
  let count = 0
  return {
    rows,
    notes,
    add: (row, note) => {
      count++
      if (rows.length >= kept) return
      rows.push(row)
      if (note !== undefined) notes.push(note())
    },
    get count() {
      return count
    },
  }
}

export function finding(check: CheckName, mark: Mark, sentence: string, list: { readonly rows: readonly number[], readonly notes: readonly string[], readonly count: number } = { rows: [], notes: [], count: 0 }): Finding {
  return { check, mark, sentence, rows: list.rows, notes: list.notes, count: list.count }
}

/** A cell's text for a sentence: in quotes and not longer than a line. */
export function quoted(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`
}
