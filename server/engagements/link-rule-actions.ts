import { endAllLinks } from '../access/links.ts'
import type { Site } from '../access/site.ts'
import { findLinkTerms } from '../access/store.ts'
import { sendInvitation } from '../accounts/actions.ts'
import { inScope } from '../database/connect.ts'
import type { LinkPolicy } from '../database/schema/engagements.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { listAccountless, updateLinkRule } from './link-rule-store.ts'
import { lockPhase } from './store.ts'

export type LinkRule = { readonly policy: LinkPolicy, readonly days: number }

/**
 * Sets how much mailed links open and for how many days new ones live. Where everybody signs in from now on, living links
 * and their sessions end at once, and who has something to answer and was never invited is invited.
 */
export async function changeLinkRule(site: Site, scope: EngagementScope, rule: LinkRule): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await lockPhase(trx, scope)
    const before = await findLinkTerms(trx, scope.engagement.id)
    if (before.policy === rule.policy && before.days === rule.days) return
    await updateLinkRule(trx, scope, rule)
    const closing = rule.policy === 'account_only' && before.policy !== 'account_only'
    const ended = closing ? await endAllLinks(trx, scope) : 0
    if (closing) for (const { id } of (await listAccountless(trx, scope)).filter(({ account }) => account === 'none')) await sendInvitation(trx, scope, site.sealer, id)
    await record(trx, scope, { kind: 'link.policy_changed', facts: { from: before.policy, to: rule.policy, fromDays: before.days, toDays: rule.days, ended } })
  })
}
