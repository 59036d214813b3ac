import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refused } from '../errors.ts'
import { openSpool, type Spool } from '../sheets/spool.ts'
import { readTable, type ReadOptions } from '../sheets/reader.ts'
import { beginChecks } from './checks.ts'
import { draw } from './draw.ts'
import { refuseBadKeys } from './keys.ts'
import { periodBounds, type Days } from './period.ts'
import { beginScopeFilter } from './scope-filter.ts'
import { stratified, type Layered } from './strata.ts'
import { settleFormat, surveyList } from './survey.ts'
import { systematic } from './systematic.ts'

/** Which rows of a list are in scope by their dates; `order` is what somebody said where the column leaves it open, `times` the zone of times that say none. */
export type Dated = { readonly column: string, readonly until: string | null, readonly period: Days, readonly order: 'dmy' | 'mdy' | null, readonly times: string }

export type Redraw = {
  readonly path: string
  readonly options: ReadOptions
  readonly key: string
  readonly seed: string
  /** Ignored where everything is taken. */
  readonly n: number
  readonly method: 'random' | 'systematic' | 'stratified' | 'all'
  readonly stratum: string | null
  readonly dated: Dated | null
  /** `column=value` of the rows the population keeps or leaves out, none for all. */
  readonly only: { readonly keeps: boolean, readonly pairs: readonly string[] } | null
  /** `column=value` of the rows that were drawn from. */
  readonly filter: string | null
}

/**
 * The keys of a draw in its order, from the client's file alone: read, judged and ranked by the same rules, without a
 * database. Throws Refused, in words, for a list or a question from which there is nothing to draw.
 */
export async function drawAgain(ask: Redraw): Promise<string[]> {
  const rows = await readFrame(ask)
  if (rows.length === 0) throw new Refused('No row of the list is in scope, so there are 0 items to draw from.')
  const keys = rows.map(({ key }) => key)
  refuseBadKeys(keys)
  if (ask.method === 'systematic') return systematic(keys, ask.seed, ask.n).map(({ key }) => key)
  if (ask.method === 'stratified') return stratified(rows, ask.seed, ask.n).map(({ key }) => key)
  return draw(keys, ask.seed, ask.method === 'all' ? keys.length : ask.n).map(({ key }) => key)
}

/** The rows that are drawn from, in the order of the file. */
async function readFrame(ask: Redraw): Promise<Layered[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tickmark-redraw-'))
  const spool = await openSpool(folder)
  try {
    const { header, admits } = ask.dated === null ? await readUndated(ask, spool) : await readDated(ask, ask.dated, spool)
    return await collect(ask, header, spool, admits)
  } finally {
    await spool.close()
    await rm(folder, { recursive: true })
  }
}

type Admission = { readonly header: readonly string[], readonly admits: (row: number, cells: readonly string[]) => boolean }

async function readUndated({ path, options, only }: Redraw, spool: Spool): Promise<Admission> {
  let header: readonly string[] = []
  for await (const part of readTable(path, options)) {
    if (part.kind === 'header') header = part.header
    if (part.kind === 'rows') await spool.put(part)
  }
  if (only === null) return { header, admits: () => true }
  const { column, values } = samePlace(header, only.pairs)
  const filter = beginScopeFilter({ column, keeps: only.keeps, values })
  const at = header.indexOf(column)
  return { header, admits: (row, cells) => filter.admits(row, cells[at] ?? '') }
}

async function readDated({ path, options, key, only }: Redraw, { column, until, period, order, times }: Dated, spool: Spool): Promise<Admission> {
  const survey = await surveyList(path, options, spool, column, until)
  const unreadable = [survey.dates, survey.until].find((dates) => dates?.kind === 'unreadable')
  if (unreadable?.kind === 'unreadable') throw new Refused(unreadable.sentence)
  const open = order === null ? [survey.dates, survey.until].find((dates) => dates?.kind === 'ambiguous') : undefined
  if (open?.kind === 'ambiguous') throw new Refused(`${open.sentence} Then say --day-first or --month-first.`)
  const { header } = survey.head
  const told = { order, zone: times }
  const checks = beginChecks({
    header, keyColumn: nameOf(header, key), dateColumn: column, format: settleFormat(survey.dates, told), declaredCount: null, period: periodBounds(period),
    until: until === null ? null : { column: until, format: settleFormat(survey.until!, told) },
    only: only === null ? null : { keeps: only.keeps, ...samePlace(header, only.pairs) },
  })
  return { header, admits: (row, cells) => checks.add(row, cells).inScope }
}

async function collect({ key, stratum, filter }: Redraw, header: readonly string[], spool: Spool, admits: Admission['admits']): Promise<Layered[]> {
  const keyAt = header.indexOf(nameOf(header, key))
  const stratumAt = stratum === null ? -1 : header.indexOf(nameOf(header, stratum))
  const wanted = filter === null ? null : takeApart(header, filter)
  const filterAt = wanted === null ? -1 : header.indexOf(wanted.column)
  const found: Layered[] = []
  for await (const part of spool.rows()) {
    for (let index = 0; index < part.count; index++) {
      const cells = part.rows[index]!
      if (!admits(part.first + index, cells)) continue
      if (wanted !== null && cells[filterAt] !== wanted.value) continue
      found.push({ key: cells[keyAt] ?? '', stratum: cells[stratumAt] ?? '' })
    }
  }
  if (found.length === 0 && filter !== null) throw new Refused(`No row in scope meets the filter “${filter}”, so there are 0 items to draw from. Write the value exactly as it stands in the list.`)
  return found
}

function samePlace(header: readonly string[], pairs: readonly string[]): { column: string, values: string[] } {
  const parts = pairs.map((pair) => takeApart(header, pair))
  const { column } = parts[0]!
  if (parts.some((part) => part.column !== column)) throw new Refused('The rows in scope are told by the values of one column.')
  return { column, values: parts.map(({ value }) => value) }
}

/** A column and a value; names may hold equals signs themselves, so the longest name that fits is meant. */
function takeApart(header: readonly string[], pair: string): { column: string, value: string } {
  const column = header.filter((name) => pair.startsWith(`${name}=`)).toSorted((one, other) => other.length - one.length)[0]
  if (column === undefined) {
    const end = pair.indexOf('=')
    if (end < 0) throw new Refused(`“${pair}” is not of the form COLUMN=VALUE.`)
    return { column: nameOf(header, pair.slice(0, end)), value: '' }
  }
  return { column, value: pair.slice(column.length + 1) }
}

function nameOf(header: readonly string[], column: string): string {
  if (!header.includes(column)) throw new Refused(`The list has no column “${column}”. Its columns are: ${header.join(', ')}.`)
  return column
}
