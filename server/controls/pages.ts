import { isClosed, may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { columnOf, columns } from '../testing/board.ts'
import { listBoard } from '../testing/board-store.ts'
import { designRemark } from '../testing/design.ts'
import { findStandingDesign } from '../testing/design-store.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { StateOf } from '../web/states.ts'
import { writeDate } from '../web/times.ts'
import { criteriaInScope, criterion, seriesOf } from './criteria.ts'
import { diffWords, type Piece } from './diff.ts'
import { frequencyPhrase, frequencyWords, natureWords, rewordProblem, riskWords, typeWords } from './rules.ts'
import { isEverConfirmed, listControlRequests, listControls, listControlTests, listOwnerChoices, listWordings, type Control } from './store.ts'

type Row = Control & { readonly href: string, readonly frequency: string, readonly typeWord: string, readonly natureWord: string }
type Group = { readonly id: string, readonly title: string, readonly criteria: readonly { readonly id: string, readonly title: string }[] }

declare module '../web/view.ts' {
  interface Pages {
    'controls/list': {
      base: string
      rows: readonly Row[]
      total: number
      unconfirmed: number
      filter: ControlFilter
      criteria: readonly (Choice & { selected: boolean })[]
      mayAdd: boolean
      mayConfirm: boolean
      mayImport: boolean
      /** How many have no frequency yet, for those who may say it. */
      without: number
    }
    'controls/show': ShowPage
    'controls/edit': EditPage
  }
}

type ShowPage = {
  base: string
  href: string
  control: Row & { riskWord: string }
  zone: string
  criteria: readonly { id: string, title: string, series: string }[]
  wordings: readonly (Awaited<ReturnType<typeof listWordings>>[number] & { current: boolean, diff: readonly Piece[] })[]
  /** 'Mar 1, 2026 to Sep 30, 2026', or null for a control that was there all along. */
  span: string | null
  replacesHref: string
  replacedBy: string | null
  replacedByHref: string
  mayEdit: boolean
  mayConfirm: boolean
  mayReword: boolean
  asLead: boolean
  /** Why this person may not reword, where their role could otherwise. */
  locked: string | null
  form: FormState
  /** The wording somebody else entered meanwhile. */
  theirs: Control | null
  requests: readonly (Awaited<ReturnType<typeof listControlRequests>>[number] & { reference: string })[]
  /** Null for people who do not see tests. */
  testing: { readonly design: { readonly words: string, readonly href: string, readonly done: boolean }, readonly tests: readonly { reference: string, href: string, title: string, stage: string, conclusion: StateOf<'conclusion'> }[] } | null
}

type EditPage = {
  base: string
  /** Null for a new control. */
  number: string | null
  action: string
  back: string
  form: FormState
  owners: readonly Choice[]
  frequencies: readonly Choice[]
  types: readonly Choice[]
  natures: readonly Choice[]
  risks: readonly Choice[]
  /** A Type 1 looks at one date, so its controls have no days. */
  withDays: boolean
  others: readonly Choice[]
  groups: readonly Group[]
  /** What somebody else saved meanwhile, field by field beside what was typed. */
  conflict: readonly { readonly label: string, readonly theirs: string, readonly yours: string }[] | null
}

export type ControlFilter = { readonly q: string, readonly criterion: string, readonly wording: string }

export async function listPage(trx: Tx, scope: EngagementScope, filter: ControlFilter) {
  const all = await listControls(trx, scope)
  const open = !isClosed(scope.engagement.phase)
  return {
    title: 'Controls', tab: 'controls' as const, base: baseOf(scope), filter, total: all.length,
    rows: all.filter((control) => isShown(control, filter)).map((control) => rowOf(scope, control)),
    unconfirmed: all.filter(({ confirmed }) => !confirmed).length,
    criteria: criteriaInScope(scope.engagement.categories).map(({ id, title }) => ({ value: id, label: `${id} ${title}`, selected: id === filter.criterion })),
    mayAdd: may(scope.role, 'control.edit') && open, mayConfirm: may(scope.role, 'control.confirm') && open, mayImport: may(scope.role, 'control.import') && open,
    without: may(scope.role, 'control.edit') && open ? all.filter(({ frequencies }) => frequencies.length === 0).length : 0,
  }
}

export async function showPage(trx: Tx, scope: EngagementScope, control: Control, typed?: { form: FormState, theirs: Control | null }) {
  const everConfirmed = await isEverConfirmed(trx, scope, control.id)
  const asLead = scope.role === 'lead'
  const locked = may(scope.role, 'control.reword') ? rewordProblem(scope.role, everConfirmed) : null
  const wordings = await listWordings(trx, scope, control.id)
  const replacedBy = (await listControls(trx, scope)).find(({ replaces }) => replaces === control.number)?.number ?? null
  return {
    title: control.number, tab: 'controls' as const, base: baseOf(scope), href: hrefOf(scope, control.number), zone: scope.engagement.zone,
    control: { ...rowOf(scope, control), riskWord: riskWords[control.risk] },
    criteria: control.criteria.map((id) => ({ id, title: criterion(id)?.title ?? '', series: seriesOf(criterion(id)?.series ?? '')?.title ?? '' })),
    wordings: wordings.map((wording, place) => ({
      ...wording, current: wording.version === control.wordingVersion,
      diff: wordings[place + 1] ? diffWords(wordings[place + 1]!.text, wording.text) : [],
    })),
    span: spanPhrase(control), replacesHref: hrefOf(scope, control.replaces ?? ''), replacedBy, replacedByHref: hrefOf(scope, replacedBy ?? ''),
    mayEdit: may(scope.role, 'control.edit') && !isClosed(scope.engagement.phase), mayConfirm: may(scope.role, 'control.confirm') && !isClosed(scope.engagement.phase) && !control.confirmed,
    mayReword: may(scope.role, 'control.reword') && !isClosed(scope.engagement.phase) && locked === null, asLead, locked,
    form: typed?.form ?? formState({ text: control.wording, version: control.wordingVersion }), theirs: typed?.theirs ?? null,
    requests: (await listControlRequests(trx, scope, control.id)).map((asked) => ({ ...asked, reference: requestNumber(asked.number) })),
    testing: may(scope.role, 'test.view') ? await testingOf(trx, scope, control) : null,
  }
}

export async function editPage(trx: Tx, scope: EngagementScope, number: string | null, form: FormState, theirs?: Control) {
  const owners = await listOwnerChoices(trx, scope)
  const all = await listControls(trx, scope)
  const ownerWords = owners.map(({ id, name, title }) => ({ value: id, label: title ? `${name}, ${title}` : name }))
  const back = number === null ? `${baseOf(scope)}/controls` : hrefOf(scope, number)
  return {
    title: number === null ? 'New control' : `Edit ${number}`, tab: 'controls' as const, frame: 'center' as const, base: baseOf(scope), number, back, form,
    action: number === null ? back : `${back}/edit`,
    owners: ownerWords, frequencies: choicesOf(frequencyWords), types: choicesOf(typeWords), natures: choicesOf(natureWords), risks: choicesOf(riskWords),
    withDays: scope.engagement.type === 2,
    others: all.filter((other) => other.number !== number).map((other) => ({ value: other.number, label: other.number })),
    groups: criteriaGroups(scope.engagement.categories),
    conflict: theirs ? differences(form, theirs, ownerWords) : null,
  }
}

/** '/engagements/…/controls/AC-04' */
export function hrefOf(scope: EngagementScope, number: string): string {
  return `${baseOf(scope)}/controls/${encodeURIComponent(number)}`
}

/** The criteria in scope under the titles of their series, in natural order. */
export function criteriaGroups(categories: readonly string[]): Group[] {
  return [...Map.groupBy(criteriaInScope(categories), ({ series }) => series)]
    .map(([id, members]) => ({ id, title: seriesOf(id)?.title ?? '', criteria: members }))
}

/** 'Mar 1, 2026 to Sep 30, 2026'; null for a control that was there all along. */
function spanPhrase({ effectiveFrom: from, effectiveTo: to }: Control): string | null {
  if (from !== null && to !== null) return `${writeDate(from)} to ${writeDate(to)}`
  return from !== null ? `From ${writeDate(from)}` : to !== null ? `Until ${writeDate(to)}` : null
}

function baseOf(scope: EngagementScope): string {
  return `/engagements/${scope.engagement.id}`
}

function rowOf(scope: EngagementScope, control: Control): Row {
  return { ...control, href: hrefOf(scope, control.number), frequency: frequencyPhrase(control.frequencies), typeWord: typeWords[control.type], natureWord: natureWords[control.nature] }
}

// How far the firm is with a control: its design, and where each of its tests stands on the way to the second signature.
async function testingOf(trx: Tx, scope: EngagementScope, control: Control): Promise<ShowPage['testing']> {
  const standing = await findStandingDesign(trx, scope, control.id)
  const remark = standing && standing.wordingVersion !== control.wordingVersion ? `The design was evaluated under version ${standing.wordingVersion} of the wording.` : designRemark(standing)
  const stages = new Map((await listBoard(trx, scope, control.id)).map((row) => [row.sequence, columns[columnOf(row)]]))
  return {
    design: { words: remark ?? 'Evaluated and reviewed', href: `${baseOf(scope)}/testing/controls/${encodeURIComponent(control.number)}#design`, done: remark === null },
    tests: (await listControlTests(trx, scope, control.id)).map(({ sequence, title, conclusion }) => {
      const reference = `${control.number}.T${sequence}`
      return { reference, href: `${baseOf(scope)}/testing/${encodeURIComponent(reference)}`, title, stage: stages.get(sequence) ?? '', conclusion: conclusion ?? 'not_concluded' as const }
    }),
  }
}

function isShown(control: Control, { q, criterion, wording }: ControlFilter): boolean {
  const words = `${control.number} ${control.wording} ${control.ownerTitle} ${control.ownerName ?? ''} ${control.criteria.join(' ')}`.toLowerCase()
  return q.toLowerCase().split(/\s+/).every((word) => words.includes(word))
    && (criterion === '' || control.criteria.includes(criterion))
    && (wording !== 'unconfirmed' || !control.confirmed)
}

function differences(form: FormState, theirs: Control, owners: readonly Choice[]) {
  const typed = (name: string): string => [form.values[name] ?? ''].flat().join(', ')
  const owner = (id: string): string => owners.find(({ value }) => value === id)?.label ?? ''
  const said = (words: Readonly<Record<string, string>>, text: string) => text.split(', ').map((one) => words[one] ?? one).toSorted().join(', ')
  return [
    { label: 'Owner’s title', theirs: theirs.ownerTitle, yours: typed('ownerTitle') },
    { label: 'Owner', theirs: owner(theirs.ownerId ?? ''), yours: owner(typed('ownerId')) },
    { label: 'Frequency', theirs: said(frequencyWords, theirs.frequencies.join(', ')), yours: said(frequencyWords, typed('frequencies')) },
    { label: 'Type', theirs: typeWords[theirs.type], yours: said(typeWords, typed('type')) },
    { label: 'Nature', theirs: natureWords[theirs.nature], yours: said(natureWords, typed('nature')) },
    { label: 'Risk', theirs: riskWords[theirs.risk], yours: said(riskWords, typed('risk')) },
    { label: 'Systems', theirs: theirs.keySystems, yours: typed('keySystems') },
    { label: 'Reports', theirs: theirs.ipe.join(', '), yours: typed('ipe').replaceAll('\n', ', ') },
    { label: 'First day', theirs: theirs.effectiveFrom ?? '', yours: typed('effectiveFrom') },
    { label: 'Last day', theirs: theirs.effectiveTo ?? '', yours: typed('effectiveTo') },
    { label: 'Takes the place of', theirs: theirs.replaces ?? '', yours: typed('replaces') },
    { label: 'Criteria', theirs: theirs.criteria.join(', '), yours: typed('criteria') },
  ].filter(({ theirs, yours }) => theirs !== yours)
    .map(({ label, theirs, yours }) => ({ label, theirs: theirs || '–', yours: yours || '–' }))
}
