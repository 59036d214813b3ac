import type { EngagementScope } from '../scope.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { IconName } from '../web/icons.ts'
import type { PageModel } from '../web/view.ts'
import type { Mapping, SheetImport } from '../sheets/import-store.ts'
import { countMarks, digestMarks, type Difference, type Marks, type RowMark } from '../sheets/marks.ts'
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

type Line = { readonly row: number, readonly name: string, readonly title: string, readonly differences: readonly Difference[], readonly why: readonly string[] }

export type ImportPreviewPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly back: string
  readonly name: string
  readonly conflict: string | null
  readonly digest: string
  readonly counts: readonly { readonly count: number, readonly word: string, readonly icon: IconName, readonly href: string, readonly current: boolean }[]
  readonly total: { readonly count: number, readonly word: string, readonly href: string, readonly current: boolean }
  readonly groups: readonly { readonly id: Marks, readonly word: string, readonly tone: string, readonly icon: IconName, readonly lines: readonly Line[], readonly more: number }[]
  readonly wrong: number
  readonly button: string | null
}

declare module '../web/view.ts' {
  interface Pages {
    'requests/import': ImportStartPage
    'requests/import-mapping': ImportMappingPage
    'requests/import-preview': ImportPreviewPage
  }
}

const markWords: Readonly<Record<Marks, { word: string, tone: string, icon: IconName }>> = {
  wrong: { word: 'Wrong', tone: 'red', icon: 'exception' },
  new: { word: 'New', tone: 'blue', icon: 'add' },
  changed: { word: 'Changed', tone: 'amber', icon: 'edit' },
  same: { word: 'Same', tone: 'grey', icon: 'tie' },
}
const MOST_SHOWN = 500

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
  const counts = countMarks(marks)
  const kept = (Object.keys(markWords) as Marks[]).filter((mark) => counts[mark] > 0)
  return {
    title: `Preview of ${sheet.name}`, tab: 'requests', frame: 'center', base, name: sheet.name, conflict,
    action: `${base}/requests/imports/${sheet.id}/adoption`, back: `${base}/requests/imports/${sheet.id}/mapping`, digest: digestMarks(marks),
    counts: kept.map((mark) => ({ count: counts[mark], word: markWords[mark].word, icon: markWords[mark].icon, href: `#${mark}`, current: false })),
    total: { count: marks.length, word: 'Rows', href: '#rows', current: false },
    groups: kept.map((mark) => {
      const lines = marks.filter((row) => row.mark === mark)
      return { id: mark, ...markWords[mark], lines: lines.slice(0, MOST_SHOWN).map(lineOf), more: Math.max(0, lines.length - MOST_SHOWN) }
    }),
    wrong: counts.wrong,
    button: counts.wrong > 0 || counts.new + counts.changed === 0 ? null : `Import: ${[...counts.new > 0 ? [`${counts.new} new`] : [], ...counts.changed > 0 ? [`${counts.changed} changed`] : []].join(', ')}`,
  }
}

function lineOf(row: RowMark): Line {
  return { row: row.row, name: row.name, title: row.title, differences: row.mark === 'changed' ? row.differences : [], why: row.mark === 'wrong' ? row.why : [] }
}
