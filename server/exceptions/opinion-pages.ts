import { may } from '../access/policy.ts'
import { criteriaInScope, orderCriteria } from '../controls/criteria.ts'
import type { Tx } from '../database/connect.ts'
import type { ExceptionStatus } from '../database/schema/exceptions.ts'
import { ratePercent } from '../populations/rates.ts'
import type { EngagementScope } from '../scope.ts'
import { conclusions } from '../testing/rules.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { readFound } from './facts-pages.ts'
import { listControlsOn, listCriterionEffects, listOpinions, type CriterionEffect } from './opinion-store.ts'
import { listChanged } from './release-store.ts'
import { causeTypes, effects, exceptionNumber, headingOf, opinions, systemsOf } from './rules.ts'
import { listExceptions } from './store.ts'

type Card = { readonly number: string, readonly href: string, readonly subject: string, readonly criteria: readonly string[], readonly heading: string, readonly tied: string | null, readonly rate: string | null, readonly noun: string, readonly status: ExceptionStatus, readonly cause: keyof typeof causeTypes | null, readonly systems: readonly string[] }
type Recorded = { readonly version: number, readonly word: string, readonly memo: string, readonly recorder: string, readonly at: Date }
type Control = { readonly number: string, readonly href: string, readonly words: string, readonly excepted: boolean }

export type OpinionPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly zone: string
  readonly facts: { readonly exceptions: number, readonly open: number, readonly changed: number, readonly cleared: number }
  readonly opinion: Recorded | null
  readonly opinions: readonly Recorded[]
  readonly criteria: readonly { readonly id: string, readonly title: string, readonly exceptions: readonly Card[], readonly controls: readonly Control[], readonly standing: Recorded | null, readonly earlier: readonly Recorded[], readonly version: number, readonly form: FormState, readonly open: boolean }[]
  readonly controls: readonly { readonly subject: string, readonly exceptions: readonly Card[] }[]
  readonly across: readonly { readonly word: string, readonly groups: readonly { readonly name: string, readonly exceptions: readonly Card[] }[] }[]
  readonly others: readonly Choice[]
  readonly effects: readonly Choice[]
  readonly kinds: readonly Choice[]
  readonly version: number
  readonly form: FormState
  readonly mayRecord: boolean
}

/** What was typed into a form that was refused, and into which: that of a criterion by its id, or 'opinion'. */
export type Typed = { readonly about: string, readonly form: FormState }

/** Exceptions by criterion, by control and across controls, with what the partner recorded. It shows and concludes nothing. */
export async function opinionPage(trx: Tx, scope: EngagementScope, typed: Typed | null = null): Promise<OpinionPage> {
  const base = `/engagements/${scope.engagement.id}`
  const all = await readCards(trx, scope, base)
  const cards = all.filter(({ status }) => status !== 'cleared')
  const recorded = Map.groupBy(await listCriterionEffects(trx, scope), ({ criterion }) => criterion)
  const given = (await listOpinions(trx, scope)).map((one): Recorded => ({ version: one.version, word: opinions[one.kind], memo: one.memo, recorder: one.recorder, at: one.recorded_at }))
  const titles = new Map(criteriaInScope(scope.engagement.categories).map(({ id, title }) => [id, title]))
  const touched = orderCriteria([...cards.flatMap(({ criteria }) => criteria), ...recorded.keys()])
  const serving = await listControlsOn(trx, scope, touched)
  const filled = (form: FormState): FormState => ({ ...form, values: { effect: '', memo: '', ...form.values } })
  const blank = filled(formState())
  return {
    title: 'Aggregation and opinion', tab: 'exceptions', base, here: `${base}/opinion`, zone: scope.engagement.zone,
    facts: { exceptions: cards.length, open: cards.filter(({ status }) => status !== 'final').length, changed: (await listChanged(trx, scope)).length, cleared: all.length - cards.length },
    opinion: given.at(-1) ?? null, opinions: given.slice(0, -1).toReversed(), version: given.length,
    criteria: touched.map((id) => {
      const versions = (recorded.get(id) ?? []).map(recordOf)
      return {
        id, title: titles.get(id) ?? '', exceptions: cards.filter(({ criteria }) => criteria.includes(id)), controls: serving.filter(({ criteria }) => criteria.includes(id)).map((control) => ({
          number: control.number, href: `${base}/controls/${encodeURIComponent(control.number)}`, excepted: cards.some(({ subject }) => subject === control.number),
          words: control.lines.length === 0 ? 'no test planned' : [...new Set(control.lines.map(({ conclusion }) => conclusion === null ? 'not concluded' : conclusions[conclusion].toLowerCase()))].join(', '),
        })),
        standing: versions.at(-1) ?? null, earlier: versions.slice(0, -1).toReversed(), version: versions.length, form: typed?.about === id ? filled(typed.form) : blank, open: typed?.about === id,
      }
    }),
    controls: [...Map.groupBy(cards, ({ subject }) => subject)].map(([subject, exceptions]) => ({ subject, exceptions })),
    across: [
      { word: 'Same kind of cause', groups: shared(cards, ({ cause }) => cause === null ? [] : [causeTypes[cause]]) }, { word: 'Same system', groups: shared(cards, ({ systems }) => systems) },
      { word: 'Same criterion', groups: shared(cards, ({ criteria }) => criteria) },
    ],
    others: [...titles].filter(([id]) => !touched.includes(id)).map(([value, title]) => ({ value, label: `${value} ${title}` })),
    effects: choicesOf(effects), kinds: choicesOf(opinions), form: typed?.about === 'opinion' ? typed.form : blank, mayRecord: may(scope.role, 'opinion.record') && !['issued', 'archived', 'withdrawn'].includes(scope.engagement.phase),
  }
}

async function readCards(trx: Tx, scope: EngagementScope, base: string): Promise<Card[]> {
  const cards: Card[] = []
  for (const exception of await listExceptions(trx, scope)) {
    const { counts } = await readFound(trx, scope, exception)
    const number = exceptionNumber(exception.number)
    cards.push({
      number, href: `${base}/exceptions/${number}`, subject: exception.subject, criteria: exception.criteria, heading: headingOf(exception.problem),
      tied: counts.items > 0 ? `${counts.deviatingItems} of ${counts.items}` : null, rate: counts.items > 0 ? ratePercent(counts.deviatingItems / counts.items) : null, noun: exception.item_noun,
      status: exception.status, cause: exception.cause_type, systems: systemsOf(exception.key_systems),
    })
  }
  return cards
}

function shared(cards: readonly Card[], of: (card: Card) => readonly string[]): { name: string, exceptions: Card[] }[] {
  return [...new Set(cards.flatMap(of))].map((name) => ({ name, exceptions: cards.filter((card) => of(card).includes(name)) })).filter(({ exceptions }) => exceptions.length > 1)
}

function recordOf(one: CriterionEffect): Recorded {
  return { version: one.version, word: effects[one.effect], memo: one.memo, recorder: one.recorder, at: one.recorded_at }
}
