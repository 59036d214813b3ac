import { may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { takeNumber } from '../database/counter.ts'
import { inScope, type Tx } from '../database/connect.ts'
import type { RequestKind } from '../database/schema/requests.ts'
import { Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { deleteImport, lockImport, rememberHeadings, type Mapping, type SheetImport } from '../sheets/import-store.ts'
import { countMarks, digestMarks, type RowMark } from '../sheets/marks.ts'
import type { TrailEvent } from '../trail/events.ts'
import { record } from '../trail/record.ts'
import { changeDueOne } from './actions.ts'
import { cellsOf } from './import-fields.ts'
import { judgeRows, type Judged, type Known, type Surroundings, type Written } from './import-rules.ts'
import { listOwnerAddresses, listWritten, lockNumbers, updateLabels } from './import-store.ts'
import { kinds } from './rules.ts'
import { findControlIds, insertRequest, listControlNumbers, updateDraft, type RequestDraft } from './store.ts'

/** What `sheet_import` and `sheet_heading` call a list of requests. */
export const PURPOSE = 'requests'

/** What each row of a mapped sheet would do now. */
export async function judgeImport(trx: Tx, scope: EngagementScope, sheet: SheetImport, mapping: Mapping): Promise<Judged[]> {
  const surroundings = await surroundingsOf(trx, scope)
  const rows = sheet.rows.map((row) => ({ ...mapping.defaults['kind'] && !mapping.columns.includes('kind') ? { kind: mapping.defaults['kind'] } : {}, ...cellsOf(row, mapping.columns) }))
  // The header is the first row of what people see.
  return judgeRows(rows, surroundings, 2)
}

/**
 * Takes a list over as it was previewed (`digest`), whole or not at all. Throws Refused when a row is wrong, or when
 * something changed since the preview.
 */
export async function applyImport(site: Site, scope: EngagementScope, id: string, digest: string): Promise<{ numbers: number[] }> {
  return await inScope(site.db, scope, async (trx) => {
    const sheet = await lockImport(trx, scope, PURPOSE, id)
    if (!sheet.mapping) throw new Refused('Say first what each column means.')
    await lockNumbers(trx, scope, (await judgeImport(trx, scope, sheet, sheet.mapping)).flatMap(({ known }) => known ? [known.number] : []))
    const judged = await judgeImport(trx, scope, sheet, sheet.mapping)
    const marks = judged.map(({ mark }) => mark)
    if (digestMarks(marks) !== digest) throw new Refused('The requests were changed since you looked at this preview. Look at it again; nothing was imported.')
    const { new: added, changed, same, wrong } = countMarks(marks)
    if (wrong > 0) throw new Refused('A list is taken over whole or not at all, and some of its rows are wrong. Nothing was imported.')
    const { numbers, events } = await writeRows(trx, scope, judged)
    await rememberHeadings(trx, scope, PURPOSE, sheet.header, sheet.mapping.columns)
    await deleteImport(trx, scope, id)
    await record(trx, scope, { kind: 'requests.imported', facts: { sha256: sheet.sha256, added, changed, same }, detail: { name: sheet.name } }, ...events)
    return { numbers }
  })
}

async function surroundingsOf(trx: Tx, scope: EngagementScope): Promise<Surroundings> {
  return {
    known: await listWritten(trx, scope), owners: await listOwnerAddresses(trx, scope), controls: new Set(await listControlNumbers(trx, scope)),
    mayMoveDue: may(scope.role, 'request.issue'),
  }
}

async function writeRows(trx: Tx, scope: EngagementScope, judged: readonly Judged[]): Promise<{ numbers: number[], events: TrailEvent[] }> {
  const owners = new Map((await listOwnerAddresses(trx, scope)).map(({ id, email }) => [email, id]))
  const controls = await findControlIds(trx, scope, await listControlNumbers(trx, scope))
  const numbers: number[] = []
  const events: TrailEvent[] = []
  for (const { mark, known, wanted } of judged) {
    if (mark.mark === 'new') {
      const draft = draftOf(wanted, owners, controls)
      const number = await takeNumber(trx, scope.engagement.id, 'request')
      const requestId = await insertRequest(trx, scope, number, draft)
      numbers.push(number)
      events.push({ kind: 'request.drafted', facts: { requestId, number, kind: draft.kind }, detail: { title: draft.title, ask: draft.ask } })
    } else if (mark.mark === 'changed' && known) {
      numbers.push(known.number)
      events.push(...await changeKnown(trx, scope, mark, known, wanted, { ...draftOf(wanted, owners, controls), ...wanted.owner === known.written.owner ? { ownerId: known.ownerId } : {} }))
    }
  }
  return { numbers, events }
}

async function changeKnown(trx: Tx, scope: EngagementScope, mark: Extract<RowMark, { mark: 'changed' }>, known: Known, wanted: Written, draft: RequestDraft): Promise<TrailEvent[]> {
  const fields = mark.differences.map(({ field }) => field.toLowerCase())
  const changed: TrailEvent = { kind: 'request.changed', facts: { requestId: known.id, number: known.number, fields }, detail: { title: draft.title, ask: draft.ask } }
  if (known.status === 'draft') {
    await updateDraft(trx, scope, known.id, draft)
    return [changed]
  }
  const moved = wanted.due === known.written.due ? [] : await changeDueOne(trx, scope, known.number, wanted.due, 'By an imported list')
  if (mark.differences.length === 1 && moved.length > 0) return moved
  await updateLabels(trx, scope, known.id, wanted)
  return [...moved, changed]
}

function draftOf(wanted: Written, owners: ReadonlyMap<string, string>, controls: ReadonlyMap<string, string>): RequestDraft {
  return {
    kind: (Object.keys(kinds) as RequestKind[]).find((kind) => kinds[kind] === wanted.kind)!, title: wanted.title, ask: wanted.ask, why: wanted.why, system: wanted.system,
    example: wanted.example, formats: wanted.formats, priority: wanted.priority === 'High' ? 'high' : 'normal', ownerId: owners.get(wanted.owner) ?? null, dueOn: wanted.due || null,
    controlIds: wanted.controls.split(', ').flatMap((number) => controls.get(number) ?? []), checklist: wanted.checklist.split('\n').filter(Boolean), drawId: null,
    reference: wanted.reference, externalId: wanted.external || null,
  }
}
