import { findLinkTerms } from '../access/store.ts'
import type { Tx } from '../database/connect.ts'
import type { LinkPolicy } from '../database/schema/engagements.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { plural } from '../web/helpers.ts'
import { countLivingLinks, listAccountless } from './link-rule-store.ts'

declare module '../web/view.ts' {
  interface Pages {
    'engagements/link-rule': { base: string, form: FormState, policies: readonly Choice[], living: number, accountless: readonly { readonly name: string, readonly account: 'invited' | 'none' }[] }
  }
}

const words: Readonly<Record<LinkPolicy, { label: string, hint: string, short: string }>> = {
  link: { short: 'by link', label: 'The link in the mail', hint: 'It opens one request for whoever has the mail, and nothing else. The trail says the recipient asserted who they are.' },
  link_and_code: { short: 'by link and mailed code', label: 'The link and a code mailed when it is opened', hint: 'Six digits, good for ten minutes and five tries. A mail that was passed on opens nothing.' },
  account_only: { short: 'signed in only', label: 'An account only', hint: 'Mails lead to the sign-in. Links that are out now end at once, and who was never invited is invited.' },
}

/** What may open a request, to choose from. */
export const linkChoices: readonly Choice[] = Object.entries(words).map(([value, { label, hint }]) => ({ value, label, hint }))

/** 'by link, which lives 14 days' */
export function linkRuleWords({ policy, days }: { policy: LinkPolicy, days: number }): string {
  return policy === 'account_only' ? words[policy].short : `${words[policy].short}, good for ${plural(days, 'day')}`
}

/** How the client's people come to their requests, for the manager to set. */
export async function linkRulePage(trx: Tx, scope: EngagementScope, form?: FormState) {
  const { policy, days } = await findLinkTerms(trx, scope.engagement.id)
  return {
    title: 'How owners answer', tab: 'overview' as const, frame: 'center' as const, base: `/engagements/${scope.engagement.id}`,
    form: form ?? formState({ policy, days: String(days) }),
    policies: linkChoices,
    living: await countLivingLinks(trx, scope), accountless: await listAccountless(trx, scope),
  }
}
