import type { Aim, Line, Result, Spread } from './bench.ts'
import type { Machine } from './machine.ts'

const heads = ['what', 'ours', 'floor', 'ratio', 'aim'] as const
const widths = [62, 30, 30, 6, 26] as const

/** The machine in one line. */
export function machineLine({ model, cores, memory, node, postgres, system, at }: Machine): string {
  return `${model}, ${cores} cores, ${memory} GB; node ${node}, PostgreSQL ${postgres}; ${system}; ${at}`
}

export function tableHead(): string {
  return [lineUp([...heads]), widths.map((width) => '-'.repeat(width)).join('  ')].join('\n')
}

/** The lines of the table that one bench fills, with its further figures below. */
export function tableLines(result: Result): string {
  const further = furtherOf(result)
  return [...result.lines.map((line) => lineUp(cellsOf(line))), ...further === '' ? [] : wrap(further, 150).map((line) => `    ${line}`)].join('\n')
}

/** The whole as the README shows it. */
export function inMarkdown(machine: Machine, results: readonly Result[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = results.flatMap((result) => {
    const [first, ...rest] = result.lines.map(cellsOf)
    const further = furtherOf(result)
    return [[further === '' ? first![0]! : `${first![0]!} (${further})`, ...first!.slice(1)], ...rest]
  })
  return [machineLine(machine), '', row(heads), '|---|---|---|---|---|', ...lines.map(row)].join('\n')
}

function furtherOf({ name, size, figures }: Result): string {
  return `${name}${size === 'small' ? ', small size' : ''}${Object.entries(figures).map(([what, value]) => `; ${what} ${value}`).join('')}`
}

function cellsOf({ what, unit, ours, floor, ratio, aim, met }: Line): string[] {
  const said = aimOf(aim, unit)
  return [what, spread(ours, unit), floor ? spread(floor, unit) : '–', ratio === null ? '–' : ratio.toFixed(2), met === null ? said : `${said}: ${met ? 'met' : 'MISSED'}`]
}

function aimOf({ ratio, rate, most }: Aim, unit: string): string {
  const parts = [...ratio === undefined ? [] : [`≤ ${tidy(ratio)} × floor`], ...rate === undefined ? [] : [`≥ ${tidy(rate)} × floor`], ...most === undefined ? [] : [`≤ ${most} ${unit}`.trim()]]
  return parts.join(', ') || '–'
}

function spread({ median, min, max }: Spread, unit: string): string {
  return `${written(median)} ${unit}`.trim() + (min === max ? '' : ` (${written(min)} to ${written(max)})`)
}

function written(value: number): string {
  return value === 0 || value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(3)
}

function tidy(value: number): string {
  return String(Number(value.toFixed(2)))
}

function lineUp(cells: readonly string[]): string {
  const columns = cells.map((cell, place) => wrap(cell, widths[place]!))
  const height = Math.max(...columns.map(({ length }) => length))
  return Array.from({ length: height }, (_, row) => columns.map((column, place) => (column[row] ?? '').padEnd(widths[place]!)).join('  ').trimEnd()).join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}
