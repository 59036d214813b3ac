import type { EngagementScope } from '../scope.ts'
import type { Mapping, SheetImport } from '../sheets/import-store.ts'
import { digestMarks } from '../sheets/marks.ts'
import { previewOf, type Preview } from '../sheets/preview.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { cellsOf, importFields, labelOfField, tickedCriterion } from './import-fields.ts'
import { phrase, type Judgement, type Written } from './import-rules.ts'
import { natureWords, typeWords } from './rules.ts'
import { closedWords, type ClosedField } from './words.ts'

type StartPage = PageModel & { readonly base: string, readonly action: string, readonly form: FormState, readonly headings: string, readonly asLead: boolean }

type Word = { readonly place: number, readonly key: string, readonly field: string, readonly cell: string, readonly rows: number, readonly understood: boolean, readonly same: boolean, readonly options: readonly (Choice & { readonly selected: boolean })[] }

type MappingPage = PageModel & {
  readonly base: string
  readonly action: string
  readonly name: string
  readonly place: string
  readonly rows: number
  readonly form: FormState
  readonly columns: readonly { readonly field: string, readonly heading: string, readonly samples: readonly string[], readonly options: readonly (Choice & { readonly selected: boolean })[] }[]
  readonly words: readonly Word[]
  /** Words that are this portal's own, and taken as such. */
  readonly same: readonly Word[]
  readonly types: readonly Choice[]
  readonly natures: readonly Choice[]
  readonly asLead: boolean
}

type PreviewPage = PageModel & Preview & {
  readonly base: string
  readonly action: string
  readonly back: string
  readonly name: string
  readonly conflict: string | null
  readonly digest: string
  /** What became of rows that are no control of their own. */
  readonly remarks: readonly string[]
  readonly source: string
}

declare module '../web/view.ts' {
  interface Pages {
    'controls/import': StartPage
    'controls/import-mapping': MappingPage
    'controls/import-preview': PreviewPage
  }
}

const MOST_WORDS = 60

export function importStartPage(scope: EngagementScope, form: FormState): StartPage {
  const base = `/engagements/${scope.engagement.id}`
  return { title: 'Import controls', tab: 'controls', frame: 'center', base, action: `${base}/controls/imports`, form, asLead: scope.role === 'lead', headings: importFields.map(({ label }) => label).join(', ') }
}

/** What each column and each word of the list means: guessed, and asked of whoever imports. */
export function importMappingPage(scope: EngagementScope, sheet: SheetImport, mapping: Mapping, problem: FormState | null): MappingPage {
  const words = wordsOf(sheet, mapping)
  const base = `/engagements/${scope.engagement.id}`
  const { defaults, columns } = mapping
  const [own = '', ...others] = (defaults['sheets'] ?? '').split('\n').filter(Boolean)
  const places = [...own ? [`Sheet “${own}”${others.length > 0 ? `, the others are ${others.map((name) => `“${name}”`).join(', ')}` : ''}.`] : [], `The headings are in row ${Number(defaults['first'] ?? 2) - 1}.`]
  return {
    title: `Columns of ${sheet.name}`, tab: 'controls', frame: 'center', base, action: `${base}/controls/imports/${sheet.id}/mapping`,
    name: sheet.name, place: places.join(' '), rows: sheet.rows.filter((row) => row.some(Boolean)).length, asLead: scope.role === 'lead',
    form: problem ?? formState({ ...defaults, fill: defaults['fill'] === 'yes' ? 'on' : '', leave: defaults['leave'] === 'yes' ? 'on' : '' }),
    columns: sheet.header.map((heading, place) => ({
      field: `column-${place}`, heading,
      samples: [...new Set(sheet.rows.map((row) => row[place] ?? '').filter(Boolean))].slice(0, 3).map((text) => text.length > 60 ? `${text.slice(0, 59)}…` : text),
      options: columnChoices(columns[place] ?? '').map((choice) => ({ ...choice, selected: choice.value === (columns[place] ?? '') })),
    })),
    words: words.filter(({ same }) => !same), same: words.filter(({ same }) => same),
    types: choicesOf(typeWords), natures: choicesOf(natureWords),
  }
}

