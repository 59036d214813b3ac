import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import type { Mapping, SheetImport } from '../sheets/import-store.ts'
import { digestMarks, type RowMark } from '../sheets/marks.ts'
import { previewOf, type Preview } from '../sheets/preview.ts'
import { importFields } from './import-fields.ts'
import { kinds } from './rules.ts'

export type ImportStartPage = PageModel & { readonly base: string, readonly action: string, readonly form: FormState, readonly headings: string }

export type ImportMappingPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly name: string
  readonly rows: number
  readonly form: FormState
  readonly columns: readonly { readonly field: string, readonly heading: string, readonly samples: readonly string[], readonly options: readonly (Choice & { readonly selected: boolean })[] }[]
  readonly kinds: readonly Choice[]
}

export type ImportPreviewPage = PageModel & Preview & {
  readonly base: string
  readonly action: string
  readonly back: string
  readonly name: string
  readonly conflict: string | null
  readonly digest: string
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/import': ImportStartPage
    'requests/import-mapping': ImportMappingPage
    'requests/import-preview': ImportPreviewPage
  }
}

export function importStartPage(scope: EngagementScope, form: FormState): ImportStartPage {
  const base = `/engagements/${scope.engagement.id}`
  return { title: 'Import requests', tab: 'requests', frame: 'center', base, action: `${base}/requests/imports`, form, headings: importFields.map(({ label }) => label).join(', ') }
}

/** What each column means: guessed, and asked of whoever imports. */
export function importMappingPage(scope: EngagementScope, sheet: SheetImport, mapping: Mapping, form: FormState | null): ImportMappingPage {
  const base = `/engagements/${scope.engagement.id}`
  return {
    title: `Columns of ${sheet.name}`, tab: 'requests', frame: 'center', base, action: `${base}/requests/imports/${sheet.id}/mapping`,
    name: sheet.name, rows: sheet.rows.length, form: form ?? formState({ kind: mapping.defaults['kind'] ?? '' }),
    columns: sheet.header.map((heading, place) => ({
      field: `column-${place}`, heading: heading || `Column ${place + 1}`,
      samples: sheet.rows.map((row) => row[place] ?? '').filter(Boolean).slice(0, 3).map((text) => text.length > 60 ? `${text.slice(0, 59)}…` : text),
      options: [{ value: '', label: 'Leave out' }, ...importFields.map(({ name, label }) => ({ value: name, label }))].map((choice) => ({ ...choice, selected: choice.value === (mapping.columns[place] ?? '') })),
    })),
    kinds: Object.values(kinds).map((word) => ({ value: word, label: word })),
  }
}

/** Every row with what it would do, the wrong ones first. */
export function importPreviewPage(scope: EngagementScope, sheet: SheetImport, marks: readonly RowMark[], conflict: string | null = null): ImportPreviewPage {
  const base = `/engagements/${scope.engagement.id}`
  return {
    title: `Preview of ${sheet.name}`, tab: 'requests', frame: 'center', base, name: sheet.name, conflict,
    action: `${base}/requests/imports/${sheet.id}/adoption`, back: `${base}/requests/imports/${sheet.id}/mapping`, digest: digestMarks(marks),
    ...previewOf(marks),
  }
}
