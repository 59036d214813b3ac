import type { FactKind, NoneSubject } from '../database/schema/description.ts'
import type { Invalid } from '../errors.ts'
import { formState, type FormState } from '../web/form.ts'
import { capital } from '../web/helpers.ts'
import type { Clash } from './description-actions.ts'
import { factWords, fingerprint, isLocked, noneWords, readTyped, type Typed } from './description.ts'
import type { Entry } from './description-store.ts'

export type EntryKind = FactKind | 'cuec' | 'csoc'

type Row = {
  readonly label: string
  /** What its fields are called, with its place in the list, so that those of two rows differ. */
  readonly labels: { readonly criteria: string, readonly on: string, readonly remove: string }
  readonly isNew: boolean
  /** The names of its fields; null for a field it has not. */
  readonly text: string
  readonly criteria: string | null
  readonly on: string | null
  readonly remove: string
  readonly seen: { readonly name: string, readonly value: string }
  /** What stands, where this side may not change it. */
  readonly locked: Entry | null
  /** What somebody else wrote meanwhile, or that they removed it. */
  readonly theirs: string | null
}

export type Section = {
  readonly kind: EntryKind
  readonly title: string
  readonly hint: string
  readonly rows: readonly Row[]
  /** A tick for 'there is none'; null where there must be some, or it is not this side's to say. */
  readonly none: { readonly name: string, readonly label: string } | null
}

/** What was sent and not taken. */
export type Sent = { readonly body: unknown, readonly error?: Invalid, readonly clashes?: readonly Clash[] }

type Shown = { readonly key: string, readonly entry: Entry | null, readonly typed: Typed | null, readonly clash: Clash | null }

const words = {
  cuec: { title: 'What user entities must do', one: 'control of user entities', hint: 'Each a control the customers must run for the criteria to be met, such as managing their own users.' },
  csoc: { title: 'What is expected of it', one: 'expected control', hint: 'Each a control the organization must run, as the company assumes; it is listed, not tested.' },
} as const

/** The lists of a step, with the form that fills them: as they stand, or as they were sent. */
export function sectionsOf(side: 'firm' | 'client', lists: readonly (readonly [EntryKind, readonly Entry[]])[], none: readonly NoneSubject[], sent?: Sent): { sections: Section[], form: FormState } {
  const values: Record<string, string | readonly string[]> = {}
  const typed = sent ? readTyped(sent.body) : []
  const sections = lists.map(([kind, entries]): Section => {
    const own = kind === 'cuec' || kind === 'csoc' ? words[kind] : factWords[kind]
    const dated = kind !== 'cuec' && kind !== 'csoc' && factWords[kind].dated
    const mapped = kind === 'cuec' || kind === 'csoc'
    const isWritable = !isLocked(side, kind === 'cuec' || kind === 'csoc' ? null : kind, null)
    const rows = shownOf(kind, entries, typed, sent?.clashes ?? [], isWritable).map(({ key, entry, typed: mine, clash }, index): Row => {
      const filled = mine ?? (entry ? { text: entry.text, criteria: entry.criteria.join(', '), on: entry.on ?? '', removed: false } : { text: '', criteria: '', on: '', removed: false })
      Object.assign(values, { [`text-${key}`]: filled.text, [`criteria-${key}`]: filled.criteria, [`on-${key}`]: filled.on, ...filled.removed ? { [`remove-${key}`]: 'on' } : {} })
      return {
        label: `${capital(own.one)} ${index + 1}`, labels: { criteria: `Criteria ${index + 1}`, on: `Date ${index + 1}`, remove: `Remove ${own.one} ${index + 1}` }, isNew: entry === null, text: `text-${key}`, criteria: mapped ? `criteria-${key}` : null, on: dated ? `on-${key}` : null, remove: `remove-${key}`,
        seen: { name: `seen-${key}`, value: clash || !mine ? entry ? fingerprint(entry) : '' : mine.seen },
        locked: entry && isLocked(side, mapped ? null : kind, entry.side) ? entry : null,
        theirs: clash ? clash.theirs ? [clash.theirs.text, clash.theirs.criteria.join(', '), clash.theirs.on ?? ''].filter((part) => part !== '').join(' · ') : 'removed it' : null,
      }
    })
    const subject = Object.hasOwn(noneWords, kind) && isWritable ? kind as NoneSubject : null
    if (subject && (sent ? Object.hasOwn(Object(sent.body), `none-${subject}`) : none.includes(subject))) values[`none-${subject}`] = 'on'
    return { kind, title: own.title, hint: own.hint, rows, none: subject && { name: `none-${subject}`, label: noneWords[subject] } }
  })
  const own = sent ? formState(sent.body, sent.error) : formState()
  return { sections, form: { ...own, values: { ...own.values, ...values } } }
}

/** What stands, then what was typed anew, then an empty row; what somebody removed meanwhile comes back as typed anew. */
function shownOf(kind: EntryKind, entries: readonly Entry[], typed: readonly Typed[], clashes: readonly Clash[], isWritable: boolean): Shown[] {
  const own = typed.filter(({ key }) => key.startsWith(`${kind}-`))
  const standing = entries.map((entry): Shown => {
    const key = `${kind}-${entry.id}`
    return { key, entry, typed: own.find((one) => one.key === key) ?? null, clash: clashes.find((one) => one.key === key) ?? null }
  })
  const anew = own.filter(({ key, text, criteria, on }) => !standing.some((one) => one.key === key) && text + criteria + on !== '')
    .map((one, index): Shown => ({ key: one.key.startsWith(`${kind}-new`) ? one.key : `${kind}-new8${index}`, entry: null, typed: one, clash: clashes.find(({ key }) => key === one.key) ?? null }))
  if (!isWritable) return standing
  const used = new Set(anew.map(({ key }) => key))
  const free = Array.from({ length: used.size + 1 }, (_, index) => `${kind}-new${index + 1}`).find((key) => !used.has(key))!
  return [...standing, ...anew, { key: free, entry: null, typed: null, clash: null }]
}
