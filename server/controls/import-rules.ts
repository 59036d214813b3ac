import { readDay } from '../sheets/days.ts'
import type { Difference, RowMark } from '../sheets/marks.ts'
import { criteriaProblem, isReserved, rewordProblem } from './rules.ts'
import { criteriaInScope, criterion, orderCriteria } from './criteria.ts'
import { readCriteria } from './criteria-cell.ts'
import { gatherRows, numberKey, readNumber, wordingKey, type Gathered, type SheetRow } from './import-gather.ts'
import { importFields, labelOfField, type Cells, type ImportField } from './import-fields.ts'
import { spanProblems, type Period, type Spanned } from './spans.ts'
import { closedWords, type ClosedField } from './words.ts'

/** A control as a sheet writes it, every field as text. */
export type Written = Readonly<Record<ImportField, string>>
export type Known = { readonly id: string, readonly version: number, readonly wordingVersion: number, readonly ownerId: string | null, readonly everConfirmed: boolean, readonly written: Written }
export type Person = { readonly id: string, readonly name: string, readonly email: string, readonly title: string }

/** What a list is judged against, and who imports it. */
export type Surroundings = { readonly known: readonly Known[], readonly people: readonly Person[], readonly categories: readonly string[], readonly period: Period, readonly asLead: boolean }

/** What was said on the page of columns for the whole file. */
export type Choices = {
  /** What a cell of a closed field means, by `field:cell`; '' leaves it open. */
  readonly meanings: Readonly<Record<string, string>>
  readonly type: string
  readonly nature: string
  /** Numbers of ours for rows without one begin with it; '' gives none. */
  readonly prefix: string
  readonly fill: boolean
  /** Leaves criteria out that are none or not in scope, instead of refusing their rows. */
  readonly leave: boolean
}

/** A control of the list: what it would do, what is there already, and what it would say afterwards. */
export type Judged = { readonly mark: RowMark, readonly known: Known | null, readonly wanted: Written }
export type Judgement = { readonly judged: readonly Judged[], readonly titles: readonly number[], readonly repeated: number, readonly left: readonly string[], readonly passed: readonly number[] }

/** The tick on the page of columns that takes a list over without what does not belong here. */
export const LEAVE = 'Leave out criteria that this engagement does not have'

const limits: Partial<Readonly<Record<ImportField, number>>> = { wording: 5000, ownerTitle: 200, keySystems: 500, ipe: 2000 }
const empty = { ...Object.fromEntries(importFields.map(({ name }) => [name, ''])), risk: 'Moderate' } as Written

/** Judges a list as a whole: each control NEW, CHANGED and in what, SAME, or WRONG and why. */
export function judgeControls(rows: readonly SheetRow[], surroundings: Surroundings, choices: Choices): Judgement {
  const { controls, titles } = gatherRows(rows, choices.fill)
  const next = numbering(controls, surroundings, choices.prefix)
  const left = new Set<string>()
  const passed: number[] = []
  const drafts = controls.flatMap((gathered) => {
    const why: string[] = []
    const known = find(gathered.cells, surroundings.known)
    const wanted = want(gathered, known, surroundings, choices, { why, left, next })
    if (wanted === null) passed.push(gathered.row)
    return wanted === null ? [] : [{ gathered, known, wanted, why }]
  })
  const spanned = spansAfter(drafts, surroundings.known)
  const judged = drafts.flatMap(({ gathered, known, wanted, why }) => {
    why.push(...Object.values(spanProblems(spanOf(wanted), spanned, surroundings.period)))
    const base = { row: gathered.row, name: wanted.number, title: wanted.wording }
    const differences = known ? differencesOf(known.written, wanted) : []
    const mark: RowMark = why.length > 0 ? { ...base, mark: 'wrong', why } : !known ? { ...base, mark: 'new' } : differences.length > 0 ? { ...base, mark: 'changed', differences } : { ...base, mark: 'same' }
    return [{ mark, known, wanted }, ...gathered.clashes.map((clash): Judged => ({ mark: { ...base, row: clash.row, mark: 'wrong', why: [clash.why] }, known, wanted }))]
  })
  return { judged, titles, repeated: controls.reduce((sum, { repeated }) => sum + repeated.length, 0), left: [...left], passed }
}

