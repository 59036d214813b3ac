import { counted } from '../sheets/table.ts'
import { finding, quoted, rowList, type Finding } from './findings.ts'

/** Which rows are in scope at all: those with one of the values in the column, or, where they are not kept, all others. */
export type ScopeFilter = { readonly column: string, readonly keeps: boolean, readonly values: readonly string[] }

/** Tells row by row whether it is in scope, by a cell as it stands but for spaces around it, and what was left out in the end. */
export function beginScopeFilter({ column, keeps, values }: ScopeFilter): { readonly admits: (row: number, cell: string) => boolean, readonly finish: () => Finding[] } {
  const wanted = new Set(values.map((value) => value.trim()))
  const met = new Set<string>()
  const out = rowList()
  const admits = (row: number, cell: string): boolean => {
    const value = cell.trim()
    const named = wanted.has(value)
    if (named) met.add(value)
    if (named === keeps) return true
    out.add(row, () => quoted(cell))
    return false
  }
  const finish = (): Finding[] => {
    const said = `${keeps ? 'is not' : 'is'} ${values.length > 5 ? `one of ${values.length} values` : values.map(quoted).join(' or ')}`
    const unmet = [...wanted].filter((value) => !met.has(value))
    const missing = unmet.length === 0 ? '' : ` No row has ${unmet.slice(0, 5).map(quoted).join(' or ')}: look whether it is written so.`
    return [finding('scope_filter', missing === '' ? 'agrees' : 'finding', `${counted(out.count, 'row')} left out because “${column}” ${said}.${missing}`, out)]
  }
  return { admits, finish }
}
