import { isClosed, may } from '../access/policy.ts'
import { findLinkTerms } from '../access/store.ts'
import type { Tx } from '../database/connect.ts'
import { categoryNames, criteriaInScope } from '../controls/criteria.ts'
import { hasGate } from '../evidence/gate-store.ts'
import { listAssessments } from '../readiness/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { number, plural } from '../web/helpers.ts'
import type { IconName } from '../web/icons.ts'
import { labelOf, states, type StateOf } from '../web/states.ts'
import type { Blocker } from './blockers.ts'
import { writeSpan } from './calendar.ts'
import { linkRuleWords } from './link-rule-pages.ts'
import { markOf, waitsFor } from './phase-pages.ts'
import { course, isPhase, phaseName, phasesOf } from './phases.ts'
import { progressOf, type Progress } from './progress-pages.ts'
import { records, sharedKinds } from './records.ts'
import { engagementLabel } from './shell.ts'
import { countFacts, countRequests, listClients, type Facts } from './store.ts'

type Entry = { readonly count: number, readonly word: string, readonly icon: IconName, readonly href: string, readonly current: boolean }
type Step = { readonly text: string, readonly href: string, readonly done: boolean }
type UncoveredCriterion = { readonly id: string, readonly title: string }

declare module '../web/view.ts' {
  interface Pages {
    'engagements/new': { form: FormState, clients: readonly Choice[], types: readonly Choice[] }
    'engagements/show': {
      base: string
      label: string
      client: string
      system: string
      type: 1 | 2
      span: string
      zone: string
      categories: readonly string[]
      phase: StateOf<'phase'>
      accounted: Accounted
      accountedHref: string
      phases: 'phase' | 'assessment'
      course: readonly { mark: 'done' | 'now' | 'todo', word: string }[]
      closing: string | null
      given: readonly { readonly title: string, readonly href: string }[]
      tally: { entries: readonly Entry[], total: { count: number, word: string, href: string, current: boolean } }
      asks: number
      facts: { controls: number, unconfirmed: number, exceptions: number, criteria: number, covered: number, uncovered: readonly UncoveredCriterion[] } | null
      steps: readonly Step[]
      progress: Progress | null
      waits: readonly { phase: StateOf<'phase'>, word: string, next: boolean, blockers: readonly Blocker[], also: readonly Blocker[] }[]
      answering: { readonly words: string, readonly href: string | null } | null
      gate: { readonly on: boolean, readonly href: string | null } | null
    }
  }
}

/** The form of a new engagement, with the clients the firm has. */
export async function newPage(trx: Tx, form: FormState) {
  const clients = await listClients(trx)
  return {
    title: 'New engagement', frame: 'center' as const, form,
    clients: clients.map(({ id, name }) => ({ value: id, label: name })),
    types: [
      { value: '2', label: 'Type 2', hint: 'A period: description, design and operating effectiveness.' },
      { value: '1', label: 'Type 1', hint: 'One date: description and design.' },
    ],
  }
}

type Accounted = { readonly title: string, readonly done: string, readonly open: string, readonly all: string }
const accounting: Accounted = { title: 'Criteria accounted for', done: 'accounted for', open: 'without a control', all: 'Every criterion in scope is accounted for.' }
const assessing: Accounted = { title: 'Criteria assessed', done: 'assessed', open: 'not assessed yet', all: 'Every criterion in scope is assessed.' }

/** Where an engagement stands and what to do next; a control owner sees what is asked of them and nothing else. */
export async function showPage(trx: Tx, scope: EngagementScope, now: Date) {
  const { engagement } = scope
  const base = `/engagements/${engagement.id}`
  const counts = new Map((await countRequests(trx, scope)).map(({ status, count }) => [status, count]))
  const facts = may(scope.role, 'control.view') ? await countFacts(trx, scope) : null
  const phase = isPhase(engagement.phase) ? engagement.phase : 'draft'
  const closed = isClosed(engagement.phase)
  const statuses = (Object.keys(states.request) as StateOf<'request'>[]).filter((status) => counts.has(status))
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const inScope = criteriaInScope(engagement.categories)
  // What a readiness assessment goes through is its criteria, whether a control serves them yet or not.
  const assessed = facts && engagement.purpose === 'readiness' ? await listAssessments(trx, scope) : null
  const covered = new Set(assessed?.map(({ criterion }) => criterion) ?? facts?.covered)
  const uncovered = inScope.filter(({ id }) => !covered.has(id))
  return {
    title: 'Overview', tab: 'overview' as const, base, label: engagementLabel(engagement), client: engagement.client, system: engagement.system,
    type: engagement.type, span: writeSpan(engagement), zone: engagement.zone,
    categories: (Object.keys(categoryNames) as (keyof typeof categoryNames)[]).filter((key) => engagement.categories.includes(key)).map((key) => categoryNames[key]),
    phase, phases: phasesOf(engagement.purpose), course: course.map((one, index) => ({ word: phaseName(one, engagement.purpose), mark: markOf(index, course.indexOf(phase)) })),
    tally: {
      entries: statuses.map((status) => ({ count: counts.get(status) ?? 0, ...pick(labelOf('request', status)), href: `${base}/requests?state=${status}`, current: false })),
      total: { count: total, word: scope.role === 'owner' ? 'Requests to you' : 'All requests', href: `${base}/requests`, current: false },
    },
    asks: total,
    facts: facts && { ...facts, criteria: inScope.length, covered: inScope.length - uncovered.length, uncovered },
    accounted: assessed ? assessing : accounting, accountedHref: `${base}/${assessed ? 'readiness' : 'coverage'}`,
    steps: facts && !closed ? unlessAllDone(assessed ? assessmentSteps(base, facts, uncovered.length, assessed.filter(({ status }) => status !== null && status !== 'verified').length) : stepsOf(scope, base, facts, counts, uncovered.length, inScope.length)) : [],
    progress: facts && await progressOf(trx, scope, base, now),
    waits: facts === null || scope.side !== 'firm' ? [] : (await waitsFor(trx, scope)).conditions.map(({ phase: to, missing, also }, index) => ({
      phase: to, word: phaseName(to, engagement.purpose), next: index === 0, blockers: missing.map(underBase(base)), also: also.map(underBase(base)),
    })),
    closing: may(scope.role, 'phase.view') ? `${base}/phase` : null,
    given: scope.side === 'client' && may(scope.role, 'record.view') ? sharedKinds.map((kind) => ({ title: records[kind].title, href: `${base}/records/${kind}` })) : [],
    answering: facts && { words: linkRuleWords(await findLinkTerms(trx, engagement.id)), href: may(scope.role, 'link.rule') && !closed ? `${base}/link-rule` : null },
    gate: facts && { on: await hasGate(trx, scope), href: may(scope.role, 'gate.view') && !closed ? `${base}/client-review` : null },
  }
}