function find(cells: Cells, known: readonly Known[]): Known | null {
  if (cells.number) return known.find(({ written }) => written.number.toLowerCase() === numberKey(cells.number!)) ?? null
  return cells.wording ? known.find(({ written }) => wordingKey(written.wording) === wordingKey(cells.wording!)) ?? null : null
}

/** The criterion that a list by criteria numbers its control by, or undefined. */
function numberedCriterion(number: string | undefined): string | undefined {
  const { ids, unknown } = readCriteria(number ?? '')
  return ids.length === 1 && unknown.length === 0 ? ids[0] : undefined
}

type Notes = { readonly why: string[], readonly left: Set<string>, readonly next: () => string }

function want({ cells, row }: Gathered, known: Known | null, surroundings: Surroundings, choices: Choices, { why, left, next }: Notes): Written | null {
  const before = known?.written ?? empty
  const read: { -readonly [F in ImportField]: string } = { ...before, ...cells }
  const named = cells.criteria ?? (known ? undefined : numberedCriterion(cells.number))
  read.criteria = named === undefined ? before.criteria : criteriaOf(named, surroundings, choices, why, left)
  if (choices.leave && read.criteria === '' && (named || (named === '' && !known))) return null
  // A list that says nothing of criteria is mapped afterwards, and the page of coverage says which are not.
  if (named !== undefined && read.criteria === '' && before.criteria + named !== '' && why.length === 0 || !known && named === '') why.push('It names no criterion.')
  read.number = known ? before.number : cells.number ? readNumber(cells.number) : next()
  if (cells.wording === '' && known) read.wording = before.wording
  for (const field of Object.keys(closedWords) as ClosedField[]) read[field] = readClosed(field, cells[field], before[field], choices, why)
  if (!known) {
    read.type ||= closedWords.type.words[choices.type] ?? ''
    read.nature ||= closedWords.nature.words[choices.nature] ?? ''
  }
  readOwner(cells, before, surroundings, read, why)
  if (cells.ipe !== undefined) read.ipe = [...new Set(cells.ipe.split('\n').map((line) => line.trim()).filter(Boolean))].join('\n')
  for (const field of ['effectiveFrom', 'effectiveTo'] as const) if (cells[field]) read[field] = readDays(field, cells[field], why)
  if (cells.replaces) read.replaces = readNumber(cells.replaces)
  refuse(read, known, surroundings, row, why)
  return read
}

function refuse(read: Written, known: Known | null, { asLead }: Surroundings, row: number, why: string[]): void {
  if (read.number === '') why.push('It has no number. Give it one in the file, or have the rows without one numbered here.')
  else if (!/^[\p{L}\p{N}][^\s\\]{0,19}$/u.test(read.number) || isReserved(read.number)) why.push(`${read.number} is no number for a control: at most 20 characters, beginning with a letter or digit.`)
  if (read.wording === '') why.push('It has no wording.')
  if (read.type === '' && !why.some((one) => one.includes('is no type.'))) why.push('It does not say whether it prevents, detects or corrects. Choose one for all such rows with the columns.')
  if (read.nature === '' && !why.some((one) => one.includes('is no nature.'))) why.push('It does not say whether it is manual or automated. Choose one for all such rows with the columns.')
  for (const [field, limit] of Object.entries(limits) as [ImportField, number][]) if (read[field].length > limit) why.push(`${labelOfField(field)} has ${read[field].length} characters; keep it under ${limit}.`)
  if (asLead && read.risk !== (known?.written.risk ?? empty.risk)) why.push('The auditors assess the risk. Leave it as it is.')
  const fixed = known && read.wording !== known.written.wording ? rewordProblem(asLead ? 'lead' : null, known.everConfirmed) : null
  if (fixed !== null) why.push(`Row ${row} rewords ${read.number}. ${fixed}`)
}

function criteriaOf(cell: string, { categories }: Surroundings, { leave }: Choices, why: string[], left: Set<string>): string {
  const { ids, unknown } = readCriteria(cell)
  const inScope = new Set(criteriaInScope(categories).map(({ id }) => id))
  const odd = [...unknown, ...ids.filter((id) => !inScope.has(id))]
  if (leave) for (const id of odd) left.add(id)
  else {
    const series = unknown.filter((id) => /^[A-Z]+\d$/.test(id))
    if (series.length > 0) why.push(`${series.join(', ')} names a whole series; name its criteria.`)
    const rest = odd.filter((id) => !series.includes(id))
    if (rest.length > 0) why.push(`${criteriaProblem(rest.some((id) => criterion(id) === undefined) ? rest.filter((id) => criterion(id) === undefined) : rest, categories)!} Tick “${LEAVE}” with the columns to leave such criteria out.`)
  }
  return orderCriteria(leave ? ids.filter((id) => inScope.has(id)) : ids).join(', ')
}

