import { frequencyWords } from '../controls/rules.ts'
import { findControl, listControls, type Control } from '../controls/store.ts'
import type { Tx } from '../database/connect.ts'
import type { LineKind } from '../database/schema/testing.ts'
import type { EngagementScope } from '../scope.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import type { Reference } from './actions.ts'
import { LETTERS, MOST_PROCEDURES } from './forms.ts'
import { listMissing, type Missing } from './lines-actions.ts'
import { clausesOf, clauseIn, kindHints, ownSpan } from './lines.ts'
import { listControlSpans } from './lines-store.ts'
import { kindWords, natures, testReference } from './rules.ts'
import { findLine, listAttributes, listSignOffs } from './store.ts'

export type PlanPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly back: string
  readonly reference: string | null
  readonly control: string
  readonly controls: readonly Choice[]
  readonly wording: string | null
  readonly wordingVersion: number | null
  readonly signed: boolean
  readonly conflict: boolean
  readonly version: number | null
  readonly form: FormState
  readonly kinds: readonly Choice[]
  readonly frequencies: readonly Choice[]
  readonly clauses: readonly string[]
  readonly lost: readonly { readonly letter: string, readonly clause: string, readonly version: number }[]
  readonly period: string
  readonly procedures: readonly { readonly order: string, readonly orderLabel: string, readonly nature: string, readonly natureLabel: string, readonly text: string, readonly textLabel: string }[]
  readonly attributes: readonly { readonly letter: string, readonly question: string, readonly questionLabel: string, readonly expected: string, readonly expectedLabel: string, readonly clause: string, readonly clauseLabel: string, readonly problem: string, readonly problemLabel: string }[]
  readonly natures: readonly Choice[]
}

export type MissingPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly typeOne: boolean
  readonly form: FormState
  readonly chosen: number
  readonly controls: readonly { readonly number: string, readonly href: string, readonly planHref: string, readonly wording: string, readonly lines: readonly { readonly key: string, readonly label: string, readonly checked: boolean, readonly kind: string, readonly noun: string }[] }[]
}

declare module '../web/view.ts' {
  interface Pages {
    'testing/edit': PlanPage
    'testing/missing': MissingPage
  }
}

/** The form of a plan: of a new test (`place` null) or of one that stands. */
export async function planPage(trx: Tx, scope: EngagementScope, place: Reference | null, control: string, form: FormState, conflict = false): Promise<PlanPage> {
  const base = `/engagements/${scope.engagement.id}`
  const line = place ? await findLine(trx, scope, place.control, place.sequence) : null
  const reference = line ? testReference(line.control_number, line.sequence) : null
  const here = reference ? `${base}/testing/${encodeURIComponent(reference)}` : null
  const known = !line && control !== '' ? await findControl(trx, scope, control) : null
  const current = known ?? (line ? await findControl(trx, scope, line.control_number) : null)
  const signatures = line ? await listSignOffs(trx, scope, line.id) : []
  const attributes = line ? await listAttributes(trx, scope, line.id) : []
  const filled = (name: string) => form.values[name] !== undefined && form.values[name] !== ''
  const last = LETTERS.findLastIndex((letter) => filled(`question-${letter}`))
  const most = Array.from({ length: MOST_PROCEDURES }, (_, index) => index + 1).findLast((row) => filled(`procedure-${row}`)) ?? 0
  const { periodStart, periodEnd, asOf } = scope.engagement
  return {
    title: reference ? `Plan of ${reference}` : 'Plan a test', tab: 'testing', frame: 'center', base,
    action: here ? `${here}/plan` : `${base}/testing`, back: here ?? `${base}/testing`,
    reference, control: line?.control_number ?? known?.number ?? '',
    controls: line || known ? [] : (await listControls(trx, scope)).map(({ number, wording }) => ({ value: number, label: `${number} ${wording.slice(0, 90)}` })),
    wording: line?.wording ?? known?.wording ?? null, wordingVersion: line?.control_wording_version ?? known?.wordingVersion ?? null,
    signed: signatures.some(({ voided_at: voided }) => voided === null), conflict, version: line?.version ?? null,
    form: form.values['kind'] === undefined ? { ...form, values: { ...await firstValues(trx, scope, known), ...form.values } } : form,
    kinds: (Object.keys(kindWords) as LineKind[]).map((value) => ({ value, label: kindWords[value], hint: kindHints[value] })),
    frequencies: (current?.frequencies ?? []).map((value) => ({ value, label: frequencyWords[value] })),
    clauses: current ? clausesOf(current.wording) : [],
    lost: current ? attributes.filter(({ clause }) => clause !== '' && clauseIn(current.wording, clause) === null).map(({ letter, clause }) => ({ letter, clause, version: current.wordingVersion })) : [],
    period: periodStart && periodEnd ? `${periodStart} to ${periodEnd}` : asOf ?? '',
    procedures: Array.from({ length: Math.min(MOST_PROCEDURES, Math.max(4, most + 1)) }, (_, index) => ({
      order: `order-${index + 1}`, orderLabel: `Order ${index + 1}`, nature: `nature-${index + 1}`, natureLabel: `Procedure ${index + 1}`, text: `procedure-${index + 1}`, textLabel: `What is done in procedure ${index + 1}`,
    })),
    attributes: LETTERS.slice(0, Math.max(4, Math.min(LETTERS.length, last + 3))).map((letter) => ({
      letter, question: `question-${letter}`, questionLabel: `${letter} asks`, expected: `expected-${letter}`, expectedLabel: `Evidence expected for ${letter}`, clause: `clause-${letter}`, clauseLabel: `Clause of the control for ${letter}`, problem: `problem-${letter}`, problemLabel: `What a deviation on ${letter} means`,
    })),
    natures: choicesOf(natures),
  }
}

/** What a new test starts from: its kind by the control's nature, and the control's own days where it did not run all the period. */
async function firstValues(trx: Tx, scope: EngagementScope, control: Control | null): Promise<Record<string, string>> {
  if (!control) return { kind: 'sample' }
  const span = ownSpan((await listControlSpans(trx, scope)).get(control.id), { from: scope.engagement.periodStart, to: scope.engagement.periodEnd })
  return { kind: control.nature === 'automated' ? 'configuration' : 'sample', spanFrom: span.from ?? '', spanTo: span.to ?? '' }
}

/** The controls that want a test, each with the lines proposed for it; `chosen` are the keys ticked, all of them at first. */
export async function missingPage(trx: Tx, scope: EngagementScope, form: FormState, chosen: readonly string[] | null = null): Promise<MissingPage> {
  const base = `/engagements/${scope.engagement.id}`
  const missing = await listMissing(trx, scope)
  const keys = missing.flatMap(({ proposals }) => proposals.map(({ key }) => key))
  return {
    title: 'Plan all controls', tab: 'testing', base, action: `${base}/testing/plan`, typeOne: scope.engagement.type === 1, form, chosen: chosen?.length ?? keys.length,
    controls: missing.map(({ control, proposals }: Missing) => ({
      number: control.number, href: `${base}/testing/controls/${encodeURIComponent(control.number)}`, planHref: `${base}/testing/new?control=${encodeURIComponent(control.number)}`, wording: control.wording,
      lines: proposals.map(({ key, frequency, kind, itemNoun }) => ({
        key, label: frequency === null ? 'One test' : frequencyWords[frequency], checked: chosen?.includes(key) ?? true, kind: kindWords[kind], noun: kind === 'sample' ? itemNoun === 'items' ? '' : `, ${itemNoun}` : '',
      })),
    })),
  }
}
