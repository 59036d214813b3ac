import { isClosed, may } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import type { Tx } from '../database/connect.ts'
import type { Conclusion, LineKind } from '../database/schema/testing.ts'
import { exceptionNumber, headingOf } from '../exceptions/rules.ts'
import { sentenceOf } from '../exceptions/sentence-pages.ts'
import { listExceptionsOf } from '../exceptions/store.ts'
import { drawNumber, populationNumber } from '../populations/rules.ts'
import { type EngagementScope } from '../scope.ts'
import { number } from '../web/helpers.ts'
import type { Choice } from '../web/fields.ts'
import { formState, type FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import type { Reference } from './actions.ts'
import { cellView, type CellView } from './cell-pages.ts'
import { evaluationPanel, type EvaluationPanel } from './evaluation-pages.ts'
import { findSource, listItemClaims, listItemFiles, listItems, listPopulationsOf } from './grid-store.ts'
import { readPanel, type LinePanel } from './line-pages.ts'
import { listNotedCells } from './notes-store.ts'
import { readPane, type Pane, type Typed } from './pane-pages.ts'
import { conclusions, kindWords, natures, obstacles, reviewObstacles, signObstacles, testReference, type Obstacle } from './rules.ts'
import { readNotes, readSigning, type NotesPanel, type Signing } from './signing-pages.ts'
import { footOf, type Foot } from './saved-pages.ts'
import { standingOf } from './standing.ts'
import { findLine, listAttributes, listCells, listCitations, listProcedures, listSignOffs, type Attribute, type LineRow, type Procedure } from './store.ts'

type Row = { readonly rank: number, readonly key: string, readonly hint: string, readonly href: string, readonly at: boolean, readonly cells: readonly CellView[] }

export type TestPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly version: number
  readonly reference: string
  readonly control: string
  readonly wording: string
  readonly wordingVersion: number
  readonly newWording: number | null
  readonly heading: string
  readonly itemNoun: string
  readonly zone: string
  readonly facts: string
  readonly block: { readonly toGo: number, readonly conclusion: Conclusion | 'not_concluded' }
  readonly signing: Signing
  readonly notes: NotesPanel
  readonly procedures: readonly { readonly word: string, readonly text: string }[]
  readonly attributes: readonly Attribute[]
  readonly columns: string
  readonly rows: readonly Row[]
  readonly foot: readonly Foot[]
  readonly evaluation: EvaluationPanel | null
  readonly pane: Pane | null
  readonly panel: LinePanel
  readonly exceptions: readonly { readonly number: string, readonly href: string, readonly status: string, readonly heading: string, readonly sentence: ReturnType<typeof sentenceOf>['sentence'], readonly deviating: number }[]
  readonly noOccurrence: { readonly event: string, readonly corroboration: string, readonly population: string | null } | null
  readonly empties: readonly Choice[]
  readonly form: FormState
  readonly obstacles: readonly (Obstacle & { readonly href: string })[]
  readonly conclusions: readonly (Choice & { readonly checked: boolean })[]
  readonly mayEdit: boolean
}

declare module '../web/view.ts' {
  interface Pages {
    'testing/show': TestPage
  }
}

/** Which cell or item is at hand and which of its files is shown. */
export type Wanted = { readonly cell?: string | undefined, readonly item?: number | undefined, readonly file?: string | undefined }
const nothing: { typed: ReadonlyMap<string, Typed>, form: FormState } = { typed: new Map(), form: formState() }

