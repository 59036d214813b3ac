import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { readForm, several } from '../web/form.ts'

const MOST_CHECKS = 30

const drawing = z.object({
  line: several(z.uuid('Choose tests of the list.')),
  method: z.enum(['random', 'all'], 'Choose how the items are selected.'),
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
  checklist: z.string().default('').transform((text) => text.split('\n').map((line) => line.trim()).filter(Boolean)),
})

export type DrawForm = {
  readonly lines: readonly string[]
  readonly method: 'random' | 'all'
  readonly n: number
  readonly reason: string
  readonly filter: { readonly column: string, readonly value: string } | null
  /** What is asked for the items; null when the list itself is the evidence. `due` is not yet known to be a day. */
  readonly request: { readonly title: string, readonly ask: string, readonly why: string, readonly owner: string, readonly due: string, readonly checklist: readonly string[] } | null
}

/** What somebody filled in to draw a sample; throws Invalid with every field that is wrong at once. `header` are the list's columns. */
export function readDrawForm(body: unknown, header: readonly string[]): DrawForm {
  const wrong: Record<string, string> = {}
  const part = attempt(wrong, () => readForm(drawing, body))
  const asks = typeof body === 'object' && body !== null && 'evidence' in body && body.evidence === 'request'
  const request = asks ? attempt(wrong, () => readForm(asking, body)) : null
  const filter = part === undefined ? null : attempt(wrong, () => filterOf(part, header)) ?? null
  if (part?.line.length === 0) wrong['line'] = 'Choose the tests this sample is for.'
  if (part?.method === 'random' && part.n === undefined) wrong['n'] = 'Give the number of items, such as 25.'
  if (request && request.checklist.length > MOST_CHECKS) wrong['checklist'] = `Ask for at most ${MOST_CHECKS} things to be ticked.`
  if (part === undefined || request === undefined || Object.keys(wrong).length > 0) throw new Invalid(wrong)
  return { lines: part.line, method: part.method, n: part.n ?? 0, reason: part.reason, filter, request }
}

function filterOf({ filter_column: typed, filter_value: value }: z.infer<typeof drawing>, header: readonly string[]): DrawForm['filter'] {
  if (typed === undefined && value === undefined) return null
  if (typed === undefined) throw new Invalid({ filter_column: 'Choose the column that holds this value, or leave both empty.' })
  if (value === undefined) throw new Invalid({ filter_value: 'Give the value that the column must hold, or choose no column.' })
  const column = header.find((name) => name.replaceAll('\r\n', '\n').trim() === typed)
  if (column === undefined) throw new Invalid({ filter_column: `The list has no column “${typed}”.` })
  return { column, value }
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
