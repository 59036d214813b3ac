import { Refused } from '../errors.ts'
import { readTable, type ReadOptions } from '../sheets/reader.ts'
import type { Spool } from '../sheets/spool.ts'
import type { TableHeader, Trap } from '../sheets/table.ts'
import type { DateFormat } from './dates.ts'
import { beginDates, type Recognition } from './recognition.ts'
import type { Told } from './store.ts'

/** What the first pass over a list came to: its header, how many rows it has, how each of its columns of dates writes them, and what a workbook hides. */
export type Survey = { readonly head: TableHeader, readonly dates: Recognition, readonly until: Recognition | null, readonly rows: number, readonly traps: readonly Trap[] }

/** Reads a list for its dates and puts its rows aside: a format is the whole column's, so no row can be judged before all were seen. */
export async function surveyList(path: string, options: ReadOptions, spool: Spool, dateColumn: string, untilColumn: string | null): Promise<Survey> {
  const dates = beginDates()
  const until = untilColumn === null ? null : beginDates()
  let head: TableHeader | null = null
  let at = -1
  let untilAt = -1
  let rows = 0
  let traps: readonly Trap[] = []
  for await (const part of readTable(path, options)) {
    if (part.kind === 'header') {
      head = part
      at = place(part, dateColumn)
      untilAt = untilColumn === null ? -1 : place(part, untilColumn)
    } else if (part.kind === 'rows') {
      for (let index = 0; index < part.count; index++) {
        dates.add(part.cell(index, at), part.first + index)
        until?.add(part.cell(index, untilAt), part.first + index)
      }
      await spool.put(part)
    } else {
      rows = part.rows
      traps = part.traps
    }
  }
  return { head: head!, dates: dates.finish(), until: until?.finish() ?? null, rows, traps }
}

function place({ header }: TableHeader, column: string): number {
  const index = header.indexOf(column)
  if (index < 0) throw new Refused(`The list has no column “${column}”. Map its columns again.`)
  return index
}

/** The format to read by. What the column leaves open is asked, never guessed; an unreadable one is shown row by row. */
export function settleFormat(recognition: Recognition, told: Told): DateFormat | null {
  if (recognition.kind === 'unreadable' || recognition.kind === 'empty') return null
  const open = recognition.kind === 'ambiguous' ? recognition.choices.find(({ order }) => order === told.order) : recognition.format
  if (open === undefined) throw new Refused(recognition.kind === 'ambiguous' ? `${recognition.sentence} Say which it is, and read the list again.` : '')
  if (open.time !== 'naive') return open
  if (told.zone === null) throw new Refused('The times in this list do not say their zone. Ask the owner which zone the source system shows, choose it, and read the list again.')
  return { ...open, zone: told.zone }
}
