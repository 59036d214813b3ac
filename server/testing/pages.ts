import { may } from '../access/policy.ts'
import { compareNumbers } from '../controls/rules.ts'
import { findControl, listControls } from '../controls/store.ts'
import type { Tx } from '../database/connect.ts'
import type { Conclusion } from '../database/schema/testing.ts'
import { drawNumber, populationNumber } from '../populations/rules.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { number } from '../web/helpers.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import type { Reference } from './actions.ts'
import { LETTERS, MOST_PROCEDURES } from './forms.ts'
import { listDrawSizes, listTested } from './grid-store.ts'
import { natures, testReference } from './rules.ts'
import { standingOf } from './standing.ts'
import { findLine, listAttributes, listCells, listCitations, listLines, listProcedures, listSignOffs } from './store.ts'

export const shows = { review: 'Mine to review', unsigned: 'Not signed by both', deviations: 'With deviations' } as const
export type Show = keyof typeof shows

type Line = {
  readonly reference: string
  readonly href: string
  readonly title: string
  readonly wording: string
  readonly source: string
  readonly draw: string
  readonly pending: number
  readonly cells: number
  readonly stale: number
  readonly deviating: number
  readonly deviatingOf: string
  readonly conclusion: Conclusion | 'not_concluded'
  readonly prepared: string | null
  readonly reviewed: string | null
  readonly forMe: boolean
}

export type TestListPage = PageModel & {
  readonly base: string
  readonly facts: { readonly lines: number, readonly toReview: number, readonly deviating: number }
  readonly filters: readonly { readonly word: string, readonly href: string, readonly on: boolean }[]
  readonly lines: readonly Line[]
  readonly planned: number
  readonly bare: readonly { readonly number: string, readonly wording: string, readonly href: string, readonly planHref: string }[]
  readonly mayEdit: boolean
  readonly clear: { readonly href: string, readonly label: string }
}

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
  readonly procedures: readonly { readonly nature: string, readonly natureLabel: string, readonly text: string, readonly textLabel: string }[]
  readonly attributes: readonly { readonly question: string, readonly questionLabel: string, readonly expected: string, readonly expectedLabel: string }[]
  readonly natures: readonly Choice[]
}

declare module '../web/view.ts' {
  interface Pages {
    'testing/list': TestListPage
    'testing/edit': PlanPage
  }
}

/** Every test of the engagement with how far it is, and the controls nobody has planned a test for. */
export async function listPage(trx: Tx, scope: EngagementScope, show: Show | null): Promise<TestListPage> {
  const base = `/engagements/${scope.engagement.id}`
  const all = await readLines(trx, scope, base)
  const planned = new Set(all.map(({ control }) => control))
  const controls = await listControls(trx, scope)
  const chosen = { review: (line: Line) => line.forMe, unsigned: (line: Line) => line.reviewed === null, deviations: (line: Line) => line.deviating > 0 }
  return {
    title: 'Testing', tab: 'testing', base,
    facts: { lines: all.length, toReview: all.filter(({ forMe }) => forMe).length, deviating: all.filter(({ deviating }) => deviating > 0).length },
    filters: (Object.keys(shows) as Show[]).map((name) => ({ word: shows[name], href: show === name ? `${base}/testing` : `${base}/testing?show=${name}`, on: show === name })),
    lines: show === null ? all : all.filter(chosen[show]),
    planned: all.length,
    bare: controls.filter(({ number }) => !planned.has(number)).map(({ number, wording }) => ({ number, wording, href: `${base}/controls/${number}`, planHref: `${base}/testing/new?control=${encodeURIComponent(number)}` })),
    mayEdit: may(scope.role, 'test.edit'),
    clear: { href: `${base}/testing`, label: 'Show all tests' },
  }
}