/** Every control with what it would do, the wrong ones first. */
export function importPreviewPage(scope: EngagementScope, sheet: SheetImport, { judged, titles, repeated, left, passed }: Judgement, source: string, conflict: string | null = null): PreviewPage {
  const base = `/engagements/${scope.engagement.id}`
  const marks = judged.map(({ mark }) => mark)
  const without = judged.filter(({ mark, wanted }) => mark.mark === 'new' && wanted.frequency === '').length
  const unmapped = judged.filter(({ mark, wanted }) => mark.mark === 'new' && wanted.criteria === '').length
  const at = `${base}/controls/imports/${sheet.id}`
  return {
    title: `Preview of ${sheet.name}`, tab: 'controls', frame: 'center', base, name: sheet.name, conflict, action: `${at}/adoption`, back: `${at}/mapping`, digest: digestMarks(marks), source,
    remarks: [
      ...repeated > 0 ? [`${repeated} ${repeated === 1 ? 'row repeats a control and adds its criteria' : 'rows repeat controls and add their criteria'} to the first row of each.`] : [],
      ...titles.length > 0 ? [`${titles.length === 1 ? 'Row' : 'Rows'} ${titles.slice(0, 12).join(', ')}${titles.length > 12 ? ` and ${titles.length - 12} more` : ''} ${titles.length === 1 ? 'holds' : 'hold'} a title and no control.`] : [],
      ...left.length > 0 ? [`Left out, as they are no criteria of this engagement: ${left.slice(0, 30).join(', ')}${left.length > 30 ? ` and ${left.length - 30} more` : ''}.`] : [],
      ...passed.length > 0 ? [`${passed.length} ${passed.length === 1 ? 'control has' : 'controls have'} no criterion of this engagement and ${passed.length === 1 ? 'is' : 'are'} left out: ${passed.length === 1 ? 'row' : 'rows'} ${passed.slice(0, 12).join(', ')}${passed.length > 12 ? ` and ${passed.length - 12} more` : ''}.`] : [],
      ...unmapped === 0 ? [] : [`${unmapped} new ${unmapped === 1 ? 'control names' : 'controls name'} no criterion. Name them afterwards, one by one or in an export that is read again; the page of coverage lists them until then.`],
      ...without === 0 ? [] : [`${without} new ${without === 1 ? 'control comes' : 'controls come'} without a frequency; it is asked for afterwards.`],
    ],
    ...previewOf(marks, (place) => told(judged[place]!.wanted)),
  }
}

function told({ criteria, frequency, type, nature, ownerTitle, owner }: Written): string {
  return [criteria, frequency, `${type}, ${nature.toLowerCase()}`, [ownerTitle, owner].filter(Boolean).join(', ')].filter(Boolean).join(' · ')
}

/** The words that the list uses where this portal has closed ones, with what each is taken to mean. */
function wordsOf(sheet: SheetImport, { columns, defaults }: Mapping): Word[] {
  const counts = new Map<string, number>()
  for (const row of sheet.rows) {
    const cells = cellsOf(row, columns)
    for (const field of Object.keys(closedWords) as ClosedField[]) if (cells[field]) counts.set(`${field}:${cells[field]}`, (counts.get(`${field}:${cells[field]}`) ?? 0) + 1)
  }
  return [...counts].slice(0, MOST_WORDS).map(([key, rows], place) => {
    const field = key.slice(0, key.indexOf(':')) as ClosedField
    const cell = key.slice(key.indexOf(':') + 1)
    const { words, read } = closedWords[field]
    const guess = read(cell)
    const chosen = defaults[`meaning:${key}`]
    const guessed = guess === null ? 'Say what it means' : guess.length === 0 ? 'Leave open' : phrase(guess, words)
    return {
      place, key, field: labelOfField(field), cell, rows, understood: guess !== null || chosen !== undefined,
      same: chosen === undefined && guess !== null && guess.length > 0 && guessed.toLowerCase() === cell.trim().toLowerCase(),
      options: [{ value: 'guess', label: guessed }, ...guess?.length === 0 ? [] : [{ value: 'open', label: 'Leave open' }], ...choicesOf(words).filter(({ value }) => guess?.length !== 1 || value !== guess[0])]
        .map((choice) => ({ ...choice, selected: choice.value === (chosen === undefined ? 'guess' : chosen === '' ? 'open' : chosen) })),
    }
  })
}

function columnChoices(field: string): Choice[] {
  const ticked = tickedCriterion(field)
  return [{ value: '', label: 'Leave out' }, ...ticked === null ? [] : [{ value: field, label: `Ticks for ${ticked}` }], ...importFields.map(({ name, label }) => ({ value: name, label }))]
}
