import type { RequestKind, RequestStatus } from '../database/schema/requests.ts'
import { readDay } from '../sheets/days.ts'
import type { Difference, RowMark } from '../sheets/marks.ts'
import { labelOfField, type Cells, type ImportField } from './import-fields.ts'
import { isSettled, kinds, parseRequestNumber, requestNumber, statusWords } from './rules.ts'

/** A request as a sheet writes it, every field as text. */
export type Written = Readonly<Record<ImportField, string>>

export type Known = { readonly id: string, readonly number: number, readonly status: RequestStatus, readonly version: number, readonly drawn: boolean, readonly ownerId: string | null, readonly written: Written }

/** What a list is judged against: the requests there are, the client's people by mail and name, the numbers of controls. */
export type Surroundings = {
  readonly known: readonly Known[]
  readonly owners: readonly { readonly id: string, readonly name: string, readonly email: string }[]
  readonly controls: ReadonlySet<string>
  readonly mayMoveDue: boolean
}

/** A row of the sheet: what it would do, and what the request would say afterwards. */
export type Judged = { readonly mark: RowMark, readonly known: Known | null, readonly wanted: Written }

const required = { title: 'It has no title.', kind: 'It does not say which kind of request it is.' } as const
const limits: Partial<Readonly<Record<ImportField, number>>> = { title: 200, ask: 5000, why: 2000, system: 200, example: 2000, formats: 300, reference: 60, external: 120 }
const labels: readonly ImportField[] = ['external', 'reference', 'priority']
const MOST_CHECKS = 30

const empty: Written = {
  number: '', external: '', reference: '', kind: '', title: '', ask: '', why: '', controls: '', checklist: '', example: '', formats: '', system: '', priority: 'Normal', owner: '', due: '',
}

/**
 * Judges every row: NEW, CHANGED and in what, SAME, or WRONG and why. A row is known by its external id, then by our
 * number. `firstRow` is the number the sheet gives its first row.
 */
export function judgeRows(rows: readonly Cells[], surroundings: Surroundings, firstRow: number): Judged[] {
  const seen = new Map<string, number>()
  return rows.flatMap((cells, index) => Object.values(cells).every((cell) => cell === '') ? [] : [judge(cells, surroundings, seen, firstRow + index)])
}

function judge(cells: Cells, surroundings: Surroundings, seen: Map<string, number>, row: number): Judged {
  const why: string[] = []
  const known = find(cells, surroundings, why)
  for (const key of [cells.external && `the external ID ${cells.external}`, known && requestNumber(known.number)]) {
    if (!key) continue
    const before = seen.get(key)
    if (before !== undefined && before !== row) why.push(`Row ${before} already speaks of ${key}.`)
    seen.set(key, before ?? row)
  }
  const wanted = want(cells, known, surroundings, why)
  const differences = known ? differencesOf(known.written, wanted) : []
  if (known) refuseFixed(known, differences, surroundings, why)
  else for (const field of ['title', 'kind'] as const) if (wanted[field] === '') why.push(required[field])
  const base = { row, name: known ? requestNumber(known.number) : wanted.external || wanted.reference, title: wanted.title }
  const mark: RowMark = why.length > 0 ? { ...base, mark: 'wrong', why } : known ? differences.length > 0 ? { ...base, mark: 'changed', differences } : { ...base, mark: 'same' } : { ...base, mark: 'new' }
  return { mark, known, wanted }
}

function find(cells: Cells, { known }: Surroundings, why: string[]): Known | null {
  const byExternal = cells.external ? known.find(({ written }) => written.external === cells.external) ?? null : null
  if (!cells.number) return byExternal
  const number = parseRequestNumber(cells.number)
  const byNumber = known.find((request) => request.number === number) ?? null
  if (number === null) why.push(`“${cells.number}” is no number of a request, such as R-014. Leave it empty for a new one.`)
  else if (!byNumber && !byExternal) why.push(`There is no ${requestNumber(number)} here. Leave the number empty for a new request.`)
  if (byExternal && number !== null && byExternal !== byNumber) why.push(`The external ID ${cells.external} belongs to ${requestNumber(byExternal.number)}, not to ${requestNumber(number)}.`)
  if (!byExternal && byNumber && cells.external && byNumber.written.external !== '') why.push(`${requestNumber(byNumber.number)} is known as ${byNumber.written.external}, not as ${cells.external}.`)
  return byExternal ?? byNumber
}