/** The workpaper of one line: its plan, its grid, what stands in the way, and its signatures. `undecided` holds what could not be saved. */
export async function testPage(trx: Tx, site: Site, scope: EngagementScope, place: Reference, wanted: Wanted, undecided: Partial<typeof nothing> = {}): Promise<TestPage> {
  const line = await findLine(trx, scope, place.control, place.sequence)
  const base = `/engagements/${scope.engagement.id}`
  const reference = testReference(line.control_number, line.sequence)
  const here = `${base}/testing/${encodeURIComponent(reference)}`
  const mayEdit = may(scope.role, 'test.edit') && !isClosed(scope.engagement.phase)
  const procedures = await listProcedures(trx, scope, line.id)
  const attributes = await listAttributes(trx, scope, line.id)
  const grid = await readGrid(trx, site, scope, line, attributes, { here, base, wanted, mayEdit, typed: undecided.typed ?? nothing.typed })
  const unlocked = !isClosed(scope.engagement.phase)
  const notes = await readNotes(trx, scope, line, { here, items: grid.items, letters: attributes.map(({ letter }) => letter), at: grid.at }, unlocked)
  const standing = standingOf(line, { procedures, attributes, items: grid.items, cells: grid.written, citations: grid.citations, openNotes: notes.waiting })
  const signatures = await listSignOffs(trx, scope, line.id)
  const open = obstacles(standing)
  return {
    title: `${reference} ${line.title || line.control_number}`, tab: 'testing', frame: 'bare', scripts: grid.rows.length > 0 ? ['grid.js'] : [],
    base, here, version: line.version, reference, control: line.control_number, wording: line.wording, wordingVersion: line.control_wording_version,
    newWording: standing.reworded ? line.current_wording_version : null,
    heading: line.title || 'Operating effectiveness', itemNoun: line.item_noun, zone: scope.engagement.zone,
    facts: [grid.facts, [...new Set(procedures.map(({ nature }) => natures[nature]))].join(', ')].filter(Boolean).join(' · '),
    block: { toGo: standing.pending, conclusion: line.conclusion ?? 'not_concluded' },
    signing: await readSigning(trx, scope, { line, standing, signatures, open: unlocked }), notes,
    procedures: procedures.map((procedure: Procedure) => ({ word: natures[procedure.nature], text: procedure.text })),
    panel: await readPanel(trx, scope, line, here, base),
    attributes, columns: grid.columns, rows: grid.rows, pane: grid.pane,
    foot: attributes.map(({ letter }) => footOf(standing.counts, letter)),
    evaluation: await evaluationPanel(trx, scope, line.draw_id, { pending: standing.pending, items: grid.items, cells: grid.written }),
    exceptions: grid.exceptions,
    noOccurrence: line.no_occurrence ? { event: line.event, corroboration: line.corroboration, population: grid.population } : null,
    empties: line.draw_id === null && line.kind === 'sample' && !line.no_occurrence ? await listEmpties(trx, scope, line.control_id) : [],
    form: undecided.form ?? nothing.form,
    obstacles: [...open, ...signObstacles(standing), ...reviewObstacles(standing)].map((one) => ({ ...one, href: whereTo(one.about, base, here, line.kind) })),
    conclusions: conclusionChoices(line, standing.deviatingItems, open.length > 0 || !mayEdit),
    mayEdit,
  }
}

type GridWishes = { readonly here: string, readonly base: string, readonly wanted: Wanted, readonly mayEdit: boolean, readonly typed: ReadonlyMap<string, Typed> }