function stepsOf(scope: EngagementScope, base: string, facts: Facts, counts: ReadonlyMap<string, number>, uncovered: number, criteria: number): Step[] {
  const count = (...statuses: string[]) => statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0)
  const withFirm = count('submitted', 'in_review')
  const issued = [...counts].filter(([status]) => status !== 'draft').reduce((sum, [, one]) => sum + one, 0)
  if (scope.side === 'client') {
    return [
      { done: facts.controls > 0 && facts.unconfirmed === 0, href: `${base}/controls?wording=unconfirmed`, text: facts.controls === 0 ? 'The auditors have not entered your controls yet' : facts.unconfirmed === 0 ? 'The wording of every control is confirmed' : `Confirm the wording of ${plural(facts.unconfirmed, 'control')}` },
      { done: count('client_review') === 0, href: `${base}/client-review`, text: count('client_review') === 0 ? 'Nothing waits for your approval' : `Look at ${plural(count('client_review'), 'answer')} before ${count('client_review') === 1 ? 'it goes' : 'they go'} to the auditors` },
      { done: count('open', 'in_progress', 'returned') === 0, href: `${base}/requests`, text: count('open', 'in_progress', 'returned') === 0 ? 'No request waits for your company' : `${plural(count('open', 'in_progress', 'returned'), 'request')} with your company` },
    ]
  }
  return [
    { done: facts.leads > 0, href: `${base}/team`, text: facts.leads > 0 ? 'The client’s compliance lead is on the team' : 'Add the client’s compliance lead, who coordinates and confirms' },
    { done: facts.controls > 0, href: `${base}/controls${facts.controls > 0 ? '' : '/new'}`, text: facts.controls > 0 ? `${plural(facts.controls, 'control')} entered` : 'Enter the controls the client supplied' },
    { done: uncovered === 0, href: `${base}/coverage`, text: uncovered === 0 ? `Every one of ${number(criteria)} criteria is accounted for` : `${number(uncovered)} of ${number(criteria)} criteria have no control` },
    { done: facts.controls > 0 && facts.unconfirmed === 0, href: `${base}/controls?wording=unconfirmed`, text: facts.controls > 0 && facts.unconfirmed === 0 ? 'The client has confirmed every wording' : facts.controls === 0 ? 'The client confirms the wording of each control' : `The wording of ${plural(facts.unconfirmed, 'control')} waits for the compliance lead` },
    { done: issued > 0 && count('draft') === 0, href: `${base}/requests${count('draft') > 0 ? '?state=draft' : ''}`, text: count('draft') > 0 ? `${plural(count('draft'), 'request')} drafted and not yet issued` : issued > 0 ? `${plural(issued, 'request')} issued` : 'Draft the first requests' },
    ...issued > 0 ? [{ done: withFirm === 0, href: `${base}/requests?state=submitted`, text: withFirm > 0 ? `${plural(withFirm, 'answer')} to review` : 'No answer waits for review' }] : [],
  ]
}

function assessmentSteps(base: string, facts: Facts, unassessed: number, gaps: number): Step[] {
  return [
    { done: facts.leads > 0, href: `${base}/team`, text: facts.leads > 0 ? 'The client’s compliance lead is on the team' : 'The client’s compliance lead, who coordinates, is not on the team' },
    { done: facts.controls > 0, href: `${base}/controls`, text: facts.controls > 0 ? `${plural(facts.controls, 'control')} entered` : 'Controls that exist already are not entered' },
    { done: unassessed === 0, href: `${base}/readiness`, text: unassessed === 0 ? 'Every criterion is assessed' : `${plural(unassessed, 'criterion', 'criteria')} not assessed yet` },
    { done: gaps === 0, href: `${base}/readiness`, text: gaps === 0 ? 'No gap is open' : `${plural(gaps, 'gap')} not remediated and verified` },
  ]
}

function unlessAllDone(steps: readonly Step[]): readonly Step[] {
  return steps.some(({ done }) => !done) ? steps : []
}

function underBase(base: string) {
  return ({ text, href }: { readonly text: string, readonly href: string }): Blocker => ({ text, href: `${base}/${href}` })
}

function pick({ word, icon }: { word: string, icon: IconName }): { word: string, icon: IconName } {
  return { word, icon }
}
