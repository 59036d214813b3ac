import type { Site } from '../access/site.ts'
import type { Tx } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import { draftRequest, issueOne } from '../requests/actions.ts'
import { requestNumber } from '../requests/rules.ts'
import { changedFields, lockRequest, updateDraft, type RequestDraft } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { TrailEvent } from '../trail/events.ts'
import { insertRequestItems } from './draws-store.ts'

/** What is asked for the items; `fills` is the number of a sample request that waits as a draft for just these items. */
export type SampleAsk = Omit<RequestDraft, 'kind' | 'drawId'> & {
  readonly fills?: number
  /** Further owners among whom the items are divided, in equal runs of their order; each is asked for their own alone. */
  readonly others?: readonly string[]
}

/** Writes the sample request of a draw, or one for each owner, and issues it unless it is to wait as a draft. */
export async function askForItems(trx: Tx, site: Site, scope: EngagementScope, drawId: string, items: readonly { readonly id: string }[], { fills, others = [], ...request }: SampleAsk, draftOnly: boolean, partial = false): Promise<TrailEvent[]> {
  if (request.ownerId === null || request.dueOn === null) throw new Invalid({ [request.ownerId === null ? 'owner' : 'due']: 'The sample request needs an owner and a due date.' })
  const owners = [...new Set([request.ownerId, ...others])]
  if (owners.length > items.length) throw new Invalid({ others: `${items.length} items cannot be divided among ${owners.length} owners.` })
  const events: TrailEvent[] = []
  for (const [index, ownerId] of owners.entries()) {
    const share = items.slice(Math.floor(index * items.length / owners.length), Math.floor((index + 1) * items.length / owners.length))
    const title = owners.length === 1 ? request.title : `${request.title} (${index + 1} of ${owners.length})`
    const draft = { ...request, title, ownerId, kind: 'sample', drawId } as const
    const filled = fills === undefined || index > 0 ? [] : await fillDraft(trx, scope, fills, draft)
    const { id, number } = fills === undefined || index > 0 ? await draftRequest(trx, scope, draft) : await lockRequest(trx, scope, fills)
    if (owners.length > 1 || partial) await insertRequestItems(trx, scope, id, share.map((item) => item.id))
    events.push(...filled)
    if (draftOnly) continue
    events.push(...await issueOne(trx, scope, site.sealer, number).catch((error: Error) => {
      throw error instanceof Refused ? new Refused(`${requestNumber(number)}: ${error.message}`) : error
    }))
  }
  return events
}

async function fillDraft(trx: Tx, scope: EngagementScope, number: number, draft: RequestDraft): Promise<TrailEvent[]> {
  const request = await lockRequest(trx, scope, number)
  if (request.status !== 'draft' || request.kind !== 'sample' || request.draw_id !== null) throw new Refused(`${requestNumber(number)} is no sample request that waits for its items.`)
  await updateDraft(trx, scope, request.id, draft)
  return [{ kind: 'request.changed', facts: { requestId: request.id, number, fields: [...changedFields(request, draft), 'items'] }, detail: { title: draft.title, ask: draft.ask } }]
}
