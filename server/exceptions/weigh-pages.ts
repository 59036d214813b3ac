import type { Tx } from '../database/connect.ts'
import { drawNumber, populationNumber } from '../populations/rules.ts'
import { listSteps } from '../populations/draws-store.ts'
import { ratePercent } from '../populations/rates.ts'
import type { EngagementScope } from '../scope.ts'
import { evaluationPanel, type EvaluationPanel } from '../testing/evaluation-pages.ts'
import { conclusions, testReference } from '../testing/rules.ts'
import { plural } from '../web/helpers.ts'
import type { Found } from './facts-pages.ts'
import { holdAgainst, type Carried } from './extending.ts'
import { listControlsOn, listCriterionEffects } from './opinion-store.ts'
import { listExtensionDecisions } from './release-store.ts'
import { causeTypes, effects, exceptionNumber, headingOf, intents, spreads, systemsOf } from './rules.ts'
import { listExceptions, listRetests, type ExceptionRow } from './store.ts'

type Step = { readonly mark: 'ok' | 'warn' | 'todo', readonly word: string, readonly text: string, readonly links: readonly { readonly word: string, readonly href: string, readonly note: string }[] }

/** What the firm weighs, in the order in which it is weighed; every number is counted, every other finding is read from where it stands. */
export type Weighing = {
  readonly steps: readonly Step[]
  readonly panel: EvaluationPanel | null
  readonly parts: readonly { readonly word: string, readonly tied: string, readonly rate: string }[]
  readonly decisions: readonly { readonly size: number, readonly reason: string, readonly seen: string, readonly decider: string, readonly at: Date }[]
  readonly extensions: readonly { readonly size: number, readonly reason: string, readonly taker: string, readonly at: Date, readonly carried: string, readonly asDecided: boolean }[]
  readonly drawHref: string | null
  readonly retests: readonly { readonly reference: string, readonly href: string, readonly conclusion: string }[]
}

const carriedWords: Readonly<Record<Carried, string>> = { as_decided: 'as decided before', other_size: 'another size than was decided', undecided: 'no decision was recorded before' }

export async function weighingOf(trx: Tx, scope: EngagementScope, exception: ExceptionRow, found: Found, changed: boolean): Promise<Weighing> {
  const base = `/engagements/${scope.engagement.id}`
  const { counts } = found
  const panel = exception.test_line_id === null ? null : await evaluationPanel(trx, scope, exception.draw_id, { pending: counts.pendingItems, items: found.items, cells: found.cells })
  const decisions = await listExtensionDecisions(trx, scope, exception.id)
  const taken = exception.draw_id === null ? [] : (await listSteps(trx, scope, exception.draw_id)).filter(({ kind }) => kind === 'extension')
  const carried = new Map(holdAgainst(taken.map(({ number, size, taken_at: takenAt }) => ({ number, size, takenAt })), decisions.map(({ number, size, decided_at: decidedAt }) => ({ number, size, decidedAt }))).map((one) => [one.step, one.carried]))
  const part = (word: string, one: { readonly deviatingItems: number, readonly items: number }) => ({ word, tied: `${one.deviatingItems} of ${one.items}`, rate: one.items === 0 ? '–' : ratePercent(one.deviatingItems / one.items) })
  return {
    steps: [
      facts(exception, changed), cause(exception), spread(exception), rate(panel, exception, found), intent(exception),
      await neighbours(trx, scope, exception, base), await together(trx, scope, exception, base), await conclusion(trx, scope, exception, base),
    ],
    panel, parts: counts.parts ? [part('First selected', counts.parts.first), part('Further selected', counts.parts.further)] : [],
    decisions: decisions.map((one) => ({ size: one.size, reason: one.reason, seen: `${one.seen_deviating} of ${one.seen_items}`, decider: one.decider, at: one.decided_at })),
    extensions: taken.map((one) => ({ size: one.size, reason: one.reason, taker: one.taker, at: one.taken_at, carried: carriedWords[carried.get(one.number)!], asDecided: carried.get(one.number) === 'as_decided' })),
    drawHref: exception.population_number === null || exception.draw_number === null ? null : `${base}/populations/${populationNumber(exception.population_number)}/draws/${drawNumber(exception.draw_number)}`,
    retests: await readRetests(trx, scope, exception, base),
  }
}

function facts({ status, client_position: position }: ExceptionRow, changed: boolean): Step {
  if (changed) return step('warn', 'Facts', 'Changed since the client was told: release again.')
  if (status === 'identified') return step('todo', 'Facts', 'Not put to the client yet.')
  if (status === 'client_confirming') return position === 'disputed' ? step('warn', 'Facts', 'The client disputes them.') : step('todo', 'Facts', 'With the client.')
  if (status === 'cleared') return step('ok', 'Facts', 'Nothing deviates.')
  return step('ok', 'Facts', position === 'agreed' ? 'The client agrees to them.' : 'The firm confirmed them.')
}

function cause({ cause: words, cause_type: type }: ExceptionRow): Step {
  if (words === '') return step('todo', 'Cause', 'Not written down yet.')
  return step('ok', 'Cause', type === null ? words : `${causeTypes[type]}. ${words}`)
}

