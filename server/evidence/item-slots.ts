import type { FormState } from '../web/form.ts'
import type { SampleItem } from './items-store.ts'
import type { ItemAnswer } from './rules.ts'
import type { SentFile } from './sent-file.ts'

/** One item of a sample as the owner answers it: what it is, its files, or why there are none. */
export type ItemSlot = {
  readonly id: string
  readonly rank: number
  readonly key: string
  /** A few cells of its row with their headings, to recognise it by. */
  readonly facts: readonly { readonly name: string, readonly value: string }[]
  readonly files: readonly SentFile[]
  readonly claimed: boolean
  readonly error: string | null
  readonly field: string
  readonly claimField: string
  readonly wordsField: string
  readonly claims: readonly { readonly value: string, readonly label: string }[]
}

/** How many items of a sample have their evidence or a reason, and the first that has neither. */
export type Progress = { readonly done: number, readonly of: number, readonly next: { readonly href: string, readonly key: string } | null }

const FACTS = 4
const LONGEST = 80

const claims = [{ value: 'not_applicable', label: 'It does not apply to this item' }, { value: 'cannot_provide', label: 'We cannot provide it' }]

export function itemSlots(items: readonly SampleItem[], lines: readonly { readonly item: string | null, readonly line: SentFile }[], form: FormState): ItemSlot[] {
  return items.map((item) => ({
    id: item.id, rank: item.rank, key: item.key,
    facts: factsOf(item),
    files: lines.filter((line) => line.item === item.id).map(({ line }) => line),
    claimed: Boolean(form.values[`claim-${item.id}`]),
    error: form.errors[`item-${item.id}`] ?? null,
    field: `item-${item.id}`, claimField: `claim-${item.id}`, wordsField: `words-${item.id}`,
    claims,
  }))
}

/** Null where nothing was drawn. */
export function progressOf(slots: readonly ItemSlot[], answers: readonly ItemAnswer[]): Progress | null {
  if (slots.length === 0) return null
  const open = slots.filter(({ id, files }) => files.length === 0 && !answers.some((answer) => answer.id === id && answer.claim))
  return { done: slots.length - open.length, of: slots.length, next: open[0] ? { href: `#item-${open[0].id}`, key: open[0].key } : null }
}

function factsOf({ header, cells, key_column: keyColumn }: SampleItem): ItemSlot['facts'] {
  return header.map((name, index) => ({ name, value: cells[index] ?? '' }))
    .filter(({ name, value }) => name !== keyColumn && value.trim() !== '')
    .slice(0, FACTS)
    .map(({ name, value }) => ({ name, value: value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value }))
}
