import { clock, printLocal } from './calendar.ts'

/** One file of evidence as the client's systems print it; `places` says on which line each attribute shows. */
export type EvidenceRecord = { readonly name: string, readonly text: string, readonly places: Readonly<Record<string, string>> }

/** A line, and the letter of the attribute that it shows. */
export type Line = string | { readonly text: string, readonly shows: string }

export type Printed = { readonly system: string, readonly address: string, readonly at: string, readonly by: string }

/** What a system prints: where it stands, when and by whom it was printed, then its lines. `at` is New York time. */
export function printRecord(name: string, { system, address, at, by }: Printed, lines: readonly Line[]): EvidenceRecord {
  return writeRecord(name, [`${system}  production  ${address}`, `Printed ${printLocal(clock(at))} by ${by}`, '', ...lines])
}

/** The same of lines alone. */
export function writeRecord(name: string, lines: readonly Line[]): EvidenceRecord {
  const places = Object.fromEntries(lines.flatMap((line, index) => typeof line === 'string' ? [] : [[line.shows, `line ${index + 1}`]]))
  return { name, text: `${lines.map((line) => typeof line === 'string' ? line : line.text).join('\n')}\n`, places }
}

/** A line of a name and what it says, for that attribute. */
export function shown(label: string, value: string, shows: string): Line {
  return { text: field(label, value), shows }
}

/** 'Employee          E-10901' */
export function field(label: string, value: string): string {
  return `${label.padEnd(20)}${value}`
}
