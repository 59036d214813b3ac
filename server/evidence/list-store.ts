import type { Tx } from '../database/connect.ts'
import type { RequestStatus } from '../database/schema/requests.ts'
import type { LinkScope } from '../scope.ts'

export type Asked = { readonly id: string, readonly number: number, readonly title: string, readonly dueOn: string | null, readonly status: RequestStatus, readonly opens: boolean }

const closed: ReadonlySet<RequestStatus> = new Set(['accepted', 'not_applicable', 'cancelled'])

/** Everything ever asked of the recipient of a link on its engagement, and nothing asked of others. `opens`: whether it can be looked at. */
export async function listAsked(trx: Tx, scope: LinkScope): Promise<Asked[]> {
  return (await asked(trx, scope).orderBy('due_on').orderBy('number').execute()).map(opening)
}

/** One of them, or null. */
export async function findAsked(trx: Tx, scope: LinkScope, requestId: string): Promise<Asked | null> {
  const row = await asked(trx, scope).where('id', '=', requestId).executeTakeFirst()
  return row ? opening(row) : null
}

function asked(trx: Tx, scope: LinkScope) {
  return trx.selectFrom('request').select(['id', 'number', 'title', 'due_on as dueOn', 'status'])
    .where('engagement_id', '=', scope.engagement.id).where('owner_id', '=', scope.actor.personId).where('status', '<>', 'draft')
}

function opening(row: Omit<Asked, 'opens'>): Asked {
  return { ...row, opens: !closed.has(row.status) }
}
