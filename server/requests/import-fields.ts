import type { Field } from '../sheets/headings.ts'

/** What the columns of a list of requests may feed, in the order in which an export writes them. */
export const importFields = [
  { name: 'number', label: 'Number', also: ['No', 'No.', 'Tickmark number', 'Request number', 'Request no', '#'] },
  { name: 'external', label: 'External ID', also: ['ID', 'Request ID', 'Key', 'Ticket', 'GUID', 'UUID', 'PBC ID'] },
  { name: 'reference', label: 'Reference', also: ['Ref', 'PBC ref', 'PBC #', 'Client reference', 'Firm reference', 'Item #'] },
  { name: 'kind', label: 'Kind', also: ['Type', 'Request type', 'Evidence type', 'Category'] },
  { name: 'title', label: 'Title', also: ['Request', 'Request title', 'Name', 'Item', 'Subject', 'Evidence'] },
  { name: 'ask', label: 'What to send', also: ['Ask', 'Description', 'Request description', 'Details', 'Evidence requested', 'Instructions'] },
  { name: 'why', label: 'Why we ask', also: ['Why', 'Purpose', 'Reason', 'Use'] },
  { name: 'controls', label: 'Controls', also: ['Control', 'Control number', 'Control ID', 'Control #', 'Related controls'] },
  { name: 'checklist', label: 'Checklist', also: ['Complete when', 'Acceptance criteria', 'Must show', 'Requirements'] },
  { name: 'example', label: 'Example', also: ['Good example', 'Sample evidence'] },
  { name: 'formats', label: 'Formats', also: ['Format', 'File type', 'Acceptable formats'] },
  { name: 'system', label: 'System', also: ['Source system', 'Application', 'Source'] },
  { name: 'priority', label: 'Priority', also: ['Importance', 'Urgency'] },
  { name: 'owner', label: 'Owner', also: ['Owner email', 'Assignee', 'Assigned to', 'Responsible', 'Contact', 'E-mail', 'Email', 'Control owner'] },
  { name: 'due', label: 'Due', also: ['Due date', 'Deadline', 'Due on', 'Needed by', 'Target date'] },
] as const satisfies readonly Field[]

export type ImportField = typeof importFields[number]['name']

/** What an export says besides; an import leaves these columns alone. */
export const toldColumns = ['State', 'Owner name', 'First due', 'Version', 'Files'] as const

/** The cells of one row that are mapped, trimmed; a field nobody mapped is missing. */
export type Cells = Partial<Readonly<Record<ImportField, string>>>

export function cellsOf(row: readonly string[], columns: readonly (string | null)[]): Cells {
  const cells: Partial<Record<ImportField, string>> = {}
  for (const [place, field] of columns.entries()) {
    if (field !== null) cells[field as ImportField] = (row[place] ?? '').replaceAll('\r\n', '\n').replaceAll('\0', '').trim()
  }
  return cells
}

export function labelOfField(name: ImportField): string {
  return importFields.find((field) => field.name === name)!.label
}