function want(cells: Cells, known: Known | null, surroundings: Surroundings, why: string[]): Written {
  const before = known?.written ?? empty
  const read: { -readonly [F in ImportField]: string } = { ...before, ...cells, number: before.number }
  if (cells.kind !== undefined) read.kind = readKind(cells.kind, why)
  if (cells.priority !== undefined) read.priority = readPriority(cells.priority, why)
  if (cells.controls !== undefined) read.controls = readControls(cells.controls, surroundings, why)
  if (cells.checklist !== undefined) read.checklist = readChecklist(cells.checklist, why)
  // Somebody who has left stays the owner until the list names another.
  if (cells.owner !== undefined && cells.owner !== before.owner) read.owner = readOwner(cells.owner, surroundings, why)
  if (cells.due !== undefined) read.due = readDue(cells.due, why)
  if (!known && cells.ask === undefined) read.ask = read.title
  if (read.ask === '' && cells.ask !== undefined) why.push('It does not say what to send.')
  if (known && read.title === '') why.push(required.title)
  for (const [field, limit] of Object.entries(limits) as [ImportField, number][]) {
    if (read[field].length > limit) why.push(`${labelOfField(field)} has ${read[field].length} characters; keep it under ${limit}.`)
  }
  return read
}

function differencesOf(before: Written, after: Written): Difference[] {
  return (Object.keys(before) as ImportField[]).filter((field) => before[field] !== after[field])
    .map((field) => ({ field: labelOfField(field), from: before[field], to: after[field] }))
}

/** What was asked stands; a list may still give it references, a priority and, while it waits, another due date. */
function refuseFixed(known: Known, differences: readonly Difference[], { mayMoveDue }: Surroundings, why: string[]): void {
  const name = requestNumber(known.number)
  if (known.status === 'draft') {
    if (known.drawn && differences.some(({ field }) => field === labelOfField('kind'))) why.push(`${name} asks for the items of a draw, so its kind stands.`)
    return
  }
  const free = new Set(labels.map(labelOfField))
  for (const { field, to } of differences) {
    if (free.has(field)) continue
    if (field !== labelOfField('due')) why.push(`${name} is ${statusWords[known.status].toLowerCase()}, so its ${field.toLowerCase()} stands.`)
    else if (isSettled(known.status) || to === '') why.push(`${name} is ${statusWords[known.status].toLowerCase()}, so its due date ${to === '' ? 'cannot be taken away' : 'stands'}.`)
    else if (!mayMoveDue) why.push(`A senior moves the due date of ${name}, which is issued.`)
  }
}

function readKind(cell: string, why: string[]): string {
  if (cell === '') return ''
  const found = (Object.entries(kinds) as [RequestKind, string][]).find(([kind, word]) => [kind, word.toLowerCase()].includes(cell.toLowerCase()))
  if (!found) why.push(`“${cell}” is no kind of request. There are ${Object.values(kinds).join(', ').toLowerCase()}.`)
  return found?.[1] ?? cell
}

function readPriority(cell: string, why: string[]): string {
  if (['', 'normal', 'medium', 'low'].includes(cell.toLowerCase())) return 'Normal'
  if (['high', 'urgent', 'critical'].includes(cell.toLowerCase())) return 'High'
  why.push(`“${cell}” is no priority. There are normal and high.`)
  return cell
}

function readControls(cell: string, { controls }: Surroundings, why: string[]): string {
  const numbers = [...new Set(cell.split(/[\s,;]+/).filter(Boolean))]
  const unknown = numbers.filter((number) => !controls.has(number))
  if (unknown.length > 0) why.push(`No control of this engagement has the number ${unknown.join(', ')}.`)
  return joinControls(numbers)
}

const collator = new Intl.Collator('en', { numeric: true })

/** Numbers of controls as a sheet writes them. */
export function joinControls(numbers: readonly string[]): string {
  return numbers.toSorted(collator.compare).join(', ')
}

function readChecklist(cell: string, why: string[]): string {
  const lines = cell.split('\n').map((line) => line.trim()).filter(Boolean)
  if (lines.length > MOST_CHECKS) why.push(`It asks for ${lines.length} things to be ticked; ask for at most ${MOST_CHECKS}.`)
  return lines.join('\n')
}

function readOwner(cell: string, { owners }: Surroundings, why: string[]): string {
  if (cell === '') return ''
  const found = owners.filter(({ name, email }) => [name.toLowerCase(), email.toLowerCase()].includes(cell.toLowerCase()))
  if (found.length === 1) return found[0]!.email
  why.push(found.length === 0 ? `${cell} is not one of the client’s people on this engagement.` : `More than one person of the client is called ${cell}; give the e-mail address.`)
  return cell
}

function readDue(cell: string, why: string[]): string {
  const day = cell === '' ? '' : readDay(cell)
  if (day === null) why.push(`“${cell}” is no day that can be read without doubt; write 2026-10-21.`)
  return day ?? cell
}
