import type { Field } from '../sheets/headings.ts'
import { criterion } from './criteria.ts'
import { parseCriterionId } from './criteria-cell.ts'

/** What the columns of a list of controls may feed, in the order in which an export writes them. */
export const importFields = [
  { name: 'number', label: 'Number', also: ['Control number', 'Control ID', 'Control #', 'Control no', 'Control no.', 'Control ref', 'Control reference', 'Control code', 'Control', 'Ctrl #', 'Ctrl ID', 'ID', 'Ref', 'Ref #', 'Reference', '#', 'No', 'No.', 'Key', 'Code', 'Control identifier', 'Internal ID'] },
  { name: 'wording', label: 'Wording', also: ['Control description', 'Control activity', 'Control activities', 'Control wording', 'Control statement', 'Control activity description', 'Description of control', 'Description of controls', 'Description', 'Control text', 'Control language', 'Controls specified by the service organization', 'Control activity specified by the service organization', 'Statement', 'Activity', 'Requirement', 'Implementation'] },
  { name: 'owner', label: 'Owner', also: ['Control owner', 'Owner title', 'Owner email', 'Owner e-mail', 'Responsible', 'Responsible party', 'Responsible person', 'Process owner', 'Performed by', 'Performer', 'Assigned to', 'Assignee', 'Control operator', 'Contact'] },
  { name: 'ownerTitle', label: 'Owner’s title', also: ['Title of owner', 'Job title', 'Role', 'Responsible role', 'Position', 'Function'] },
  { name: 'frequency', label: 'Frequency', also: ['Control frequency', 'Frequency of control', 'How often', 'Occurrence', 'Periodicity', 'Cadence', 'Interval', 'Freq', 'Freq.', 'Frequency of operation', 'Operating frequency', 'Recurrence'] },
  { name: 'type', label: 'Type', also: ['Control type', 'Type of control', 'Preventive or detective', 'Preventive / detective', 'Prevent / detect', 'P / D', 'Preventative / Detective', 'Purpose'] },
  { name: 'nature', label: 'Nature', also: ['Control nature', 'Nature of control', 'Manual or automated', 'Manual / automated', 'Automated / manual', 'Automation', 'M / A', 'A / M', 'Control method', 'Execution', 'Method', 'Automated', 'Control class'] },
  { name: 'risk', label: 'Risk', also: ['Risk level', 'Risk rating', 'Control risk', 'Inherent risk', 'Criticality'] },
  { name: 'criteria', label: 'Criteria', also: ['Criterion', 'TSC', 'TSC criteria', 'TSC ref', 'TSC reference', 'TSC ID', 'TSP', 'TSP ref', 'Trust services criteria', 'Trust service criteria', 'Trust services criterion', 'Trust criteria', 'SOC 2', 'SOC2', 'SOC 2 criteria', 'SOC 2 mapping', 'SOC 2 ref', 'SOC 2 TSC', 'AICPA TSC', 'AICPA', 'AICPA criteria', 'Criteria ref', 'Criteria reference', 'Criteria #', 'Criteria ID', 'Common criteria', 'Mapping', 'Mapped criteria', 'Framework mapping', 'Framework reference', 'Requirements', 'Related criteria', 'TSC mapping'] },
  { name: 'keySystems', label: 'Systems', also: ['Key systems', 'System', 'System name', 'Application', 'Applications', 'In-scope systems', 'Tool', 'Tools', 'Tooling'] },
  { name: 'ipe', label: 'Reports relied on', also: ['IPE', 'Reports', 'Key reports', 'Report', 'Information produced by the entity', 'Information used in control'] },
  { name: 'effectiveFrom', label: 'First day', also: ['Effective from', 'Effective date', 'Start date', 'Implemented on', 'Valid from'] },
  { name: 'effectiveTo', label: 'Last day', also: ['Effective to', 'End date', 'Retired on', 'Retirement date', 'Valid to'] },
  { name: 'replaces', label: 'Takes the place of', also: ['Replaces', 'Supersedes', 'Previous control', 'Predecessor'] },
] as const satisfies readonly Field[]

export type ImportField = typeof importFields[number]['name']

/** What an export says besides; an import leaves these columns alone. */
export const toldColumns = ['Owner name', 'Version of the wording', 'Confirmed', 'Source'] as const

/** A column that feeds nothing but ticks for one criterion: 'tick:CC6.1'. */
export function tickedCriterion(field: string | null): string | null {
  const id = field?.startsWith('tick:') ? field.slice('tick:'.length) : null
  return id !== null && criterion(id) ? id : null
}

/** The criterion that a heading names and nothing else, as in a grid of controls and criteria; or null. */
export function headingCriterion(heading: string): string | null {
  const id = parseCriterionId(heading)
  return id !== null && criterion(id) ? id : null
}

export function isField(name: string): name is ImportField {
  return importFields.some((field) => field.name === name)
}

export function labelOfField(name: ImportField): string {
  return importFields.find((field) => field.name === name)!.label
}

/** The cells of one row that are mapped, trimmed; a field nobody mapped is missing. `row` counts as the sheet does. */
export type Cells = Partial<Readonly<Record<ImportField, string>>>

/** The cells under the columns; of several for the criteria, all are put together. */
export function cellsOf(row: readonly string[], columns: readonly (string | null)[]): Cells {
  const cells: Partial<Record<ImportField, string>> = {}
  for (const [place, field] of columns.entries()) {
    const text = (row[place] ?? '').replaceAll('\r\n', '\n').replaceAll('\0', '').trim()
    const ticked = tickedCriterion(field)
    if (ticked !== null) cells.criteria = [cells.criteria ?? '', isTick(text) ? ticked : ''].filter(Boolean).join('\n')
    else if (field === 'criteria') cells.criteria = [cells.criteria ?? '', text].filter(Boolean).join('\n')
    else if (field !== null && isField(field)) cells[field] = text
  }
  return cells
}

function isTick(text: string): boolean {
  return !/^(|-|–|—|no|n|false|0|n\/?a|none|☐)$/i.test(text)
}
