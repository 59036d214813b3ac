import type { Site } from '../access/site.ts'
import type { Tx } from '../database/connect.ts'
import type { CellResult } from '../database/schema/testing.ts'
import { findFileRecord } from '../evidence/store.ts'
import { isOpened, readViewer, type Viewer } from '../evidence/viewer.ts'
import { citePlace, markNamed, placeQuery } from '../marks/rules.ts'
import { listStandingMarks } from '../marks/store.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { recordView } from '../trail/views.ts'
import { labelOf } from '../web/states.ts'
import type { CitableFile, DrawnItem, listItemClaims, Source } from './grid-store.ts'
import { readRecord } from './records-pages.ts'
import type { Attribute, listCells, listCitations } from './store.ts'

type Choice = { readonly fileId: string, readonly short: string, readonly name: string, readonly version: number, readonly place: string, readonly ticked: boolean, readonly spot: string | null }

/** What one attribute of one item asks, and what stands or was typed. Field names carry `suffix` where one form holds many. */
export type AttributeForm = {
  readonly letter: string
  readonly suffix: string
  readonly question: string
  readonly expected: string
  readonly result: CellResult
  readonly stale: boolean
  readonly by: string | null
  readonly at: Date | null
  readonly note: string
  readonly version: number
  readonly error: string | null
  readonly theirs: { readonly result: CellResult, readonly note: string, readonly by: string, readonly at: Date | null } | null
  readonly mine: string | null
  readonly cites: readonly Choice[]
  /** Letters of the item's other attributes, where one result may be given to several at once. */
  readonly others: readonly string[]
}

export type Pane = {
  readonly item: string
  readonly key: string
  readonly rank: number
  readonly whole: boolean
  readonly action: string
  readonly otherHref: string
  readonly source: { readonly label: string, readonly href: string } | null
  readonly files: readonly { readonly short: string, readonly name: string, readonly href: string, readonly current: boolean }[]
  readonly viewer: Viewer | null
  /** Where the auditors put marks on the files, as a citation names them. */
  readonly marked: readonly { readonly fileId: string, readonly places: readonly string[] }[]
  readonly row: readonly { readonly name: string, readonly value: string }[]
  readonly listed: string
  readonly entered: boolean
  readonly claim: { readonly word: string, readonly words: string } | null
  readonly attributes: readonly AttributeForm[]
  readonly mayEdit: boolean
}

/** What was typed for an attribute and could not be saved; `clash` when somebody else had written the cell meanwhile. */
export type Typed = { readonly result?: CellResult | undefined, readonly note: string, readonly citations: readonly { readonly fileId: string, readonly place: string }[], readonly error: string | null, readonly clash: boolean }

type Parts = {
  readonly here: string
  readonly base: string
  readonly item: DrawnItem & { readonly request_number: number | null }
  readonly cells: readonly string[]
  /** The attribute shown, or null for all of them in one form. */
  readonly letter: string | null
  readonly attributes: readonly Attribute[]
  readonly written: Awaited<ReturnType<typeof listCells>>
  readonly citations: Awaited<ReturnType<typeof listCitations>>
  readonly drawn: Source
  readonly files: readonly CitableFile[]
  readonly claims: Awaited<ReturnType<typeof listItemClaims>>
  readonly fileId: string | null
  readonly typed: ReadonlyMap<string, Typed>
  readonly mayEdit: boolean
}

