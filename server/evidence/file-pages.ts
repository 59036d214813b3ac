import { mayStill } from '../access/policy.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import type { Decide } from './decide-pages.ts'
import type { Quarantine } from './quarantine-store.ts'
import type { FileDecision } from './review-store.ts'
import type { FileRow } from './store.ts'
import { reasonWord } from './version-pages.ts'

/** The file being looked at: what was decided on it alone, where it was taken from, and whether it is withheld. */
export type FilePanel = {
  readonly id: string
  readonly name: string
  readonly decision: { readonly accepted: boolean, readonly carried: boolean, readonly by: string, readonly at: Date, readonly reason: string, readonly words: string } | null
  readonly decide: string | null
  readonly form: FormState
  readonly open: boolean
  readonly from: { readonly words: string, readonly href: string | null } | null
  readonly withheld: { readonly kept: boolean, readonly reason: string, readonly by: string, readonly at: Date, readonly decider: string | null, readonly decidedAt: Date | null } | null
  readonly withholding: string | null
  readonly ruling: string | null
}

export type Source = { readonly id: string, readonly number: number, readonly version: number }

type Panelled = { readonly file: FileRow, readonly here: string, readonly under: boolean, readonly decide: Decide, readonly decision: FileDecision | undefined, readonly quarantine: Quarantine | undefined, readonly source: Source | null, readonly number: number, readonly typed: FormState | null }

export function filePanel(scope: EngagementScope, { file, here, under, decide, decision, quarantine, source, number, typed }: Panelled): FilePanel {
  const held = file.withheld && quarantine ? quarantine : null
  const base = `/engagements/${scope.engagement.id}/requests`
  return {
    id: file.id, name: file.name,
    decision: decision ? { accepted: decision.decision === 'accepted', carried: decision.carried, by: decision.decider, at: decision.at, reason: decision.reason === null ? '' : reasonWord(decision.reason), words: decision.words } : null,
    decide: under && decide.return ? `${here}/files/${file.id}/decision` : null,
    form: typed ? { ...typed, values: { words: '', reason: '', ...typed.values } } : formState({ words: decision?.carried ? '' : decision?.words ?? '', reason: decision?.carried ? '' : decision?.reason ?? '' }), open: typed !== null,
    from: source === null ? null : source.number === number
      ? { words: `Carried over from version ${source.version}`, href: `${base}/${requestNumber(number)}?file=${source.id}` }
      : { words: `Used again from ${requestNumber(source.number)}, version ${source.version}`, href: `${base}/${requestNumber(source.number)}?file=${source.id}` },
    withheld: held && { kept: held.status === 'kept', reason: held.reason, by: held.asker, at: held.asked_at, decider: held.decider, decidedAt: held.decided_at },
    withholding: !file.withheld && mayStill(scope, 'evidence.withhold') ? `${here}/files/${file.id}/quarantine` : null,
    ruling: file.withheld && mayStill(scope, 'quarantine.decide') ? `${here}/files/${file.id}/quarantine/decision` : null,
  }
}
