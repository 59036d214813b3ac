import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { CodePurpose } from '../database/schema/requests.ts'
import { post } from '../mail/outbox.ts'
import { isSame, newCode, type Sealer } from '../secrets.ts'
import type { LinkScope } from '../scope.ts'

export const CODE_MINUTES = 10
export const CODE_TRIES = 5

/** How many codes a link may ask for in an hour and in a day; each can be tried five times. */
const MOST_AN_HOUR = 6
const MOST_A_DAY = 20

/** `recent`: one went out within the last minute; `many`: the link has had its fill for now. */
export type Mailing = 'sent' | 'recent' | 'many'

/** What a typed code turned out to be. `none`: there is no code left to be right about. */
export type Verdict = 'right' | 'wrong' | 'none'

/**
 * Mails the recipient of a link six digits that work for ten minutes, beside those of a mail sent before. `number` names
 * the request in the mail, null for the whole list.
 */
export async function mailCode(trx: Tx, scope: LinkScope, sealer: Sealer, purpose: CodePurpose, number: string | null): Promise<Mailing> {
  await lockLink(trx, scope)
  const { recent, hour, day } = await countCodes(trx, scope, purpose)
  if (recent > 0) return 'recent'
  if (hour >= MOST_AN_HOUR || day >= MOST_A_DAY) return 'many'
  const code = newCode()
  await trx.insertInto('answer_code').values({
    engagement_id: scope.engagement.id, link_id: scope.actor.id, purpose, code_hash: hashCode(sealer, scope, purpose, code),
    created_at: sql<Date>`now()`, expires_at: sql<Date>`now() + make_interval(mins => ${CODE_MINUTES})`,
  }).execute()
  await post(trx, scope, sealer, {
    to: scope.actor.personId, template: 'answer_code', code, goodMinutes: CODE_MINUTES,
    facts: { firm: scope.engagement.firm, client: scope.engagement.client, number, minutes: CODE_MINUTES },
  })
  return 'sent'
}

/** Whether a code went out that still works, so that pressing the button again need not send another. */
export async function hasLivingCode(trx: Tx, scope: LinkScope, purpose: CodePurpose): Promise<boolean> {
  const row = await livingCodes(trx, scope, purpose).where(sql<boolean>`created_at > now() - make_interval(mins => ${CODE_MINUTES / 2})`).executeTakeFirst()
  return row !== undefined
}

/** Tries what was typed on every code that still works; a wrong try counts for each of them, and the right one works once. */
export async function tryCode(trx: Tx, scope: LinkScope, sealer: Sealer, purpose: CodePurpose, typed: string): Promise<Verdict> {
  await lockLink(trx, scope)
  const living = await livingCodes(trx, scope, purpose).select('code_hash').execute()
  if (living.length === 0) return 'none'
  const hash = hashCode(sealer, scope, purpose, typed)
  // Every hash is compared, so that the time tells nothing.
  const right = living.filter(({ code_hash: stored }) => isSame(stored, hash))
  const change = trx.updateTable('answer_code').where('engagement_id', '=', scope.engagement.id)
  if (right.length > 0) {
    await change.set({ used_at: sql<Date>`now()` }).where('id', 'in', living.map(({ id }) => id)).execute()
    return 'right'
  }
  await change.set((row) => ({ tries: row('tries', '+', 1) })).where('id', 'in', living.map(({ id }) => id)).execute()
  return 'wrong'
}

// Codes of one link are made and tried one after the other, so that none of the limits slips.
async function lockLink(trx: Tx, scope: LinkScope): Promise<void> {
  await trx.selectFrom('answer_link').select('id').where('engagement_id', '=', scope.engagement.id).where('id', '=', scope.actor.id).forUpdate().execute()
}

async function countCodes(trx: Tx, scope: LinkScope, purpose: CodePurpose): Promise<{ recent: number, hour: number, day: number }> {
  return await trx.selectFrom('answer_code').select([
    sql<number>`count(*) filter (where purpose = ${purpose} and created_at > now() - interval '1 minute')`.as('recent'),
    sql<number>`count(*) filter (where created_at > now() - interval '1 hour')`.as('hour'),
    sql<number>`count(*) filter (where created_at > now() - interval '1 day')`.as('day'),
  ]).where('engagement_id', '=', scope.engagement.id).where('link_id', '=', scope.actor.id).executeTakeFirstOrThrow()
}

function livingCodes(trx: Tx, scope: LinkScope, purpose: CodePurpose) {
  return trx.selectFrom('answer_code').select('id')
    .where('engagement_id', '=', scope.engagement.id).where('link_id', '=', scope.actor.id).where('purpose', '=', purpose)
    .where('used_at', 'is', null).where('tries', '<', CODE_TRIES).where(sql<boolean>`expires_at > now()`)
}

function hashCode(sealer: Sealer, scope: LinkScope, purpose: CodePurpose, code: string): string {
  return sealer.mark(`answer code ${purpose} ${scope.actor.id}`, code)
}
