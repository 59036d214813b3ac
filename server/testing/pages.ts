import { isClosed, may } from '../access/policy.ts'
import { compareNumbers } from '../controls/rules.ts'
import { listControls } from '../controls/store.ts'
import type { Tx } from '../database/connect.ts'
import type { Conclusion } from '../database/schema/testing.ts'
import { drawNumber, populationNumber } from '../populations/rules.ts'
import { personOf, type EngagementScope } from '../scope.ts'
import { number } from '../web/helpers.ts'
import type { PageModel } from '../web/view.ts'
import { designRemark } from './design.ts'
import { listStandingDesigns } from './design-store.ts'
import { listMissing } from './lines-actions.ts'
import { listDrawSizes, listTested } from './grid-store.ts'
import { kindWords, testReference } from './rules.ts'
import { standingOf } from './standing.ts'
import { listAttributes, listCells, listCitations, listLines, listProcedures, listSignOffs } from './store.ts'

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
  /** How many controls want a test for one of their frequencies. */
  readonly missing: number
  readonly designs: readonly { readonly number: string, readonly wording: string, readonly href: string, readonly remark: string }[]
  readonly mayEdit: boolean
  readonly clear: { readonly href: string, readonly label: string }
}

declare module '../web/view.ts' {
  interface Pages {
    'testing/list': TestListPage
  }
}

/** Every test of the engagement with how far it is, and the controls nobody has planned a test for. */
export async function listPage(trx: Tx, scope: EngagementScope, show: Show | null): Promise<TestListPage> {
  const base = `/engagements/${scope.engagement.id}`
  const all = await readLines(trx, scope, base)
  const planned = new Set(all.map(({ control }) => control))
  const controls = await listControls(trx, scope)
  const designs = await listStandingDesigns(trx, scope)
  const chosen = { review: (line: Line) => line.forMe, unsigned: (line: Line) => line.reviewed === null, deviations: (line: Line) => line.deviating > 0 }
  return {
    title: 'Testing', tab: 'testing', base,
    facts: { lines: all.length, toReview: all.filter(({ forMe }) => forMe).length, deviating: all.filter(({ deviating }) => deviating > 0).length },
    filters: (Object.keys(shows) as Show[]).map((name) => ({ word: shows[name], href: show === name ? `${base}/testing` : `${base}/testing?show=${name}`, on: show === name })),
    lines: show === null ? all : all.filter(chosen[show]),
    planned: all.length,
    bare: controls.filter(({ number }) => !planned.has(number)).map(({ number, wording }) => ({ number, wording, href: `${base}/testing/controls/${encodeURIComponent(number)}`, planHref: `${base}/testing/new?control=${encodeURIComponent(number)}` })),
    missing: (await listMissing(trx, scope)).length,
    designs: controls.flatMap(({ id, number, wording }) => {
      const remark = designRemark(designs.get(id))
      return remark === null ? [] : [{ number, wording, remark, href: `${base}/testing/controls/${encodeURIComponent(number)}` }]
    }),
    mayEdit: may(scope.role, 'test.edit') && !isClosed(scope.engagement.phase),
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
      source: draw ? `${number(draw.size ?? 0)} of ${number(draw.population_size)} ${line.item_noun}` : line.no_occurrence ? 'Nothing occurred' : line.kind === 'sample' ? '' : kindWords[line.kind],
      draw: draw ? `${populationNumber(draw.population_number)}, ${drawNumber(draw.number)}` : '',
      pending: standing.pending, cells: standing.counts.cells, stale: standing.stale, deviating: standing.deviatingItems, deviatingOf: `${standing.deviatingItems} of ${standing.items}`,
      conclusion: line.conclusion ?? 'not_concluded' as const, prepared: prepared?.name ?? null, reviewed: reviewed?.name ?? null,
      forMe: may(scope.role, 'test.review') && prepared !== undefined && !reviewed && prepared.person_id !== personOf(scope),
    }
  }).toSorted((a, b) => compareNumbers(a.reference, b.reference))
}
