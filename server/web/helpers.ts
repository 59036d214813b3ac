import Handlebars from 'handlebars'
import { assetUrl } from './assets.ts'
import { fieldOf, tickOf } from './fields.ts'
import { icons, type IconName } from './icons.ts'
import { states } from './states.ts'
import { writeAgo, writeDate, writeDateTime, writeMachine, zonePlace, type DateStyle, type Moment } from './times.ts'

type Html = Handlebars.SafeString
type Hash = { hash: Record<string, unknown> }

/** Gives a Handlebars environment the words that templates may use; each is described where it is written. */
export function registerHelpers(handlebars: typeof Handlebars): void {
  handlebars.registerHelper({
    icon, state, flag, face, cell, date, dateTime, dateWords, zonePlace, ago, bar,
    number, plural, bytes, shortHash, initials, visible, asset, path, web, fieldOf, tickOf,
    eq: (left: unknown, right: unknown) => left === right,
    and: (...values: unknown[]) => values.slice(0, -1).every(Boolean),
    or: (...values: unknown[]) => values.slice(0, -1).some(Boolean),
    not: (value: unknown) => !value,
    includes: (list: unknown, value: unknown) => Array.isArray(list) && list.includes(value),
    join: (list: readonly unknown[], separator: unknown) => list.join(typeof separator === 'string' ? separator : ', '),
  })
}

/** `{{icon 'lock'}}` is decoration beside words; `{{icon 'thread' label='2 unread messages'}}` speaks for itself. */
function icon(name: string, options?: Hash): Html {
  const label = options?.hash['label']
  if (label) return html`<svg class="icon" role="img" aria-label="${label}">${useOf(name)}</svg>`
  return once(`icon ${name}`, () => html`<svg class="icon" aria-hidden="true">${useOf(name)}</svg>`)
}

function useOf(name: string): Html {
  return once(`use ${name}`, () => {
    if (!Object.hasOwn(icons, name)) throw new Error(`There is no icon "${name}"`)
    return html`<use href="${asset('icons.svg')}#i-${name}"/>`
  })
}

const kept = new Map<string, Html>()

// What has no words of its own is drawn once: a list shows the same few icons and states a thousand times.
function once(key: string, draw: () => Html): Html {
  const known = kept.get(key) ?? draw()
  kept.set(key, known)
  return known
}

/** `{{state 'request' request.state}}`; `word=` says more than the vocabulary ('Stale: evidence returned'). */
function state(kind: string, name: string, options?: Hash): Html {
  const word = options?.hash['word']
  return word ? stateOf(kind, name, word) : once(`state ${kind} ${name}`, () => stateOf(kind, name))
}

function stateOf(kind: string, name: string, said?: unknown): Html {
  const kinds: Record<string, Record<string, { word: string, tone: string, icon: IconName }>> = states
  const label = Object.hasOwn(kinds, kind) && Object.hasOwn(kinds[kind]!, name) ? kinds[kind]![name]! : undefined
  if (!label) throw new Error(`There is no ${kind} state "${name}"`)
  const word = said ?? label.word
  if (kind === 'health') return html`<span class="flag ${label.tone}">${icon(label.icon)}${word}</span>`
  return html`<span class="state ${label.tone}">${icon(label.icon)}${word}</span>`
}

/** `{{flag 'red' 'overdue' '3 days late'}}`: coloured words with an icon; tones red, amber, green. */
function flag(tone: string, name: string, words: string): Html {
  return html`<span class="flag ${tone}">${icon(name)}${words}</span>`
}

/** `{{face person.name person.role}}`: initials in a circle, the name on hover and for screen readers. */
function face(name: string, role: unknown): Html {
  const whole = typeof role === 'string' && role ? `${visible(name)}, ${role}` : visible(name)
  return html`<span class="face" role="img" title="${whole}" aria-label="${whole}">${initials(name)}</span>`
}

export type SheetCell = { readonly css: string, readonly hint: string, readonly text: string, readonly quiet: string, readonly status: string | null, readonly late: number, readonly face: string | null }

/** `{{cell 'request' this}}`: a cell of a long list; of `status`, `late` and `face` at most one is set and says how it is drawn. A list has thousands of them, so each is one call. */
function cell(kind: string, { css, hint, text, quiet, status, late, face: name }: SheetCell): Html {
  const inside = status !== null ? state(kind, status) : late > 0 ? flag('red', 'overdue', plural(late, 'day late', 'days late')) : name !== null ? face(name, '')
    : quiet === '' ? text : html`${text} <span class="muted">${quiet}</span>`
  return new Handlebars.SafeString(`<td${css === '' ? '' : ` class="${escape(css)}"`}${hint === '' ? '' : ` title="${escape(hint)}"`}>${escape(inside)}</td>`)
}