async function readLines(trx: Tx, scope: EngagementScope, base: string): Promise<(Line & { control: string })[]> {
  const lines = await listLines(trx, scope)
  const byLine = <T extends { test_line_id: string }>(rows: readonly T[]) => Map.groupBy(rows, ({ test_line_id: line }) => line)
  const [procedures, attributes, cells, citations, signatures] = [
    byLine(await listProcedures(trx, scope)), byLine(await listAttributes(trx, scope)), byLine(await listCells(trx, scope)), byLine(await listCitations(trx, scope)), byLine(await listSignOffs(trx, scope)),
  ]
  const draws = new Map((await listDrawSizes(trx, scope)).map((draw) => [draw.id, draw]))
  const items = await listTested(trx, scope)
  return lines.map((line) => {
    const reference = testReference(line.control_number, line.sequence)
    const standing = standingOf(line, {
      procedures: procedures.get(line.id) ?? [], attributes: attributes.get(line.id) ?? [], items: items.get(line.id) ?? [],
      cells: cells.get(line.id) ?? [], citations: citations.get(line.id) ?? [],
    })
    const draw = draws.get(line.draw_id ?? '')
    const signed = (kind: 'prepared' | 'reviewed') => signatures.get(line.id)?.find((one) => one.kind === kind && one.voided_at === null)
    const [prepared, reviewed] = [signed('prepared'), signed('reviewed')]
    return {
      control: line.control_number, reference, href: `${base}/testing/${encodeURIComponent(reference)}`, title: line.title, wording: line.wording,
      source: draw ? `${number(draw.size ?? 0)} of ${number(draw.population_size)} ${line.item_noun}` : line.no_occurrence ? 'Nothing occurred' : '',
      draw: draw ? `${populationNumber(draw.population_number)}, ${drawNumber(draw.number)}` : '',
      pending: standing.pending, cells: standing.counts.cells, stale: standing.stale, deviating: standing.deviatingItems, deviatingOf: `${standing.deviatingItems} of ${standing.items}`,
      conclusion: line.conclusion ?? 'not_concluded' as const, prepared: prepared?.name ?? null, reviewed: reviewed?.name ?? null,
      forMe: may(scope.role, 'test.review') && prepared !== undefined && !reviewed && prepared.person_id !== personOf(scope),
    }
  }).toSorted((a, b) => compareNumbers(a.reference, b.reference))
}

/** The form of a plan: of a new test (`place` null) or of one that stands. */
export async function planPage(trx: Tx, scope: EngagementScope, place: Reference | null, control: string, form: FormState, conflict = false): Promise<PlanPage> {
  const base = `/engagements/${scope.engagement.id}`
  const line = place ? await findLine(trx, scope, place.control, place.sequence) : null
  const reference = line ? testReference(line.control_number, line.sequence) : null
  const here = reference ? `${base}/testing/${encodeURIComponent(reference)}` : null
  const known = !line && control !== '' ? await findControl(trx, scope, control) : null
  const signatures = line ? await listSignOffs(trx, scope, line.id) : []
  const filled = (name: string) => form.values[name] !== undefined && form.values[name] !== ''
  const last = LETTERS.findLastIndex((letter) => filled(`question-${letter}`))
  const most = Array.from({ length: MOST_PROCEDURES }, (_, index) => index + 1).findLast((row) => filled(`procedure-${row}`)) ?? 0
  return {
    title: reference ? `Plan of ${reference}` : 'Plan a test', tab: 'testing', frame: 'center', base,
    action: here ? `${here}/plan` : `${base}/testing`, back: here ?? `${base}/testing`,
    reference, control: line?.control_number ?? known?.number ?? '',
    controls: line || known ? [] : (await listControls(trx, scope)).map(({ number, wording }) => ({ value: number, label: `${number} ${wording.slice(0, 90)}` })),
    wording: line?.wording ?? known?.wording ?? null, wordingVersion: line?.control_wording_version ?? known?.wordingVersion ?? null,
    signed: signatures.some(({ voided_at: voided }) => voided === null), conflict, version: line?.version ?? null, form,
    procedures: Array.from({ length: Math.min(MOST_PROCEDURES, Math.max(5, most + 1)) }, (_, index) => ({
      nature: `nature-${index + 1}`, natureLabel: `Procedure ${index + 1}`, text: `procedure-${index + 1}`, textLabel: `What is done in procedure ${index + 1}`,
    })),
    attributes: LETTERS.slice(0, Math.max(6, Math.min(LETTERS.length, last + 3))).map((letter) => ({
      question: `question-${letter}`, questionLabel: `${letter} asks`, expected: `expected-${letter}`, expectedLabel: `Evidence expected for ${letter}`,
    })),
    natures: Object.entries(natures).map(([value, label]) => ({ value, label })),
  }
}
