import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import { listAdditions } from './additions-store.ts'

type Shown = {
  readonly number: number, readonly reason: string, readonly text: string, readonly file: { readonly name: string, readonly size: number, readonly href: string } | null
  readonly maker: string, readonly madeAt: Date, readonly reviewer: string | null, readonly reviewedAt: Date | null, readonly partner: string | null, readonly authorizedAt: Date | null
  readonly review: string | null, readonly authorization: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'engagements/additions': { base: string, zone: string, form: FormState, locked: boolean, mayAdd: boolean, additions: readonly Shown[] }
  }
}

/** What was added to a locked file, by whom, why, and who stood for it. */
export async function additionsPage(trx: Tx, scope: EngagementScope, form: FormState = formState()) {
  const base = `/engagements/${scope.engagement.id}`
  const locked = scope.engagement.phase === 'archived'
  const additions = await listAdditions(trx, scope)
  return {
    title: 'Additions', tab: 'overview' as const, frame: 'center' as const, base, zone: scope.engagement.zone, form, locked, mayAdd: locked && may(scope.role, 'addition.make'),
    additions: additions.map((one): Shown => ({
      number: one.number, reason: one.reason, text: one.text, maker: one.maker, madeAt: one.made_at, reviewer: one.reviewer, reviewedAt: one.reviewed_at, partner: one.partner, authorizedAt: one.authorized_at,
      file: one.file_name === null ? null : { name: one.file_name, size: one.file_size ?? 0, href: `${base}/additions/${one.number}/file` },
      review: one.reviewed_at === null && one.made_by !== personOf(scope) && may(scope.role, 'addition.review') ? `${base}/additions/${one.number}/review` : null,
      authorization: one.reviewed_at !== null && one.authorized_at === null && may(scope.role, 'addition.authorize') ? `${base}/additions/${one.number}/authorization` : null,
    })),
  }
}
