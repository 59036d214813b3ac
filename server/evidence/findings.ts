import type { EvidenceFileTable } from '../database/schema/evidence.ts'

/** Something about a file that often leads to its return: said before it is submitted, never a refusal. */
export type FileFinding = { readonly head: string, readonly text: string }

const usualLimits: ReadonlySet<number> = new Set([1000, 5000, 10_000, 65_536])
const narrow = 800

/** What is worth a second look before a file is submitted. Widths are pixels of the original. */
export function findingsOf(file: Pick<EvidenceFileTable, 'kind' | 'width'> & { readonly warnings: readonly string[] }): FileFinding[] {
  const findings = file.warnings.map((warning) => {
    const [head = warning, ...rest] = warning.split(/(?<=\.) /)
    return { head, text: rest.join(' ') }
  })
  if (file.kind === 'image' && file.width !== null && file.width < narrow) {
    findings.unshift({ head: `Only ${file.width} pixels wide.`, text: 'Clock and address may be cut off, and cropped screens are often sent back. Replace it, or say in words why it is enough.' })
  }
  return findings
}

/** The warning for a table whose lines end exactly where exports are usually cut off; null for any other count. `lines` counts the header. */
export function exportLimitWarning(lines: number): string | null {
  const rows = usualLimits.has(lines - 1) ? lines - 1 : usualLimits.has(lines) ? lines : null
  return rows === null ? null : `It has exactly ${rows.toLocaleString('en-US')} rows. Many systems stop an export there, so check that nothing is missing.`
}

/** The largest number of lines worth counting. */
export const MOST_LINES = 65_540

/**
 * Counts the records of separated text, a line break inside quotes not being the end of one; stops after MOST_LINES.
 * Blank lines count as nothing.
 */
export async function countLines(bytes: AsyncIterable<Buffer>): Promise<number> {
  let lines = 0
  let quoted = false
  let blank = true
  for await (const chunk of bytes) {
    for (const byte of chunk) {
      if (byte === 0x22) quoted = !quoted
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
