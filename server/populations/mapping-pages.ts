import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import type { Wishes } from '../sheets/table.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { periodInWords } from './pages.ts'
import type { Peek } from './peek.ts'
import { populationNumber } from './rules.ts'

export type MappingPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly back: string
  readonly heading: string
  readonly file: { readonly id: string, readonly name: string, readonly request: string, readonly requestHref: string }
  readonly form: FormState
  readonly columns: readonly Choice[]
  readonly orders: readonly Choice[]
  readonly head: Pick<Peek, 'header' | 'rows' | 'headerRow' | 'remarks'>
  /** Where in a workbook the list stands; null for other files. */
  readonly workbook: { readonly here: string, readonly number: boolean, readonly sheets: readonly Choice[], readonly form: FormState } | null
  /** More than the key and the date is mapped, so that part of the form stands open. */
  readonly more: boolean
  readonly kinds: readonly Choice[]
  readonly period: string
  /** The columns are offered as they were mapped in the version before. */
  readonly remembered: boolean
  /** Why this file cannot be read as a list at all, or null. */
  readonly refusal: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/map': MappingPage
  }
}

/** A submitted file as the mapping page knows it; `population` is the number of what it is read as, once it is. */
export type ListFile = { readonly id: string, readonly name: string, readonly sha256: string, readonly request: number, readonly population: number | null } & Pick<Wishes, 'sheet' | 'headerRow'>

/** The page that asks which columns are which. `refusal` says why the file is no list. */
export function mappingPage(scope: EngagementScope, file: ListFile, head: Omit<Peek, 'key' | 'date'>, refusal: string | null): MappingPage {
  const base = `/engagements/${scope.engagement.id}`
  const request = requestNumber(file.request)
  const requestHref = `${base}/requests/${request}`
  const number = file.population === null ? null : populationNumber(file.population)
  return {
    title: number === null ? 'Read a list as a population' : `Columns of ${number}`,
    tab: 'populations',
    base,
    action: number === null ? `${base}/populations` : `${base}/populations/${number}/columns`,
    back: number === null ? requestHref : `${base}/populations/${number}`,
    heading: number === null ? 'Read a list as a population' : `Map the columns of ${number} again`,
    file: { id: file.id, name: file.name, request, requestHref },
    form: formState(),
    columns: head.header.map((name) => ({ value: name, label: name })),
    orders: [{ value: 'dmy', label: 'Day first: 11/03 is 11 March' }, { value: 'mdy', label: 'Month first: 11/03 is November 3' }],
    head: { header: head.header, rows: head.rows, headerRow: head.headerRow, remarks: head.remarks },
    workbook: head.sheets.length === 0 ? null : {
      here: number === null ? `${base}/populations/new` : `${base}/populations/${number}/columns`, number: number !== null,
      sheets: head.sheets.map((name) => ({ value: name, label: name })), form: formState({ sheet: head.sheet, head: file.headerRow ?? '' }),
    },
    more: false,
    kinds: [{ value: 'keep', label: 'Only these are in scope' }, { value: 'leave', label: 'All but these are in scope' }],
    remembered: false,
    period: periodInWords(scope),
    refusal,
  }
}
