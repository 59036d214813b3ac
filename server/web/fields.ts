import type { FormState } from './form.ts'
import { zoneChoices } from './times.ts'

export type Choice = { readonly value: string, readonly label: string, readonly hint?: string }

/** What a template says of a field; see views/partials/field.hbs. */
type FieldWords = {
  readonly form?: FormState
  readonly name: string
  readonly label: string
  readonly type?: string
  readonly hint?: string
  readonly options?: readonly Choice[]
  readonly blank?: string
  readonly rows?: number
  readonly [constraint: string]: unknown
}

type TickWords = { readonly form?: FormState, readonly name: string, readonly label: string, readonly value?: string, readonly hint?: string }

/** A field as its partial writes it: id, value, error and choices found from the form's state. */
export function fieldOf(words: FieldWords) {
  const { form, name, type = 'text' } = words
  const id = `field-${name}`
  const value = form?.values[name] ?? ''
  const error = form?.errors[name] ?? null
  const described = [words.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return {
    ...words,
    id,
    value: Array.isArray(value) ? value.join(', ') : value,
    error,
    described,
    type: type === 'zone' ? 'select' : type,
    rows: words.rows ?? 4,
    options: offered(words).map((choice) => ({ ...choice, selected: isChosen(value, choice.value) })),
  }
}

/** Choices of a vocabulary: what is stored, with the word people read. */
export function choicesOf(words: Readonly<Record<string, string>>): Choice[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }))
}

/** A single checkbox as its partial writes it. */
export function tickOf(words: TickWords) {
  const value = words.value ?? 'on'
  return { ...words, id: `field-${words.name}`, value, checked: isChosen(words.form?.values[words.name] ?? '', value) }
}

function offered({ type, options = [], blank }: FieldWords): readonly Choice[] {
  const choices = type === 'zone' ? zoneChoices() : options
  return blank === undefined ? choices : [{ value: '', label: blank }, ...choices]
}

function isChosen(value: string | readonly string[], choice: string): boolean {
  return Array.isArray(value) ? value.includes(choice) : value === choice
}
