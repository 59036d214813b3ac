/** What a copy of the evidence is made for and how much of it is wanted. */
export type BundleWish = { readonly copy: 'firm' | 'client', readonly versions: 'newest' | 'all' }

export type ListedKind = 'evidence' | 'answer' | 'thread' | 'marked' | 'sample'

/** A line of the index: something that is inside under `path`, or is not, and why. */
export type Listed = {
  readonly kind: ListedKind
  /** Where it stands in the archive; null where it is left out. */
  readonly path: string | null
  readonly request: string
  readonly version: string
  readonly file: string
  /** As it was sent. */
  readonly name: string
  readonly bytes: number | null
  /** Lowercase hex; of evidence the one that was recorded when it arrived. */
  readonly sha256: string
  readonly state: 'inside' | 'left_out' | 'damaged'
  readonly why: string
}

// Of a name in UTF-8, because a folder of any system takes that much beside the number before it.
const longestName = 200

/** 'F-0003 removals.png': the number makes it unlike any other of its folder, whatever the name is. `shortened` when not all of the name fits. */
export function entryName(position: number, name: string): { name: string, shortened: boolean } {
  const last = name.toWellFormed().normalize('NFC')
  const safe = last.replace(/[\p{Cc}\p{Bidi_Control}\u200B\u2060\uFEFF\u2028\u2029<>:"|?*/\\]/gu, '_').replace(/[. ]+$/, '')
  const short = cutTo(safe, longestName)
  return { name: `${fileNumber(position)} ${short}`.trimEnd(), shortened: short !== safe }
}

export function fileNumber(position: number): string {
  return `F-${String(position).padStart(4, '0')}`
}

// Keeps what tells the kind of file.
function cutTo(name: string, most: number): string {
  if (Buffer.byteLength(name) <= most) return name
  const extension = /\.[\p{L}\p{N}]{1,16}$/u.exec(name)?.[0] ?? ''
  const points = Array.from(name.slice(0, name.length - extension.length))
  while (Buffer.byteLength(points.join('')) + Buffer.byteLength(extension) > most) points.pop()
  return points.join('') + extension
}
