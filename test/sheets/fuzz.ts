import { writeFileSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { readDate, type DateFormat } from '../../server/populations/dates.ts'
import { beginDates, recogniseDates } from '../../server/populations/recognition.ts'
import { openRows } from '../../server/sheets/packed.ts'
import { parseTable } from '../../server/sheets/parse.ts'
import { ReadRefused } from '../../server/sheets/table.ts'
import { randomFrom } from '../populations/random.ts'

type Random = ReturnType<typeof randomFrom>

/** One trial: what it found wrong, or null. The same seed gives the same trial. */
type Trial = (seed: number, path: string) => Promise<string | null>

const settings = { maxRows: 1000, maxColumns: 50, maxCellBytes: 2000, name: '', sheet: null, headerRow: null }

/** Runs trials until the time is up; returns how many, and what the first that failed says with its seed. */
export async function fuzz(trial: Trial, seed: number, milliseconds: number, path: string): Promise<{ trials: number, wrong: string | null }> {
  const until = performance.now() + milliseconds
  let trials = 0
  while (performance.now() < until) {
    const wrong = await trial(seed + trials, path).catch((error: unknown) => error instanceof Error ? error.stack ?? error.message : String(error))
    if (wrong !== null) return { trials, wrong: `seed ${seed + trials}: ${wrong}` }
    trials++
  }
  return { trials, wrong: null }
}

const pieces = ['a', 'id', 'Z9', '0', '007', ' ', '"', '""', ',', ';', '\t', '|', '\n', '\r\n', '\r', "'", '=1+1', '\\', 'é', '€', '鍵', '🔑', 'e\u0301', '\ufeff', '{', '}', '[', ':', '2026-01-02', '\u2028']
const rawPieces = [...pieces, '\0', '\ud800', 'PK\x03\x04', '<', '&']

/** Any bytes at all: the reader reads or refuses, ends, and every row is as wide as the header. */
export const readsOrRefuses: Trial = async (seed, path) => {
  const random = randomFrom(seed)
  const text = (random.below(2) === 0 ? 'id,at\n' : random.below(4) === 0 ? '{"id":1}\n' : '') + Array.from({ length: random.below(60) }, () => random.pick(rawPieces)).join('')
  const bytes = encoded(text, random)
  for (let harm = random.below(3); harm > 0 && bytes.length > 0; harm--) bytes[random.below(bytes.length)] = random.below(256)
  writeFileSync(path, bytes)
  let width = -1
  try {
    for await (const part of parseTable(path, settings)) {
      if (part.kind === 'header') width = part.header.length
      if (part.kind === 'packed' && openRows(part.payload).rows.some((cells) => cells.length !== width)) return `a row of another width than ${width} in ${JSON.stringify(text)}`
    }
  } catch (error) {
    if (!(error instanceof ReadRefused)) throw error
    if (!/[.!?]$/.test(error.message)) return `a refusal that is no sentence: ${error.message}`
  }
  return null
}

/** Whatever is written as a list comes back cell by cell. */
export const comesBack: Trial = async (seed, path) => {
  const random = randomFrom(seed)
  const columns = 2 + random.below(6)
  const cell = () => Array.from({ length: random.below(5) }, () => random.pick(pieces)).join('')
  const header = Array.from({ length: columns }, (_, index) => `column ${index}`)
  const rows = Array.from({ length: random.below(20) }, () => Array.from({ length: columns }, cell))
  const text = stringify([header, ...rows], { delimiter: random.pick([',', ';', '\t', '|']), record_delimiter: random.pick(['\n', '\r\n', '\r']), quoted: random.below(2) === 0, quoted_match: /[\r\n"]/ })
  writeFileSync(path, encoded(text, random))
  const found: (readonly string[])[] = []
  for await (const part of parseTable(path, settings)) {
    if (part.kind === 'header') found.push(part.header)
    if (part.kind === 'packed') found.push(...openRows(part.payload).rows)
  }
  return JSON.stringify(found) === JSON.stringify([header, ...rows]) ? null : `${JSON.stringify(text)} came back as ${JSON.stringify(found)}`
}

function encoded(text: string, random: Random): Buffer {
  const kind = random.below(5)
  if (kind === 0) return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (kind === 1) return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  return Buffer.from(kind === 2 ? `\ufeff${text}` : text)
}

const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Europe/Berlin']
const datePieces = ['2026', '26', '03', '3', '11', '13', '31', '00', '-', '/', '.', 'T', ' ', ':', '02:30', '24:00', 'Z', '+05:30', '-25:00', 'PM', 'am', '46092', ',', '', '²', '٣']

/** Any text at all: a column of dates is recognised, asked about or refused, and what is read is a day of the calendar. */
export const datesAreRead: Trial = async (seed) => {
  const random = randomFrom(seed)
  const values = Array.from({ length: 1 + random.below(4) }, () => Array.from({ length: random.below(8) }, () => random.pick(datePieces)).join(''))
  const recognition = recogniseDates(values)
  const format = recognition.kind === 'format' ? recognition.format : recognition.kind === 'ambiguous' ? recognition.choices[0] : null
  if (format === null) return null
  for (const value of values.filter((text) => text.trim() !== '')) {
    const reading = readDate(value, format.time === 'naive' ? { ...format, zone: random.pick(zones) } : format, random.pick(zones))
    if (reading === null || !/^\d{4,5}-\d\d-\d\d$/.test(reading.local)) return `${JSON.stringify(values)}: ${JSON.stringify(value)} was read as ${JSON.stringify(reading)}`
  }
  return null
}

/** A day written in any way that tells day from month comes back as the same day; dates alone are never shifted. */
export const daysComeBack: Trial = async (seed) => {
  const random = randomFrom(seed)
  const days = [new Date(Date.UTC(2000 + random.below(60), random.below(12), 13 + random.below(15))), ...Array.from({ length: random.below(5) }, () => new Date(Date.UTC(2000 + random.below(60), random.below(12), 1 + random.below(28))))]
  const order = random.pick<DateFormat['order']>(['ymd', 'dmy', 'mdy'])
  const separator = random.pick(['-', '/', '.'])
  const time = random.pick(['', ' 00:00', 'T23:59:59.999'])
  const column = beginDates()
  const texts = days.map((day) => {
    const [year, month, date] = day.toISOString().slice(0, 10).split('-')
    return [order === 'ymd' ? year : order === 'dmy' ? date : month, order === 'ymd' ? month : order === 'dmy' ? month : date, order === 'ymd' ? date : year].join(separator) + time
  })
  for (const [index, text] of texts.entries()) column.add(text, index + 2)
  const recognition = column.finish()
  if (recognition.kind !== 'format') return `${JSON.stringify(texts)} was not recognised: ${recognition.kind}`
  const zone = random.pick(zones)
  for (const [index, text] of texts.entries()) {
    const reading = readDate(text, recognition.format.time === 'naive' ? { ...recognition.format, zone } : recognition.format, time === '' ? random.pick(zones) : zone)
    // A midnight that the clock skips moves on to the hour after it, on the same day.
    if (reading?.local !== days[index]!.toISOString().slice(0, 10)) return `${JSON.stringify(text)} came back as ${JSON.stringify(reading)} in ${zone}`
  }
  return null
}
