import { importFields, toldColumns } from './import-fields.ts'
import type { Exported } from './import-store.ts'
import { statusWords } from './rules.ts'

/** The requests as a table of texts that an import takes back, and what is told besides. */
export function exportTable(requests: readonly Exported[]): { header: string[], rows: string[][], widths: number[] } {
  return {
    header: [...importFields.map(({ label }) => label), ...toldColumns],
    rows: requests.map(({ written, status, told }) => [...importFields.map(({ name }) => written[name]), statusWords[status], told.ownerName, told.firstDue, told.version, told.files]),
    widths: [...importFields.map(({ name }) => wide.has(name) ? 48 : 16), 14, 24, 12, 8, 8],
  }
}

const wide: ReadonlySet<string> = new Set(['title', 'ask', 'why', 'checklist', 'example'])