/** `{{date request.due}}` or `{{date request.submittedAt zone}}`; `style='short'` and `style='long'`. Nothing for null. */
function date(moment: Moment | null, ...rest: unknown[]): Html | string {
  if (moment === null || moment === undefined) return ''
  const zone = typeof rest[0] === 'string' ? rest[0] : undefined
  const style = (rest.at(-1) as Hash).hash['style'] as DateStyle | undefined
  return html`<time datetime="${writeMachine(moment)}" title="${writeDate(moment, zone, 'long')}">${writeDate(moment, zone, style)}</time>`
}

/** `{{dateTime version.at zone}}`: 'Oct 20, 2026, 10:42 EDT'. Nothing for null. */
function dateTime(moment: Moment | null, zone: string): Html | string {
  if (moment === null || moment === undefined) return ''
  return html`<time datetime="${writeMachine(moment)}">${writeDateTime(moment, zone)}</time>`
}

/** `{{dateWords due style='long'}}`: the date without markup, for the text of a mail. */
export function dateWords(moment: Moment, options: Hash): string {
  return writeDate(moment, undefined, options.hash['style'] as DateStyle | undefined)
}

/** `{{ago request.waitingSince zone}}`: '6 d', the exact time on hover; `now=` where the page has its own clock. */
function ago(moment: Moment | null, zone: string, options: Hash): Html | string {
  if (moment === null || moment === undefined) return ''
  const now = (options.hash['now'] ?? new Date()) as Moment
  return html`<time datetime="${writeMachine(moment)}" title="${writeDateTime(moment, zone)}">${writeAgo(moment, now)}</time>`
}

const barTones = ['green', 'teal', 'blue', 'plum', 'amber', 'red', 'grey'] as const

/** `{{bar of=60 green=24 plum=18 label='24 accepted, 18 with us'}}`: parts of a whole, in the order of the tones, whatever order they are given in. */
function bar({ hash }: Hash): Html {
  const whole = Number(hash['of'])
  let x = 0
  const pieces = barTones.filter((tone) => hash[tone] !== undefined).map((tone) => {
    const width = whole > 0 ? Math.min(100 - x, 100 * Number(hash[tone]) / whole) : 0
    const piece = html`<rect class="${tone}" x="${x}%" width="${width}%" height="100%"/>`
    x += width
    return piece
  })
  return html`<svg class="bar" role="img" aria-label="${hash['label'] ?? ''}">${pieces}</svg>`
}

/** `{{number 1284}}` is '1,284'; `{{number 2.5 digits=1}}` keeps the decimals. */
export function number(value: number, options?: Hash): string {
  const digits = options?.hash['digits']
  return typeof digits === 'number' ? value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }) : plainNumber.format(value)
}

const plainNumber = new Intl.NumberFormat('en-US')

/** `{{plural count 'file'}}` is '1 file', '1,284 files'; `{{plural count 'entry' 'entries'}}`. */
export function plural(count: number, one: string, many?: unknown): string {
  return `${number(count)} ${count === 1 ? one : typeof many === 'string' ? many : `${one}s`}`
}

/** Words as they begin a line or a label. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** `{{bytes file.size}}`: '412 kB', decimal units, at most one decimal. */
export function bytes(size: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = size
  let unit = 0
  while (unit < units.length - 1 && (unit === 0 ? value >= 1000 : Math.round(value * 10) >= 10_000)) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} ${size === 1 ? 'byte' : units[unit]}`
}

/** `{{shortHash file.sha256}}`: '9f2c…7be4'. */
export function shortHash(hash: string): string {
  return hash.length > 9 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash
}

/** `{{initials 'Priya Natarajan'}}`: 'PN'. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /^\p{L}/u.test(word))
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.match(/^./su)?.[0] ?? '')
  return letters.join('').toUpperCase() || '?'
}

/** `{{visible file.name}}`: characters that hide or turn text round are written out, so a name cannot pose as another. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => `‹U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}›`)
}

/** `href="{{asset 'app.css'}}"`: address of a file in static/, good for a year because it names the content. */
function asset(name: string): Html {
  return new Handlebars.SafeString(assetUrl(name))
}

/** `href="{{path row.url}}"`: an address on this site only; anything else is a fault of the page and throws. */
function path(address: string): string {
  if (/^(\/(?![/\\])|\?|#)[^\s\\]*$/.test(address)) return address
  throw new Error(`Not an address of this site: ${address}`)
}

/** `href="{{web answer.link}}"`: an address elsewhere that somebody typed; what is not http or https leads nowhere. */
function web(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : '#'
}

/** Markup whose values are escaped unless they are markup themselves. */
function html(texts: TemplateStringsArray, ...values: unknown[]): Html {
  const written = values.map((value) => (Array.isArray(value) ? value : [value]).map(escape).join(''))
  return new Handlebars.SafeString(String.raw({ raw: texts }, ...written))
}

function escape(value: unknown): string {
  if (value instanceof Handlebars.SafeString) return value.toHTML()
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error('Only words and numbers can be written')
  return Handlebars.escapeExpression(String(value))
}