async function readGrid(trx: Tx, site: Site, scope: EngagementScope, line: LineRow, attributes: readonly Attribute[], { here, base, wanted, mayEdit, typed }: GridWishes) {
  if (line.draw_id === null && line.kind === 'sample') {
    const population = line.population_id === null ? null : (await listPopulationsOf(trx, scope, line.control_id)).find(({ id }) => id === line.population_id)
    return { items: [], written: [], citations: [], rows: [], columns: '', facts: '', at: null, pane: null, exceptions: [], population: population ? populationNumber(population.number) : null }
  }
  const [drawn, items, written, citations] = [await findSource(trx, scope, line), await listItems(trx, scope, line), await listCells(trx, scope, line.id), await listCitations(trx, scope, line.id)]
  const [files, found, noted] = [await listItemFiles(trx, scope, line), await listExceptionsOf(trx, scope, line.id), await listNotedCells(trx, scope, line.id)]
  const standing = found.find(({ status }) => status !== 'cleared')?.number ?? null
  const letters = attributes.map(({ letter }) => letter)
  const at = currentCell(wanted, items.length, letters, pendingFirst(items, letters, written))
  const cells = new Map(written.map((cell) => [`${cell.item_id} ${cell.letter}`, cell]))
  const cited = Map.groupBy(citations, (one) => `${one.item_id} ${one.letter}`)
  const shown = shownColumns(drawn.header, [drawn.key_column])
  const rows = items.map((item): Row => {
    const own = files.filter((file) => file.item_id === item.id || file.item_id === null).map(({ id }) => id)
    return {
      rank: item.rank, key: item.key, at: at?.rank === item.rank, href: `${here}?item=${item.rank}`,
      hint: shown.map((index) => item.cells[index] ?? '').filter(Boolean).join(', ').slice(0, 60),
      cells: letters.map((letter) => cellView({ rank: item.rank, item: item.id, key: item.key, letter, at: at?.rank === item.rank && at.letter === letter, noted: noted.has(`${item.id} ${letter}`) },
        cells.get(`${item.id} ${letter}`), cited.get(`${item.id} ${letter}`) ?? [], own, standing)),
    }
  })
  const item = items.find(({ rank }) => rank === at?.rank)
  const pane = item && attributes.length > 0
    ? await readPane(trx, site, scope, { here, base, item, cells: item.cells, letter: at?.letter ?? null, attributes, written, citations, drawn, files, claims: line.draw_id === null ? [] : await listItemClaims(trx, scope, line.draw_id), fileId: wanted.file ?? null, typed, mayEdit })
    : null
  const tested = { itemNoun: line.item_noun, wholePopulation: drawn.drawn?.method === 'all', items, letters, cells: written }
  return {
    items, written, citations, rows, at, pane, population: drawn.drawn && populationNumber(drawn.drawn.population_number),
    columns: shown.map((index) => drawn.header[index]).join(', '),
    facts: drawn.drawn ? `${number(items.length)} of ${number(drawn.drawn.population_size)} ${line.item_noun}, ${populationNumber(drawn.drawn.population_number)}, draw ${drawNumber(drawn.drawn.number)}` : items.length > 0 ? kindWords[line.kind] : '',
    exceptions: found.map((one) => {
      const { counts, sentence } = sentenceOf(scope, tested, one)
      const number = exceptionNumber(one.number)
      return { number, href: `${base}/exceptions/${number}`, status: one.status, heading: headingOf(one.problem), sentence: one.status === 'cleared' ? [] : sentence, deviating: counts.deviatingItems }
    }),
  }
}

function currentCell(wanted: Wanted, items: number, letters: readonly string[], first: { rank: number, letter: string } | null): { rank: number, letter: string | null } | null {
  if (items === 0) return null
  if (wanted.item !== undefined) return { rank: Math.min(wanted.item, items), letter: null }
  const [rank, letter] = wanted.cell?.split('.') ?? []
  if (rank !== undefined && letter !== undefined && letters.includes(letter) && Number(rank) >= 1 && Number(rank) <= items) return { rank: Number(rank), letter }
  return first ?? { rank: 1, letter: letters[0] ?? null }
}

function pendingFirst(items: readonly { id: string, rank: number }[], letters: readonly string[], written: readonly { item_id: string, letter: string, result: string }[]): { rank: number, letter: string } | null {
  const done = new Set(written.filter(({ result }) => result !== 'pending').map(({ item_id: item, letter }) => `${item} ${letter}`))
  for (const { id, rank } of items) for (const letter of letters) if (!done.has(`${id} ${letter}`)) return { rank, letter }
  return null
}

// Beside the key, the first two columns are enough to know an item by.
function shownColumns(header: readonly string[], except: readonly (string | null)[]): number[] {
  return header.flatMap((name, index) => except.includes(name) ? [] : [index]).slice(0, 2)
}

async function listEmpties(trx: Tx, scope: EngagementScope, controlId: string): Promise<Choice[]> {
  const populations = await listPopulationsOf(trx, scope, controlId)
  return populations.filter(({ status, in_scope_count: rows }) => (status === 'accepted' || status === 'locked') && rows === 0)
    .map(({ number, name }) => ({ value: populationNumber(number), label: `${populationNumber(number)} ${name}` }))
}

function conclusionChoices(line: LineRow, deviating: number, blocked: boolean): TestPage['conclusions'] {
  if (blocked) return []
  const fitting = line.no_occurrence ? ['not_tested_no_occurrence'] : [deviating > 0 ? 'effective_with_exceptions' : 'effective', 'not_effective', 'design_deficiency']
  return fitting.map((value) => ({ value, label: conclusions[value as Conclusion], checked: line.conclusion === value }))
}

function whereTo(about: Obstacle['about'], base: string, here: string, kind: LineKind): string {
  if (about === 'procedures' || about === 'attributes') return `${here}/plan`
  if (about === 'wording') return '#wording'
  if (about === 'notes') return '#notes'
  if (about === 'rollforward') return `${here}/rollforward`
  if (about === 'items') return kind === 'sample' ? `${base}/populations` : `${here}/entries`
  return '#grid'
}
