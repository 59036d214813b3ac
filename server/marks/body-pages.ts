import type { Site } from '../access/site.ts'
import type { Tx } from '../database/connect.ts'
import { findLeaf, type EvidenceLeaf, type Reading } from '../evidence/readings-store.ts'
import type { FileRow } from '../evidence/store.ts'
import { readLines, type ShownLine } from '../files/lines.ts'
import { describeMedia } from '../files/extensions.ts'
import type { EngagementScope } from '../scope.ts'
import { number } from '../web/helpers.ts'
import type { FoundLines } from './find-actions.ts'
import { isSpot } from './rules.ts'
import type { Mark } from './store.ts'

/** Lines or rows on a page. */
const ON_A_PAGE = 200
const WIDEST_CELL = 4000

export type Wanted = { readonly leaf: number, readonly from: number, readonly lines: readonly [number, number], readonly find: string, readonly found: FoundLines | null, readonly turned: 0 | 90 | 180 | 270, readonly zoomed: boolean }

type Pin = { readonly number: number, readonly symbol: string, readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly tagX: number, readonly tagY: number, readonly tagWidth: number, readonly tagHeight: number, readonly textX: number, readonly textY: number, readonly size: number, readonly label: string }
type Steps = { readonly previous: string | null, readonly next: string | null, readonly from: number, readonly to: number, readonly total: number }

/** What of a file is on the page; exactly one of the parts is there, or the sentence why none is. */
export type Body = {
  readonly picture: { readonly src: string, readonly width: number, readonly height: number, readonly turned: string, readonly pins: readonly Pin[], readonly leaf: number, readonly label: string } | null
  readonly pages: { readonly leaf: number, readonly total: number, readonly previous: string | null, readonly next: string | null, readonly waiting: boolean, readonly askFrom: number | null } | null
  readonly lines: (Steps & { readonly rows: readonly (ShownLine & { readonly marks: string, readonly at: boolean })[] }) | null
  readonly found: { readonly words: string, readonly matches: readonly { readonly line: number, readonly text: string, readonly href: string }[], readonly more: boolean } | null
  readonly table: (Steps & { readonly header: readonly string[], readonly rows: readonly { readonly number: number, readonly cells: readonly string[], readonly marks: string, readonly at: boolean }[], readonly sheet: string | null, readonly notes: readonly string[], readonly more: boolean }) | null
  readonly archive: { readonly count: number, readonly entries: readonly { readonly index: number, readonly name: string, readonly size: number, readonly at: string, readonly locked: boolean, readonly href: string, readonly current: boolean }[], readonly opened: { readonly name: string, readonly text: string | null, readonly reason: string | null, readonly waiting: boolean } | null } | null
  readonly mail: Extract<Reading, { kind: 'mail' }>['facts'] | null
  readonly why: string | null
  readonly waiting: boolean
}

const nothing: Body = { picture: null, pages: null, lines: null, found: null, table: null, archive: null, mail: null, why: null, waiting: false }

/** The part of a file that was asked for. `here`: address of the page, `file`: of the bytes. */
export async function bodyOf(trx: Tx, { vault }: Site, scope: EngagementScope, file: FileRow, reading: Reading | null, wanted: Wanted, marks: readonly Mark[], here: string): Promise<Body> {
  const standing = marks.filter(({ withdrawnAt }) => withdrawnAt === null)
  if (file.preview === 'ready') return { ...nothing, picture: pictureOf(standing, 1, `${here}/picture`, file.width ?? 1, file.height ?? 1, wanted, file.name) }
  if (reading === null) return { ...nothing, why: 'This file is being read. The page shows it as soon as that is done.', waiting: true }
  switch (reading.kind) {
    case 'none': return { ...nothing, why: reading.reason }
    case 'picture': return { ...nothing, why: file.preview_reason ?? `This file is ${describeMedia(file.media_type)}. Download it to open it.` }
    case 'pages': {
      const leaf = Math.min(Math.max(wanted.leaf, 1), reading.total)
      return pagesOf(await findLeaf(trx, scope, file.sha256, leaf), reading.total, { ...wanted, leaf }, standing, here, file.name)
    }
    case 'lines': {
      const rows = await readLines(vault, file.sha256, reading.facts, { from: wanted.from, limit: ON_A_PAGE, charset: reading.facts.charset })
      return { ...nothing, lines: { ...steps(here, wanted.from, rows.length, reading.total), rows: rows.map((line) => ({ ...line, marks: marksAt(standing, line.number), at: isAt(wanted, line.number) })) }, found: wanted.found && shownFound(wanted.found, here) }
    }
    case 'rows': {
      const { facts } = reading
      const raw = await readLines(vault, reading.rowsSha256, facts, { from: wanted.from, limit: ON_A_PAGE, longest: 400_000 })
      const rows = raw.map(({ number: row, text }) => ({ number: row, cells: cellsOf(text), marks: marksAt(standing, row), at: isAt(wanted, row) }))
      return { ...nothing, table: { ...steps(here, wanted.from, rows.length, reading.total), header: facts.header, rows, sheet: facts.sheet, notes: facts.notes, more: facts.more } }
    }
    case 'entries': return archiveOf(wanted.leaf === 0 ? null : await findLeaf(trx, scope, file.sha256, wanted.leaf), reading, wanted.leaf, here)
    case 'mail': return { ...nothing, mail: reading.facts }
  }
}

