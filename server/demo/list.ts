import { stringify } from 'csv-stringify/sync'

/** A list as a system exports it. The first column holds the key of each row. */
export type List = { readonly header: readonly string[], readonly rows: readonly (readonly string[])[] }

/** The cells of a row by column. */
export type Row = Readonly<Record<string, string>>

/** The bytes of the file, as a spreadsheet would save it. */
export function writeCsv({ header, rows }: List): string {
  return stringify([[...header], ...rows.map((row) => [...row])])
}

/** The cells of the row with that key, by column. */
export function rowOf(list: List, key: string): Row {
  const row = list.rows.find(([first]) => first === key)
  if (!row) throw new Error(`No row ${key}`)
  return Object.fromEntries(list.header.map((name, index) => [name, row[index]!]))
}
