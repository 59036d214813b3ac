import { counted, figure } from '../sheets/table.ts'
import { finding, type Finding } from './findings.ts'
import type { ChangeCounts } from './previous-store.ts'

/** What changed since the version before, as a finding: rows that went or were rewritten are for the auditor to judge. */
export function checkPrevious(version: number, { added, removed, changed }: ChangeCounts): Finding {
  const since = `Since version ${version}: `
  if (added + removed + changed === 0) return finding('previous', 'agrees', `${since}not a row was added, removed or changed.`)
  const sentence = `${since}${counted(added, 'row')} added, ${removed === 0 ? 'none' : figure(removed)} removed, ${changed === 0 ? 'none' : figure(changed)} changed.`
  const mark = removed + changed === 0 ? 'agrees' : 'finding'
  return finding('previous', mark, mark === 'agrees' ? sentence : `${sentence} Ask why a row of the earlier list went or reads differently.`, { rows: [], notes: [`${added} added`, `${removed} removed`, `${changed} changed`], count: added + removed + changed })
}

/** The counts a finding was made from; null where it was found that nothing changed. */
export function changesIn(found: Finding | undefined): ChangeCounts | null {
  const [added, removed, changed] = (found?.notes ?? []).map((note) => Number.parseInt(note, 10))
  return added === undefined || removed === undefined || changed === undefined ? null : { added, removed, changed }
}