function pagesOf(leaf: EvidenceLeaf | null, total: number, { leaf: at, ...wanted }: Wanted, marks: readonly Mark[], here: string, name: string): Body {
  const step = (to: number) => to < 1 || to > total ? null : `${here}?leaf=${to}`
  const pages = { leaf: at, total, previous: step(at - 1), next: step(at + 1), waiting: leaf === null, askFrom: leaf === null ? at : null }
  if (leaf === null) return { ...nothing, pages, why: `Page ${number(at)} is not drawn yet.` }
  if (leaf.picture_sha256 === null) return { ...nothing, pages, why: leaf.reason }
  return { ...nothing, pages, picture: pictureOf(marks, at, `${here}/leaves/${at}`, leaf.width ?? 1, leaf.height ?? 1, wanted, `${name}, page ${at} of ${total}`) }
}

function pictureOf(marks: readonly Mark[], leaf: number, src: string, width: number, height: number, { turned, zoomed }: Pick<Wanted, 'turned' | 'zoomed'>, label: string): Body['picture'] {
  const unit = Math.round(Math.max(width, height) / 50)
  const pins = marks.flatMap(({ number: no, symbol, note, place }) => {
    if (!isSpot(place) || place.leaf !== leaf) return []
    const [x, y, w, h] = [place.left * width, place.top * height, place.width * width, place.height * height].map(Math.round) as [number, number, number, number]
    const words = `${symbol} ${no}`
    const tagWidth = Math.round(unit * (1 + 0.7 * words.length))
    // The tag stands beside its spot, on the side that has room, so that it never covers the value.
    const tagX = x + w + unit + tagWidth < width ? x + w + unit : Math.max(0, x - unit - tagWidth)
    const tagY = Math.max(0, y - unit)
    return [{ number: no, symbol, x, y, width: w, height: h, tagX, tagY, tagWidth, tagHeight: unit * 2, textX: tagX + Math.round(tagWidth / 2), textY: tagY + unit, size: Math.round(unit * 1.25), label: `Mark ${no}: ${symbol} ${note}` }]
  })
  return { src, width, height, turned: `turn-${turned}${zoomed ? ' zoomed' : ''}`, pins, leaf, label }
}

function archiveOf(leaf: EvidenceLeaf | null, { total, facts }: Extract<Reading, { kind: 'entries' }>, asked: number, here: string): Body {
  const entries = facts.entries.map(({ name, size, at, locked }, index) => ({ index: index + 1, name, size, at: at.replace('T', ' '), locked, href: `${here}?leaf=${index + 1}`, current: index + 1 === asked }))
  const name = entries[asked - 1]?.name
  const archive = { count: total, entries, opened: name === undefined ? null : { name, text: leaf?.text ?? null, reason: leaf?.reason ?? null, waiting: leaf === null } }
  const picture = leaf?.picture_sha256 ? pictureOf([], asked, `${here}/leaves/${asked}`, leaf.width ?? 1, leaf.height ?? 1, { turned: 0, zoomed: false }, name ?? '') : null
  return { ...nothing, archive, picture }
}

function shownFound({ words, matches, more }: FoundLines, here: string): Body['found'] {
  return { words, matches: matches.map(({ line, text }) => ({ line, text, href: `${here}?from=${Math.max(1, line - 5)}#L${line}` })), more }
}

function steps(here: string, from: number, count: number, total: number): Steps {
  const at = (line: number) => `${here}?from=${line}`
  return { previous: from > 1 ? at(Math.max(1, from - ON_A_PAGE)) : null, next: from + count <= total && count > 0 ? at(from + count) : null, from, to: from + count - 1, total }
}

/** Whether the address of the page names this line. */
function isAt({ lines: [first, last] }: Wanted, line: number): boolean {
  return first <= line && line <= last
}

function marksAt(marks: readonly Mark[], line: number): string {
  return marks.filter(({ place }) => !isSpot(place) && place.first <= line && line <= place.last).map(({ number: no, symbol }) => `${symbol} ${no}`).join(' ')
}

function cellsOf(text: string): string[] {
  try {
    return (JSON.parse(text) as string[]).map((cell) => cell.slice(0, WIDEST_CELL))
  } catch {
    return ['This row is too long to be shown here.']
  }
}
