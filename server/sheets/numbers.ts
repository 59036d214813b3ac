/** How a number of a workbook is shown, by its number format. */
export type Shown =
  | { readonly kind: 'number' }
  | { readonly kind: 'date', readonly time: boolean }
  | { readonly kind: 'time' }
  /** Digits filled up with zeros between fixed texts, as identifiers are written: "CHG-"00000. */
  | { readonly kind: 'filled', readonly before: string, readonly digits: number, readonly after: string }

const plain: Shown = { kind: 'number' }
const builtIn: Readonly<Record<number, Shown>> = {
  ...Object.fromEntries([14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, { kind: 'date', time: false }])),
  22: { kind: 'date', time: true },
  ...Object.fromEntries([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56].map((id) => [id, { kind: 'time' }])),
}

/** How cells of a number format are shown: by its number where it is one of those every workbook has, else by its code. */
export function shownAs(id: number, code: string | undefined): Shown {
  if (code === undefined) return builtIn[id] ?? plain
  const [positive = ''] = code.split(';')
  const filled = filledWith(positive)
  if (filled !== null) return filled
  const bare = positive.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '').toLowerCase()
  if (/general/.test(bare)) return plain
  const day = /[yd]/.test(bare) || /mmm/.test(bare)
  const time = /[hs]/.test(bare)
  if (day) return { kind: 'date', time }
  return time ? { kind: 'time' } : plain
}

/** A format of zeros between fixed texts, or null where it is anything else. */
function filledWith(code: string): Shown | null {
  let before = ''
  let digits = 0
  let after = ''
  for (const [token] of code.matchAll(/"[^"]*"|\\.|./gs)) {
    if (token === '0') {
      if (after !== '') return null
      digits++
      continue
    }
    const fixed = token.length > 1 && token.startsWith('"') ? token.slice(1, -1) : token.startsWith('\\') ? token.slice(1) : /[-+/(): $]/.test(token) ? token : null
    if (fixed === null) return null
    if (digits === 0) before += fixed
    else after += fixed
  }
  return digits >= 2 || (digits === 1 && before !== '') ? { kind: 'filled', before, digits, after } : null
}

/** A number as it is shown: dates in ISO form, identifiers with their zeros, other numbers with the fifteen digits a workbook keeps. */
export function showNumber(raw: string, shown: Shown, since1904: boolean): string {
  const value = Number(raw)
  if (!Number.isFinite(value)) return raw
  if (shown.kind === 'date') return dateOf(value, shown.time, since1904) ?? written(value)
  if (shown.kind === 'time') return value >= 0 && value < 1 ? clock(Math.round(value * 86_400)) : dateOf(value, true, since1904) ?? written(value)
  if (shown.kind === 'filled' && Number.isInteger(value) && value >= 0) return `${shown.before}${String(value).padStart(shown.digits, '0')}${shown.after}`
  return written(value)
}

/** Whether a date that is shown without a time has one underneath. */
export function hidesTime(raw: string, shown: Shown): boolean {
  return shown.kind === 'date' && !shown.time && !Number.isInteger(Number(raw))
}

function written(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(15)))
}

const day = 86_400_000

/** A serial number of days as an ISO date; null where no calendar has it. The year 1900 of workbooks has a February 29 that never was. */
function dateOf(serial: number, time: boolean, since1904: boolean): string | null {
  const days = Math.floor(serial)
  if (days < 0 || days > 2_958_465 || (!since1904 && days === 60)) return null
  const first = since1904 ? Date.UTC(1904, 0, 1) : days < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30)
  const seconds = Math.round((serial - days) * 86_400)
  const moment = new Date(first + days * day + (time ? seconds * 1000 : 0)).toISOString()
  return time ? `${moment.slice(0, 10)} ${moment.slice(11, 19)}` : moment.slice(0, 10)
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19)
}
