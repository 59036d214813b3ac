/** Words of a paragraph in a table cell, all plain or with a bold beginning. */
export type Stretch = string | { bold: string, after: string }

/** What a table cell holds; `span` joins it with the cells after it. */
export type Cell = { paragraphs: Stretch[], span?: number, quiet?: boolean }

export type ParagraphStyle = 'Title' | 'Subtitle'

/** A piece of a document, said once for every program that sets it; `shares` divide the page's width. */
export type Block =
  | { kind: 'heading', level: 1 | 2 | 3 | 4, text: string }
  | { kind: 'paragraph', text: string, style?: ParagraphStyle, keepNext?: boolean }
  | { kind: 'table', headings: readonly string[], shares: readonly number[], rows: readonly (readonly Cell[])[] }

export function headline(level: 1 | 2 | 3 | 4, text: string): Block {
  return { kind: 'heading', level, text }
}

export function paragraph(text: string, style?: ParagraphStyle): Block {
  return { kind: 'paragraph', text, ...(style ? { style } : {}) }
}

/** A sentence that introduces a table and stays on its page. */
export function lead(text: string): Block {
  return { kind: 'paragraph', text, keepNext: true }
}

/** A table whose header row repeats on each page and whose rows stay whole. */
export function table(headings: readonly string[], shares: readonly number[], rows: readonly (readonly Cell[])[]): Block {
  return { kind: 'table', headings, shares, rows }
}
