import type { Content, ContentTable, TableCell } from 'pdfmake/interfaces.js'
import type { Block, Cell, Stretch } from './blocks.ts'

type Setter = (text: string, bold?: boolean) => Content[]
type TableBlock = Extract<Block, { kind: 'table' }>
type Heading = Extract<Block, { kind: 'heading' }>

const muted = '#5C584F'
const hairline = '#B5B0A4'
const contentPoints = 684
/** Text lines that fill most of a page; what is longer breaks across pages. */
const mostKept = 38

/** Blocks as the PDF's program sets them. A heading stays with the beginning of what it stands over. */
export function pdfBlocks(blocks: readonly Block[], set: Setter): Content[] {
  const parents: { level: number, id: string }[] = []
  const made: Content[] = []
  let waiting: Block[] = []
  let opened = 0
  const titled = (heading: Heading): Content => {
    while (parents.length > 0 && parents.at(-1)!.level >= heading.level) parents.pop()
    const parent = parents.at(-1)?.id
    const id = `heading-${opened += 1}`
    parents.push({ level: heading.level, id })
    // The published types do not know bookmarks of a chosen parent.
    const bookmark = { id, outline: true, outlineText: heading.text, ...(parent ? { outlineParentId: parent } : {}) }
    const listed = heading.level <= 3 ? { tocItem: 'sections', tocMargin: [(heading.level - 1) * 12, 0, 0, 0] as [number, number, number, number] } : {}
    return { text: set(heading.text), style: `level${heading.level}`, headlineLevel: heading.level, ...listed, ...bookmark }
  }
  const plain = (block: Block): Content => {
    if (block.kind === 'heading') return titled(block)
    if (block.kind === 'table') return table(block, set, 2)
    return { text: set(block.text), ...(block.style ? { style: block.style } : { margin: [0, 0, 0, 5] as [number, number, number, number] }) }
  }
  for (const block of blocks) {
    if (block.kind === 'heading' || (block.kind === 'paragraph' && block.keepNext)) {
      waiting.push(block)
      continue
    }
    const above = waiting.map(plain)
    waiting = []
    if (above.length === 0) made.push(plain(block))
    else if (block.kind !== 'table' || linesOf(block) < mostKept) made.push({ stack: [...above, plain(block)], unbreakable: true })
    // What stands over a long table keeps room for its first rows below, which the table then takes back.
    else {
      const room = roomFor(block)
      made.push({ stack: [...above, { text: ' ', fontSize: 1, lineHeight: 1, margin: [0, 0, 0, room] }], unbreakable: true }, table(block, set, -room))
    }
  }
  return [...made, ...waiting.map(plain)]
}

function table({ headings, shares, rows }: TableBlock, set: Setter, top: number): ContentTable {
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const fits = rows.every((row) => rowLines(row, shares, whole) < mostKept)
  return {
    margin: [0, top, 0, 8],
    table: {
      headerRows: 1, keepWithHeaderRows: fits ? 1 : 0, dontBreakRows: fits,
      widths: shares.map((share) => contentPoints * share / whole - 9),
      body: [headings.map((text): TableCell => ({ text: set(text), style: 'CellHeading', fillColor: '#EEECE6' })), ...rows.map((row) => row.flatMap((cell) => cellOf(cell, set)))],
    },
    layout: { hLineWidth: () => 0.5, vLineWidth: () => 0.5, hLineColor: () => hairline, vLineColor: () => hairline, paddingLeft: () => 4, paddingRight: () => 4, paddingTop: () => 3, paddingBottom: () => 3 },
  }
}

function cellOf({ paragraphs, span = 1, quiet }: Cell, set: Setter): TableCell[] {
  const stack = paragraphs.map((one): Content => ({ text: stretch(one, set), margin: [0, 0, 0, paragraphs.length > 1 ? 2 : 0] }))
  return [{ stack: stack.length > 0 ? stack : [''], style: 'Cell', colSpan: span, ...(quiet ? { color: muted } : {}) }, ...Array.from({ length: span - 1 }, () => ({}))]
}

function stretch(one: Stretch, set: Setter): Content[] {
  if (typeof one === 'string') return set(one)
  return [...set(one.bold, true), ...set(one.after)]
}

// Points that hold the head of a table and its first row.
function roomFor({ rows, shares }: TableBlock): number {
  const whole = shares.reduce((sum, share) => sum + share, 0)
  return Math.min(300, 40 + 11 * rowLines(rows[0] ?? [], shares, whole))
}

function linesOf({ rows, shares }: TableBlock): number {
  const whole = shares.reduce((sum, share) => sum + share, 0)
  return rows.reduce((sum, row) => sum + rowLines(row, shares, whole) + 1, 3)
}

// A generous guess, for what is kept whole must fit a page: some 150 characters stand in the width of one.
function rowLines(row: readonly Cell[], shares: readonly number[], whole: number): number {
  let place = 0
  return Math.max(1, ...row.map(({ paragraphs, span = 1 }) => {
    const share = shares.slice(place, place + span).reduce((sum, one) => sum + one, 0) / whole
    place += span
    const width = Math.max(4, 130 * share - 2)
    return paragraphs.flatMap((one) => (typeof one === 'string' ? one : one.bold + one.after).split('\n')).reduce((sum, text) => sum + Math.ceil(visualLength(text) / width) + 0.3, 0)
  }))
}

// Signs of the east are twice as wide.
function visualLength(text: string): number {
  return Math.max(1, text.length + (text.match(/[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0))
}
