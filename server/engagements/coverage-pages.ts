import { may, mayStill } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { categoryNames, criteriaInScope, type Criterion } from '../controls/criteria.ts'
import { compareNumbers } from '../controls/rules.ts'
import { listControls, listMappings, type Control } from '../controls/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import { coverageOf, isCovered, type Assumed, type Coverage } from './coverage.ts'
import { listCsocs, listExclusions, listSubservices } from './description-store.ts'

type Link = { readonly number: string, readonly href: string }
type Row = Omit<Coverage, 'controls'> & Criterion & {
  readonly controls: readonly Link[]
  /** One for each control of the engagement, in its order: whether it serves the criterion. */
  readonly cells: readonly boolean[]
  /** 'Northgrid Cloud, monitored by RA-02' */
  readonly organizations: readonly string[]
  readonly undo: string
}

declare module '../web/view.ts' {
  interface Pages {
    'engagements/coverage': {
      base: string
      controls: readonly (Link & { readonly wording: string, readonly unmapped: boolean })[]
      groups: readonly { readonly title: string, readonly rows: readonly Row[] }[]
      total: number
      covered: number
      uncovered: readonly Row[]
      unmonitored: readonly Row[]
      excluded: readonly (Row & { by: string, at: Date })[]
      unmapped: readonly Link[]
      zone: string
      span: number
      mayExclude: boolean
      mayAdd: boolean
      maySetUp: boolean
      choices: readonly Choice[]
      form: FormState
    }
  }
}

/** How every criterion of an engagement is accounted for, in natural order, with the controls it rests on. */
export async function readCoverage(trx: Tx, scope: EngagementScope): Promise<{ coverage: Coverage[], controls: Control[] }> {
  const criteria = criteriaInScope(scope.engagement.categories).map(({ id }) => id)
  const mappings = (await listMappings(trx, scope)).toSorted((a, b) => compareNumbers(a.number, b.number))
  const organizations = new Map((await listSubservices(trx, scope)).filter(({ method }) => method === 'carve_out').map((one) => [one.id, one]))
  const assumed = (await listCsocs(trx, scope)).flatMap(({ subserviceId, criteria: served }): Assumed[] => {
    const organization = organizations.get(subserviceId)
    return organization ? served.map((criterion) => ({ criterion, organization: organization.name, monitor: organization.monitor })) : []
  })
  return { coverage: coverageOf(criteria, mappings, assumed, await listExclusions(trx, scope)), controls: await listControls(trx, scope) }
}

export async function coveragePage(trx: Tx, scope: EngagementScope, form: FormState = formState()) {
  const base = `/engagements/${scope.engagement.id}`
  const { coverage, controls } = await readCoverage(trx, scope)
  const exclusions = new Map((await listExclusions(trx, scope)).map((one) => [one.criterion, one]))
  const hrefs = new Map(controls.map(({ number }) => [number, { number, href: `${base}/controls/${encodeURIComponent(number)}` }]))
  const inScope = criteriaInScope(scope.engagement.categories)
  const ids = new Set(inScope.map(({ id }) => id))
  const rows = coverage.map((one, index): Row => ({
    ...one, ...inScope[index]!, controls: one.controls.map((number) => hrefs.get(number)!),
    cells: controls.map(({ number }) => one.controls.includes(number)),
    organizations: [...new Set(one.assumed.map(({ organization, monitor }) => `${organization}, ${monitor === null ? 'not monitored' : `monitored by ${monitor}`}`))],
    undo: `${base}/coverage/exclusions/${one.criterion}/removal`,
  }))
  const isUnmapped = ({ criteria }: Control) => !criteria.some((id) => ids.has(id))
  const mayExclude = mayStill(scope, 'criterion.exclude')
  return {
    title: 'Coverage', tab: 'controls' as const, base, zone: scope.engagement.zone, form, mayExclude, mayAdd: mayStill(scope, 'control.edit'), maySetUp: may(scope.role, 'setup.view'),
    controls: controls.map((control) => ({ ...hrefs.get(control.number)!, wording: control.wording, unmapped: isUnmapped(control) })),
    groups: [...Map.groupBy(rows, ({ category }) => category)].map(([category, members]) => ({ title: categoryNames[category], rows: members })),
    total: rows.length, covered: rows.filter(({ state }) => isCovered(state)).length, span: controls.length + 2,
    uncovered: rows.filter(({ state }) => state === 'uncovered'), unmonitored: rows.filter(({ state }) => state === 'unmonitored'),
    excluded: rows.flatMap((row) => {
      const exclusion = exclusions.get(row.criterion)
      return exclusion ? [{ ...row, by: exclusion.by, at: exclusion.at }] : []
    }),
    unmapped: controls.filter(isUnmapped).map(({ number }) => hrefs.get(number)!),
    choices: rows.filter(({ state }) => state !== 'excluded').map(({ id, title }) => ({ value: id, label: `${id} ${title}` })),
  }
}