function readClosed(field: ClosedField, cell: string | undefined, before: string, { meanings }: Choices, why: string[]): string {
  if (cell === undefined) return before
  const { words, read } = closedWords[field]
  const chosen = meanings[`${field}:${cell}`]
  const keys = chosen === undefined ? read(cell) : chosen === '' ? [] : [chosen]
  if (keys === null) why.push(`“${cell}” is no ${field === 'risk' ? 'level of risk' : field}. Say with the columns what it means; there ${Object.values(words).length > 3 ? 'are' : 'is'} ${Object.values(words).join(', ').toLowerCase()}.`)
  if (keys === null || (keys.length === 0 && field !== 'frequency')) return before
  return phrase(keys, words)
}

/** '' for none, 'At each event, yearly' for several: what an export writes and an import reads. */
export function phrase(keys: readonly string[], words: Readonly<Record<string, string>>): string {
  const order = Object.keys(words)
  return keys.toSorted((a, b) => order.indexOf(b) - order.indexOf(a)).map((key, place) => place === 0 ? words[key]! : words[key]!.toLowerCase()).join(', ')
}

function readOwner(cells: Cells, before: Written, { people }: Surroundings, read: { owner: string, ownerTitle: string }, why: string[]): void {
  const cell = cells.owner
  if (cell === undefined) return
  // Somebody who has left stays the owner until the list names another.
  if (cell === before.owner) return
  const plain = cell.toLowerCase()
  const found = people.filter(({ name, email }) => name.toLowerCase() === plain || email.toLowerCase() === plain)
  if (found.length > 1) why.push(`More than one person of the client is called ${cell}; give the e-mail address.`)
  if (found.length === 1) {
    read.owner = found[0]!.email
    if (!cells.ownerTitle) read.ownerTitle = before.ownerTitle || found[0]!.title
    return
  }
  read.owner = cell === '' ? '' : before.owner
  if (cell !== '' && cells.ownerTitle === undefined) read.ownerTitle = cell
  else if (cell !== '' && found.length === 0) why.push(`${cell} is not one of the client’s people on this engagement.`)
}

function readDays(field: 'effectiveFrom' | 'effectiveTo', cell: string, why: string[]): string {
  const day = readDay(cell)
  if (day === null) why.push(`${labelOfField(field)} “${cell}” is no day that can be read without doubt; write 2026-10-21.`)
  return day ?? ''
}

function numbering(controls: readonly Gathered[], { known }: Surroundings, prefix: string): () => string {
  if (prefix === '') return () => ''
  const taken = [...known.map(({ written }) => written.number), ...controls.flatMap(({ cells }) => cells.number ? [readNumber(cells.number)] : [])]
  const counts = taken.filter((number) => number.toLowerCase().startsWith(prefix.toLowerCase())).map((number) => Number(number.slice(prefix.length))).filter((count) => Number.isInteger(count))
  let last = Math.max(0, ...counts)
  const width = Math.max(2, String(last + controls.length).length)
  return () => `${prefix}${String(++last).padStart(width, '0')}`
}

function spansAfter(drafts: readonly { wanted: Written }[], known: readonly Known[]): Spanned[] {
  const after = new Map(known.map(({ written }) => [written.number, spanOf(written)]))
  for (const { wanted } of drafts) after.set(wanted.number, spanOf(wanted))
  return [...after.values()]
}

function spanOf({ number, effectiveFrom, effectiveTo, replaces }: Written): Spanned {
  return { number, effectiveFrom: effectiveFrom || null, effectiveTo: effectiveTo || null, replaces: replaces || null }
}

function differencesOf(before: Written, after: Written): Difference[] {
  return importFields.map(({ name }) => name).filter((field) => before[field] !== after[field])
    .map((field) => ({ field: labelOfField(field), from: before[field], to: after[field] }))
}
