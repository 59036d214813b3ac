import type { EvidenceFileTable, WarningCode } from '../database/schema/evidence.ts'

/** Something about a file that often leads to its return: said before it is submitted, never a refusal. With a `code` it may be overruled in words. */
export type FileFinding = { readonly head: string, readonly text: string, readonly code: WarningCode | null }

/** Counts at which systems and spreadsheets cut an export off. */
const usualLimits: ReadonlySet<number> = new Set([1000, 5000, 10_000, 50_000, 65_536, 1_048_576])
const narrow = 800

type Looked = Pick<EvidenceFileTable, 'kind' | 'width' | 'lines'> & { readonly warnings: readonly string[] }

/** What is worth a second look before a file is submitted. Widths are pixels of the original; `same`: where its bytes were before, in a sentence. */
export function findingsOf(file: Looked, same: string | null = null): FileFinding[] {
  const findings: FileFinding[] = []
  if (same !== null) findings.push({ code: 'same_bytes', head: same, text: 'Replace it with the one that is meant, or say why it is the same.' })
  if (file.kind === 'image' && file.width !== null && file.width < narrow) {
    findings.push({ code: 'narrow', head: `Only ${file.width} pixels wide.`, text: 'Clock and address may be cut off, and cropped screens are often sent back. Replace it, or say why it is enough.' })
  }
  const rows = rowsAtLimit(file)
  if (rows !== null) findings.push({ code: 'cut_off', head: `It has exactly ${rows.toLocaleString('en-US')} rows.`, text: 'Many systems stop an export there. Check that nothing is missing, and say how you know.' })
  return [...findings, ...file.warnings.map((warning): FileFinding => {
    const [head = warning, ...rest] = warning.split(/(?<=\.) /)
    return { code: null, head, text: rest.join(' ') }
  })]
}

/** The rows of a text whose lines end exactly where exports are usually cut off; null for any other. Of a table the first line may be a header. */
export function rowsAtLimit({ kind, lines }: Pick<Looked, 'kind' | 'lines'>): number | null {
  if (lines === null) return null
  if (kind === 'csv' && usualLimits.has(lines - 1)) return lines - 1
  return (kind === 'csv' || kind === 'text') && usualLimits.has(lines) ? lines : null
}

/** The largest number of lines worth counting. */
export const MOST_LINES = 1_048_580

/**
 * Counts the records of separated text, a line break inside quotes not being the end of one; stops after MOST_LINES.
 * Blank lines count as nothing. `quotes`: whether quotes mean anything in it.
 */
export async function countLines(bytes: AsyncIterable<Buffer>, quotes = true): Promise<number> {
  let lines = 0
  let quoted = false
  let blank = true
  for await (const chunk of bytes) {
    for (const byte of chunk) {
      if (byte === 0x22 && quotes) quoted = !quoted
      if (byte === 0x0a && !quoted) {
        if (!blank) lines += 1
        blank = true
        if (lines > MOST_LINES) return lines
      } else if (byte !== 0x0d) {
        blank = false
      }
    }
  }
  return blank ? lines : lines + 1
}