function spread({ spread: reach, isolated_basis: proof }: ExceptionRow): Step {
  if (reach === null) return step('todo', 'Spread', 'Isolated or systematic? Not said yet.')
  if (reach === 'isolated' && proof === '') return step('warn', 'Spread', 'Said to be isolated, and nothing proves it yet.')
  return step('ok', 'Spread', reach === 'isolated' ? `Isolated: ${proof}` : spreads.systematic)
}

function rate(panel: EvaluationPanel | null, { test_line_id: line }: ExceptionRow, { counts }: Found): Step {
  const word = 'Rate against tolerable'
  if (line === null) return step('ok', word, 'No control meets the criterion, so there is no rate.')
  if (panel) return step(panel.tone === 'red' || panel.tone === 'amber' ? 'warn' : 'ok', word, panel.sentence)
  return counts.pendingItems > 0 ? step('todo', word, `${plural(counts.pendingItems, 'item is', 'items are')} pending, so there is no rate yet.`) : step('ok', word, `${counts.deviatingItems} of ${counts.items}, not drawn from a population: there is no rate to project.`)
}

function intent({ intent: meant }: ExceptionRow): Step {
  if (meant === null) return step('todo', 'Intentional?', 'Not said yet.')
  return step(meant === 'intentional' ? 'warn' : 'ok', 'Intentional?', intents[meant])
}

async function neighbours(trx: Tx, scope: EngagementScope, exception: ExceptionRow, base: string): Promise<Step> {
  const word = 'Other controls on the same criteria'
  const others = (await listControlsOn(trx, scope, exception.criteria)).filter(({ number }) => number !== exception.control_number)
  if (others.length === 0) return step('warn', word, `No other control serves ${exception.criteria.join(', ') || 'its criteria'}.`)
  const links = others.map(({ number, criteria, lines }) => ({
    word: number, href: `${base}/controls/${encodeURIComponent(number)}`,
    note: `${criteria.join(', ')}: ${lines.length === 0 ? 'no test planned' : [...new Set(lines.map(({ conclusion }) => conclusion === null ? 'not concluded' : conclusions[conclusion].toLowerCase()))].join(', ')}`,
  }))
  const concluded = others.filter(({ lines }) => lines.length > 0 && lines.every(({ conclusion }) => conclusion !== null)).length
  return { mark: concluded === others.length ? 'ok' : 'todo', word, text: `${concluded} of ${others.length} concluded.`, links }
}

async function together(trx: Tx, scope: EngagementScope, exception: ExceptionRow, base: string): Promise<Step> {
  const word = 'Together with other exceptions'
  const links = (await listExceptions(trx, scope)).filter(({ id, status }) => id !== exception.id && status !== 'cleared').flatMap((other) => {
    const shared = [
      ...other.cause_type !== null && other.cause_type === exception.cause_type ? [`cause: ${causeTypes[other.cause_type].toLowerCase()}`] : [],
      ...other.criteria.filter((criterion) => exception.criteria.includes(criterion)),
      ...systemsOf(other.key_systems).filter((system) => systemsOf(exception.key_systems).includes(system)),
    ]
    return shared.length === 0 ? [] : [{ word: exceptionNumber(other.number), href: `${base}/exceptions/${exceptionNumber(other.number)}`, note: `${other.subject}, ${headingOf(other.problem).toLowerCase() || 'not described yet'}: shares ${shared.join(', ')}` }]
  })
  return { mark: links.length > 0 ? 'warn' : 'ok', word, text: links.length === 0 ? 'No other exception shares a kind of cause, a criterion or a system.' : `${plural(links.length, 'exception shares', 'exceptions share')} a kind of cause, a criterion or a system.`, links }
}

async function conclusion(trx: Tx, scope: EngagementScope, { criteria }: ExceptionRow, base: string): Promise<Step> {
  const standing = new Map((await listCriterionEffects(trx, scope)).map((one) => [one.criterion, one]))
  const recorded = criteria.filter((criterion) => standing.has(criterion))
  const links = criteria.map((criterion) => ({ word: criterion, href: `${base}/opinion#${criterion}`, note: standing.has(criterion) ? `${effects[standing.get(criterion)!.effect]}, ${standing.get(criterion)!.recorder}` : 'not recorded yet' }))
  return { mark: recorded.length === criteria.length && criteria.length > 0 ? 'ok' : 'todo', word: 'Conclusion by criterion', text: `${recorded.length} of ${criteria.length} recorded by the partner.`, links }
}

async function readRetests(trx: Tx, scope: EngagementScope, { test_line_id: line, control_number: control }: ExceptionRow, base: string): Promise<Weighing['retests']> {
  if (line === null || control === null) return []
  return (await listRetests(trx, scope, line)).map(({ sequence, conclusion: drawn }) => {
    const reference = testReference(control, sequence)
    return { reference, href: `${base}/testing/${encodeURIComponent(reference)}`, conclusion: drawn === null ? 'not concluded' : conclusions[drawn].toLowerCase() }
  })
}

function step(mark: Step['mark'], word: string, text: string): Step {
  return { mark, word, text, links: [] }
}