/** The item at hand: its evidence, its row of the list, and the form for one attribute or for all. */
export async function readPane(trx: Tx, site: Site, scope: EngagementScope, parts: Parts): Promise<Pane> {
  const { here, base, item, letter, drawn } = parts
  const own = parts.files.filter((file) => file.item_id === item.id || file.item_id === null)
  const current = own.find(({ id }) => id === parts.fileId) ?? own[0]
  const request = current ? `${base}/requests/${requestNumber(current.request_number)}` : null
  const viewer = current ? await readViewer(site.vault, await findFileRecord(trx, scope, current.request_id, current.id), request!, 0) : null
  if (viewer && isOpened(viewer)) await recordView(trx, scope, 'file_previewed', viewer.id)
  const place = letter === null ? `item=${item.rank}` : `cell=${item.rank}.${letter}`
  const marks = await listStandingMarks(trx, scope, own.map(({ id }) => id))
  const claim = parts.claims.findLast((one) => one.item_id === item.id)
  return {
    item: item.id, key: item.key, rank: item.rank, whole: letter === null,
    action: letter === null ? `${here}/items/${item.rank}` : `${here}/results`,
    otherHref: letter === null ? `${here}?cell=${item.rank}.${parts.attributes[0]?.letter ?? 'A'}` : `${here}?item=${item.rank}`,
    source: current ? { label: `${requestNumber(current.request_number)} v${current.version}`, href: `${request}?file=${current.id}` } : item.request_number === null ? null : { label: requestNumber(item.request_number), href: `${base}/requests/${requestNumber(item.request_number)}` },
    files: own.map((file, index) => ({ short: `f${index + 1}`, name: file.name, href: `${here}?${place}&file=${file.id}`, current: file.id === current?.id })),
    viewer,
    marked: own.map(({ id }) => ({ fileId: id, places: marks.filter(({ fileId }) => fileId === id).map((mark) => citePlace(mark.number, mark.place)) })).filter(({ places }) => places.length > 0),
    row: [
      ...drawn.header.map((name, index) => ({ name, value: parts.cells[index] ?? '' })).filter(({ value }) => drawn.drawn !== null || value !== ''),
      ...drawn.drawn === null && item.request_number !== null ? await readRecord(trx, scope, item.id) : [],
    ],
    entered: drawn.drawn === null,
    listed: drawn.drawn === null ? '' : drawn.file_id === null ? `Expected by the calendar, item ${item.row_number}` : `${drawn.file_name} v${drawn.file_version}, row ${item.row_number}`,
    claim: claim ? { word: claim.claim === 'not_applicable' ? 'The owner says this item does not apply' : 'The owner cannot provide evidence', words: claim.words } : null,
    attributes: parts.attributes.filter((attribute) => letter === null || attribute.letter === letter).map((attribute) => attributeForm(parts, own, attribute, marks)),
    mayEdit: parts.mayEdit,
  }
}

type StandingMark = Awaited<ReturnType<typeof listStandingMarks>>[number]

function attributeForm(parts: Parts, own: readonly CitableFile[], attribute: Attribute, marks: readonly StandingMark[]): AttributeForm {
  const { item, letter, drawn } = parts
  const cell = parts.written.find((one) => one.item_id === item.id && one.letter === attribute.letter)
  const typed = parts.typed.get(attribute.letter)
  const cited = parts.citations.filter((one) => one.item_id === item.id && one.letter === attribute.letter)
  const chosen = new Map(typed ? typed.citations.map(({ fileId, place }) => [fileId, place]) : cited.map((one) => [one.file_id, one.place]))
  const known = [
    ...own.map((file, index) => ({ fileId: file.id, short: `f${index + 1}`, name: file.name, version: file.version, place: '' })),
    ...drawn.file_id === null ? [] : [{ fileId: drawn.file_id, short: '', name: drawn.file_name ?? '', version: drawn.file_version ?? 0, place: `row ${item.row_number}` }],
  ]
  const older = cited.filter((one) => !known.some(({ fileId }) => fileId === one.file_id))
    .map((one) => ({ fileId: one.file_id, short: '', name: one.name, version: one.version, place: one.place }))
  return {
    letter: attribute.letter, suffix: letter === null ? `-${attribute.letter}` : '', question: attribute.question, expected: attribute.expected,
    result: typed?.result ?? cell?.result ?? 'pending', stale: cell?.stale ?? false, by: cell?.set_by ?? null, at: cell?.set_at ?? null,
    note: typed?.note ?? cell?.note ?? '', version: cell?.version ?? 0, error: typed?.error ?? null,
    theirs: typed?.clash ? { result: cell?.result ?? 'pending', note: cell?.note ?? '', by: cell?.set_by ?? '', at: cell?.set_at ?? null } : null,
    mine: typed?.clash ? labelOf('cell', typed.result ?? 'pending').word : null,
    others: letter === null ? [] : parts.attributes.filter((one) => one.letter !== attribute.letter).map((one) => one.letter),
    cites: [...known, ...older].map((file) => {
      const place = chosen.get(file.fileId) ?? file.place
      return { ...file, ticked: chosen.has(file.fileId), place, spot: spotOf(parts.base, own, marks, file.fileId, place) }
    }),
  }
}

/** Address of the mark that a citation names, when it stands. */
function spotOf(base: string, own: readonly CitableFile[], marks: readonly StandingMark[], fileId: string, place: string): string | null {
  const file = own.find(({ id }) => id === fileId)
  const mark = marks.find((one) => one.fileId === fileId && one.number === markNamed(place))
  return file && mark ? `${base}/requests/${requestNumber(file.request_number)}/files/${fileId}/view${placeQuery(mark.place)}` : null
}
