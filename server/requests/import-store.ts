import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { EngagementScope } from '../scope.ts'
import { joinControls, type Known, type Written } from './import-rules.ts'
import { kinds, requestNumber } from './rules.ts'
import { visible } from './store.ts'

/** A request as an export writes it, with what an import does not read: `told` in the order of `toldColumns`. */
export type Exported = Known & { readonly told: { readonly ownerName: string, readonly firstDue: string, readonly version: string, readonly files: string } }

/** Every request this scope may see, as texts, by number; `numbers` narrows it. */
export async function listWritten(trx: Tx, scope: EngagementScope, numbers?: readonly number[]): Promise<Exported[]> {
  const engagement = scope.engagement.id
  let query = visible(trx, scope).leftJoin('person as owner', 'owner.id', 'request.owner_id')
    .selectAll('request').select(['owner.email', 'owner.name as owner_name'])
  if (numbers) query = query.where('request.number', 'in', numbers.length > 0 ? numbers : [0])
  const requests = await query.orderBy('request.number').execute()
  const controls = await trx.selectFrom('request_control')
    .innerJoin('control', (join) => join.onRef('control.engagement_id', '=', 'request_control.engagement_id').onRef('control.id', '=', 'request_control.control_id'))
    .select(['request_control.request_id', sql<string[]>`array_agg(control.number)`.as('numbers')])
    .where('request_control.engagement_id', '=', engagement).groupBy('request_control.request_id').execute()
  const checks = await trx.selectFrom('checklist_item').select(['request_id', sql<string>`string_agg(text, E'\\n' order by position)`.as('lines')])
    .where('engagement_id', '=', engagement).groupBy('request_id').execute()
  const sent = await trx.selectFrom('submission').leftJoin('evidence_file', (join) => join.onRef('evidence_file.engagement_id', '=', 'submission.engagement_id').onRef('evidence_file.submission_id', '=', 'submission.id'))
    .select(['submission.request_id', 'submission.number', (eb) => eb.fn.count<number>('evidence_file.id').as('files')])
    .where('submission.engagement_id', '=', engagement).where('submission.status', '<>', 'draft')
    .groupBy(['submission.request_id', 'submission.number']).orderBy('submission.number').execute()
  const numbersOf = new Map(controls.map(({ request_id: id, numbers: list }) => [id, list]))
  const linesOf = new Map(checks.map(({ request_id: id, lines }) => [id, lines]))
  const sentOf = new Map(sent.map((each) => [each.request_id, each]))
  return requests.map((request) => {
    const written: Written = {
      number: requestNumber(request.number), external: request.external_id ?? '', reference: request.reference, kind: kinds[request.kind], title: request.title,
      ask: request.ask, why: request.why, controls: joinControls(numbersOf.get(request.id) ?? []), checklist: linesOf.get(request.id) ?? '', example: request.example,
      formats: request.formats, system: request.system, priority: request.priority === 'high' ? 'High' : 'Normal', owner: request.email ?? '', due: request.due_on ?? '',
    }
    const newest = sentOf.get(request.id)
    return {
      id: request.id, number: request.number, status: request.status, version: request.version, drawn: request.draw_id !== null, ownerId: request.owner_id, written,
      told: { ownerName: request.owner_name ?? '', firstDue: request.original_due_on ?? '', version: newest ? String(newest.number) : '', files: newest ? String(newest.files) : '' },
    }
  })
}

/** The client's people who can be asked, with their addresses. */
export async function listOwnerAddresses(trx: Tx, scope: EngagementScope): Promise<{ id: string, name: string, email: string }[]> {
  return await trx.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person_id').select(['person.id', 'person.name', 'person.email'])
    .where('membership.engagement_id', '=', scope.engagement.id).where('membership.role', 'in', ['owner', 'lead', 'sponsor'])
    .where('membership.removed_at', 'is', null).where('person.removed_at', 'is', null).execute()
}

/** Locks the requests an import changes, so that nobody moves them between judging and writing. */
export async function lockNumbers(trx: Tx, scope: EngagementScope, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return
  await trx.selectFrom('request').select('id').where('engagement_id', '=', scope.engagement.id).where('number', 'in', numbers).orderBy('number').forUpdate().execute()
}

/** Writes what a list may say of a request in any state: its references and its priority. */
export async function updateLabels(trx: Tx, scope: EngagementScope, id: string, { external, reference, priority }: Written): Promise<void> {
  await trx.updateTable('request').set((row) => ({
    external_id: external || null, reference, priority: priority === 'High' ? 'high' as const : 'normal' as const, version: row('version', '+', 1),
  })).where('engagement_id', '=', scope.engagement.id).where('id', '=', id).execute()
}
