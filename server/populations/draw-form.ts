import { z } from 'zod'
import type { DrawMethod } from '../database/schema/populations.ts'
import { Invalid } from '../errors.ts'
import { readForm, several } from '../web/form.ts'
import { isSeeded, readPicks, type Pick } from './selection.ts'

const MOST_CHECKS = 30

const drawing = z.object({
  line: several(z.uuid('Choose tests of the list.')),
  again: several(z.uuid('Choose tests of the list.')),
  method: z.enum(['random', 'systematic', 'stratified', 'haphazard', 'targeted', 'all'], 'Choose how the items are selected.'),
  stratum_column: z.string().optional(),
  picks: z.string().max(100_000, 'Name at most 1,000 items.').default(''),
  second_reason: z.string().max(2000, 'Keep the reason under 2,000 characters.').default(''),
  n: z.coerce.number('Give the number of items, such as 25.').int('Give a whole number of items.').min(1, 'A sample has at least 1 item.').max(1_000_000, 'Give at most 1,000,000 items.').optional(),
  reason: z.string().max(2000, 'Keep the reason under 2,000 characters.').default(''),
  filter_column: z.string().optional(),
  filter_value: z.string().max(1000, 'Keep the value under 1,000 characters.').optional(),
  evidence: z.enum(['request', 'list'], 'Choose whether the owner is asked for evidence of each item.'),
})

const asking = z.object({
  title: z.string('Say in a few words what is asked for.').max(200, 'Keep the title under 200 characters.'),
  ask: z.string('Write what the owner should send for each item.').max(5000, 'Keep the ask under 5,000 characters.'),
  why: z.string().max(2000, 'Keep the reason under 2,000 characters.').default(''),
  owner: z.uuid('Choose one of the client’s people.'),
  due: z.string('Give the day by which it is due.'),
  others: several(z.uuid('Choose among the client’s people.')),
  checklist: z.string().default('').transform((text) => text.split('\n').map((line) => line.trim()).filter(Boolean)),
})

export type DrawForm = {
  readonly lines: readonly string[]
  readonly method: DrawMethod
  readonly n: number
  readonly reason: string
  readonly secondReason: string
  readonly stratumColumn: string | null
  readonly picks: readonly Pick[]
  readonly filter: { readonly column: string, readonly value: string } | null
  /** What is asked for the items; null when the list itself is the evidence. `due` is not yet known to be a day. */
  readonly request: { readonly title: string, readonly ask: string, readonly why: string, readonly owner: string, readonly due: string, readonly others: readonly string[], readonly checklist: readonly string[] } | null
}

/** What somebody filled in to draw a sample; throws Invalid with every field that is wrong at once. `header` are the list's columns. */
export function readDrawForm(body: unknown, header: readonly string[]): DrawForm {
  const wrong: Record<string, string> = {}
  const part = attempt(wrong, () => readForm(drawing, body))
  const asks = typeof body === 'object' && body !== null && 'evidence' in body && body.evidence === 'request'
  const request = asks ? attempt(wrong, () => readForm(asking, body)) : null
  const filter = part === undefined ? null : attempt(wrong, () => filterOf(part, header)) ?? null
  const lines = part === undefined ? [] : [...part.line, ...part.again]
  if (part !== undefined && lines.length === 0) wrong['line'] = 'Choose the tests this sample is for.'
  if (part !== undefined && isSeeded(part.method) && part.n === undefined) wrong['n'] = 'Give the number of items, such as 25.'
  const stratumColumn = part?.method === 'stratified' ? attempt(wrong, () => columnNamed('stratum_column', part.stratum_column, header)) ?? null : null
  const picks = part?.method === 'haphazard' || part?.method === 'targeted' ? attempt(wrong, () => readPicks(part.method as 'haphazard' | 'targeted', part.picks)) ?? [] : []
  if (request && request.checklist.length > MOST_CHECKS) wrong['checklist'] = `Ask for at most ${MOST_CHECKS} things to be ticked.`
  if (part === undefined || request === undefined || Object.keys(wrong).length > 0) throw new Invalid(wrong)
  return { lines, method: part.method, n: part.n ?? 0, reason: part.reason, secondReason: part.second_reason, stratumColumn, picks, filter, request }
}

function filterOf({ filter_column: typed, filter_value: value }: z.infer<typeof drawing>, header: readonly string[]): DrawForm['filter'] {
  if (typed === undefined && value === undefined) return null
  if (typed === undefined) throw new Invalid({ filter_column: 'Choose the column that holds this value, or leave both empty.' })
  if (value === undefined) throw new Invalid({ filter_value: 'Give the value that the column must hold, or choose no column.' })
  return { column: columnNamed('filter_column', typed, header), value }
}

function columnNamed(field: string, typed: string | undefined, header: readonly string[]): string {
  if (typed === undefined) throw new Invalid({ [field]: 'Choose the column that divides the list.' })
  const column = header.find((name) => name.replaceAll('\r\n', '\n').trim() === typed)
  if (column === undefined) throw new Invalid({ [field]: `The list has no column “${typed}”.` })
  return column
}

function attempt<T>(wrong: Record<string, string>, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    Object.assign(wrong, error.fields)
    return undefined
  }
}
