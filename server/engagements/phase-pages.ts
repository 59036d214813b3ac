import { Temporal } from 'temporal-polyfill'
import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { criteriaInScope } from '../controls/criteria.ts'
import type { RecordKind } from '../database/schema/closing.ts'
import type { EngagementScope } from '../scope.ts'
import { formState, type FormState } from '../web/form.ts'
import { waitsOf, type Blocker } from './blockers.ts'
import { whyKept } from './destruction-actions.ts'
import { phaseFacts } from './phase-actions.ts'
import type { Condition } from './phase-conditions.ts'
import { findClosing, type Closing } from './phase-store.ts'
import { course, isBackward, isPhase, moves, nextOf, phaseName, phasesOf, phaseWord, type Phase } from './phases.ts'
import { countOpen } from './progress-store.ts'
import { recordKinds, records } from './records.ts'
import { listRecords, type KeptRecord } from './records-store.ts'
import { countFacts } from './store.ts'

type Listed = { readonly title: string, readonly href: string, readonly on: string | null, readonly recorder: string | null, readonly words: string, readonly file: boolean }

declare module '../web/view.ts' {
  interface Pages {
    'engagements/phase': {
      base: string
      phase: Phase
      phases: 'phase' | 'assessment'
      course: readonly { readonly mark: 'done' | 'now' | 'todo', readonly word: string }[]
      refusal: string | null
      form: FormState
      next: { readonly to: Phase, readonly word: string, readonly release: boolean, readonly may: boolean, readonly conditions: readonly Condition[], readonly missing: number, readonly also: readonly Blocker[] } | null
      back: { readonly to: Phase, readonly word: string } | null
      later: readonly { readonly word: string, readonly conditions: readonly Condition[], readonly missing: number }[]
      mayWithdraw: boolean
      records: readonly Listed[]
      dates: Closing & { readonly assemblyDue: string | null, readonly late: boolean, readonly past: boolean, readonly may: boolean, readonly mayHold: boolean }
      dateForm: FormState
      holdForm: FormState
      /** Present where the caller may destroy the file today. */
      destruction: { readonly hint: string, readonly form: FormState } | null
      kept: string | null
      additions: boolean
      zone: string
    }
  }
}

export type Typed = { readonly refusal?: string, readonly form?: FormState, readonly dateForm?: FormState, readonly holdForm?: FormState, readonly destroyForm?: FormState, readonly kept?: string }

/** Where an engagement stands, what the next phase asks, the records it rests on and the dates at its end. */
export async function phasePage(trx: Tx, scope: EngagementScope, typed: Typed = {}) {
  const base = `/engagements/${scope.engagement.id}`
  const { conditions, phase, facts } = await waitsFor(trx, scope)
  const closing = await findClosing(trx, scope)
  const { purpose } = scope.engagement
  const mayChange = may(scope.role, 'phase.change')
  const to = nextOf(phase)
  const [first, ...later] = conditions
  const back = moves[phase].find((one) => isBackward(phase, one))
  const assemblyDue = closing.releaseDate === null ? null : Temporal.PlainDate.from(closing.releaseDate).add({ days: closing.assemblyDays }).toString()
  const under = (condition: Condition) => ({ ...condition, href: `${base}/${condition.href}` })
  return {
    title: 'Phase and closing', tab: 'overview' as const, base, phase, phases: phasesOf(purpose), zone: scope.engagement.zone,
    course: course.map((one, index) => ({ word: phaseName(one, purpose), mark: markOf(index, course.indexOf(phase)) })),
    refusal: typed.refusal ?? null, form: typed.form ?? formState(),
    next: to === null || first === undefined ? null : {
      to, word: phaseWord(to, purpose), release: to === 'issued', may: to === 'issued' ? may(scope.role, 'engagement.release') : mayChange,
      conditions: first.conditions.map(under), missing: first.missing.length, also: first.also.map(({ text, href }) => ({ text, href: `${base}/${href}` })),
    },
    back: mayChange && back !== undefined ? { to: back, word: phaseWord(back, purpose) } : null,
    later: later.map((wait) => ({ word: phaseName(wait.phase, purpose), conditions: wait.conditions.map(under), missing: wait.missing.length })),
    mayWithdraw: mayChange && moves[phase].includes('withdrawn'),
    records: listed(base, await listRecords(trx, scope), facts.unconfirmed.length, scope.engagement.purpose === 'readiness'),
    dates: {
      ...closing, assemblyDue, past: phase === 'archived' && closing.retentionUntil !== null && closing.retentionUntil < facts.today, late: assemblyDue !== null && closing.archivedAt === null && assemblyDue < facts.today,
      may: mayChange && ['fieldwork', 'wrap_up', 'reporting'].includes(phase), mayHold: may(scope.role, 'engagement.hold'),
    },
    dateForm: typed.dateForm ?? formState({ reportDate: closing.reportDate ?? '', releaseDate: closing.releaseDate ?? '' }),
    holdForm: typed.holdForm ?? formState(),
    destruction: may(scope.role, 'engagement.destroy') && whyKept(closing, facts.today) === null ? { hint: `Type “${scope.engagement.client}” to show that you mean this file.`, form: typed.destroyForm ?? formState() } : null,
    kept: typed.kept ?? null,
    additions: phase === 'archived',
  }
}

/** What each phase to come waits for, counted once for every page that shows it. */
export async function waitsFor(trx: Tx, scope: EngagementScope) {
  const phase: Phase = isPhase(scope.engagement.phase) ? scope.engagement.phase : 'draft'
  const facts = await phaseFacts(trx, scope)
  const { unconfirmed, covered } = await countFacts(trx, scope)
  const known = new Set(covered)
  const uncovered = criteriaInScope(scope.engagement.categories).filter(({ id }) => !known.has(id)).length
  return { phase, facts, conditions: waitsOf(phase, facts, { unconfirmed, uncovered, ...await countOpen(trx, scope) }) }
}

/** How a step of the course is marked when the engagement stands at step `at`. */
export function markOf(index: number, at: number): 'done' | 'now' | 'todo' {
  return index < at ? 'done' : index === at ? 'now' : 'todo'
}

const examination: ReadonlySet<RecordKind> = new Set(['control_matrix', 'assertion', 'representation', 'subsequent_events', 'quality_review'])

function listed(base: string, kept: readonly KeptRecord[], unconfirmed: number, readiness: boolean): Listed[] {
  return recordKinds.filter((kind) => !readiness || !examination.has(kind)).map((kind) => {
    const latest = kept.find((one) => one.kind === kind)
    const standing = latest?.stands ? latest : undefined
    const each = kind === 'independence'
    return {
      title: records[kind].title, href: `${base}/records/${kind}`, on: each ? null : standing?.dated_on ?? null, recorder: each ? null : standing?.recorder ?? null,
      words: each ? unconfirmed === 0 ? 'everybody on the team' : `${unconfirmed} of the team to confirm` : latest && !standing ? 'taken back' : 'not on record',
      file: !each && standing?.file_name !== undefined && standing.file_name !== null,
    }
  })
}
