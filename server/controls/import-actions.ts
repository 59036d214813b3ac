import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { ControlTable } from '../database/schema/controls.ts'
import { Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { deleteImport, lockImport, rememberHeadings, type Mapping, type SheetImport } from '../sheets/import-store.ts'
import { countMarks, digestMarks, type Difference } from '../sheets/marks.ts'
import { reopenReworded } from '../testing/store.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { cellsOf, labelOfField } from './import-fields.ts'
import { judgeControls, type Choices, type Judged, type Judgement, type Known, type Written } from './import-rules.ts'
import { listPeople, listWritten, lockControls } from './import-store.ts'
import { linesOf } from './forms.ts'
import { natureWords, riskWords, typeWords } from './rules.ts'
import { insertControl, insertWording, updateControl, type ControlFields } from './store.ts'
import { readFrequencies } from './words.ts'

/** What `sheet_import` and `sheet_heading` call a list of controls. */
export const PURPOSE = 'controls'
const MEANING = 'meaning:'

/** What each control of a mapped sheet would do now. */
export async function judgeImport(trx: Tx, scope: EngagementScope, sheet: SheetImport, mapping: Mapping): Promise<Judgement> {
  const first = Number(mapping.defaults['first'] ?? 2)
  const rows = sheet.rows.map((row, place) => ({ row: first + place, cells: cellsOf(row, mapping.columns) }))
  const { categories } = scope.engagement
  return judgeControls(rows, { known: await listWritten(trx, scope), people: await listPeople(trx, scope), categories, period: scope.engagement, asLead: scope.role === 'lead' }, choicesOf(mapping))
}

/** The choices for the whole file, from how a mapping keeps them. */
export function choicesOf({ defaults }: Mapping): Choices {
  const meanings = Object.fromEntries(Object.entries(defaults).filter(([name]) => name.startsWith(MEANING)).map(([name, value]) => [name.slice(MEANING.length), value]))
  return { meanings, type: defaults['type'] ?? '', nature: defaults['nature'] ?? '', prefix: defaults['prefix'] ?? '', fill: defaults['fill'] === 'yes', leave: defaults['leave'] === 'yes' }
}

/**
 * Takes a list over as it was previewed (`digest`), whole or not at all. What the lead imports is confirmed with it. Throws
 * Refused when a row is wrong, or when something changed since the preview.
 */
export async function applyImport(site: Site, scope: EngagementScope, id: string, digest: string): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    const sheet = await lockImport(trx, scope, PURPOSE, id)
    if (!sheet.mapping) throw new Refused('Say first what each column means.')
    await lockControls(trx, scope)
    const { judged } = await judgeImport(trx, scope, sheet, sheet.mapping)
    const marks = judged.map(({ mark }) => mark)
    if (digestMarks(marks) !== digest) throw new Refused('The controls were changed since you looked at this preview. Look at it again; nothing was imported.')
    const { new: added, changed, same, wrong } = countMarks(marks)
    if (wrong > 0) throw new Refused('A list is taken over whole or not at all, and some of its rows are wrong. Nothing was imported.')
    const source = sheet.mapping.defaults['source'] || sheet.name
    const events: TrailEvent[] = []
    for (const one of inSpans(judged)) events.push(...await write(trx, scope, one, source))
    await rememberHeadings(trx, scope, PURPOSE, sheet.header, sheet.mapping.columns.map((field) => field?.startsWith('tick:') ? null : field))
    await deleteImport(trx, scope, id)
    await record(trx, scope, { kind: 'controls.imported', facts: { sha256: sheet.sha256, added, changed, same }, detail: { name: sheet.name, source } }, ...events)
  })
}

/** Those that others of the list take the place of come first, so that they are there to be pointed at. */
function inSpans(judged: readonly Judged[]): Judged[] {
  const left = new Map(judged.map((one) => [one.wanted.number, one]))
  const order: Judged[] = []
  const take = (one: Judged) => {
    if (!left.delete(one.wanted.number)) return
    const before = left.get(one.wanted.replaces)
    if (before) take(before)
    order.push(one)
  }
  for (const one of judged) take(one)
  return order
}

async function write(trx: Tx, scope: EngagementScope, { mark, known, wanted }: Judged, source: string): Promise<TrailEvent[]> {
  const people = await listPeople(trx, scope)
  const ownerId = wanted.owner === '' ? null : wanted.owner === known?.written.owner ? known.ownerId : people.find(({ email }) => email === wanted.owner)?.id ?? null
  const fields = fieldsFrom(wanted, ownerId)
  const confirmed = scope.role === 'lead'
  if (mark.mark === 'changed' && known) return await change(trx, scope, known, wanted, mark.differences, fields, { source, confirmed })
  if (mark.mark !== 'new') return []
  const { number } = wanted
  const controlId = await insertControl(trx, scope, number, fields)
  if (controlId === null) throw new Refused(`Somebody else has just entered ${number}. Look at the preview again; nothing was imported.`)
  await insertWording(trx, scope, controlId, 1, { text: wanted.wording, source, confirmed })
  return [
    { kind: 'control.added', facts: { controlId, number, criteria: fields.criteria }, detail: { wording: wanted.wording, source, ownerTitle: fields.ownerTitle, ownerId } },
    ...confirmed ? [{ kind: 'control.wording_confirmed', facts: { controlId, number, version: 1 } } as const] : [],
  ]
}

async function change(trx: Tx, scope: EngagementScope, known: Known, wanted: Written, differences: readonly Difference[], fields: ControlFields, { source, confirmed }: { source: string, confirmed: boolean }): Promise<TrailEvent[]> {
  const events: TrailEvent[] = []
  const { number } = wanted
  const other = differences.filter(({ field }) => field !== labelOfField('wording'))
  if (other.length > 0) {
    await updateControl(trx, scope, known.id, fields)
    const told = (side: 'from' | 'to') => Object.fromEntries(other.map((one) => [one.field, one[side]]))
    events.push({ kind: 'control.changed', facts: { controlId: known.id, number, fields: other.map(({ field }) => field.toLowerCase()) }, detail: { before: told('from'), after: told('to') } })
  }
  if (other.length === differences.length) return events
  const facts = { controlId: known.id, number, version: known.wordingVersion + 1 }
  await insertWording(trx, scope, known.id, facts.version, { text: wanted.wording, source, confirmed })
  return [
    ...events, { kind: 'control.reworded', facts, detail: { wording: wanted.wording, source } },
    ...confirmed ? [{ kind: 'control.wording_confirmed', facts } as const] : [], ...await reopenReworded(trx, scope, known.id),
  ]
}

function fieldsFrom(wanted: Written, ownerId: string | null): ControlFields {
  return {
    ownerId, ownerTitle: wanted.ownerTitle, frequencies: readFrequencies(wanted.frequency) ?? [], type: keyOf(typeWords, wanted.type), nature: keyOf(natureWords, wanted.nature) satisfies ControlTable['nature'],
    risk: keyOf(riskWords, wanted.risk), criteria: wanted.criteria.split(', ').filter(Boolean), keySystems: wanted.keySystems, ipe: linesOf(wanted.ipe),
    effectiveFrom: wanted.effectiveFrom || null, effectiveTo: wanted.effectiveTo || null, replaces: wanted.replaces || null,
  }
}

function keyOf<T extends string>(words: Readonly<Record<T, string>>, word: string): T {
  return (Object.keys(words) as T[]).find((key) => words[key] === word)!
}
