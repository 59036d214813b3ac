import { z } from 'zod'
import type { Frequency } from '../database/schema/controls.ts'
import type { CellResult, Conclusion, LineKind, SignatureKind } from '../database/schema/testing.ts'
import { Invalid } from '../errors.ts'
import { isDay } from '../web/days.ts'
import { readForm, several } from '../web/form.ts'
import type { ResultChange } from './actions.ts'
import type { Plan } from './plan-actions.ts'
import { isFrequency } from './lines.ts'
import { conclusions, kindWords, natures, results, type Nature } from './rules.ts'
import type { Attribute, Procedure } from './store.ts'

export const LETTERS = [...'ABCDEFGHIJKL']
export const MOST_PROCEDURES = 8

const text = (most: number, what: string) => z.string().max(most, `Keep ${what} under ${most.toLocaleString('en-US')} characters.`)

/** The plan of a test as its form describes it; rows left empty are left out. Throws Invalid naming the field. */
export function readPlan(body: unknown): Plan {
  const fields = readForm(z.record(z.string(), z.string().max(1000, 'Keep it under 1,000 characters.')), body)
  const wrong: Record<string, string> = {}
  const procedures: (Procedure & { readonly order: number })[] = []
  const attributes: Attribute[] = []
  for (let row = 1; row <= MOST_PROCEDURES; row++) {
    const [nature, words] = [fields[`nature-${row}`], fields[`procedure-${row}`]]
    if (words === undefined) continue
    if (nature === undefined || !Object.hasOwn(natures, nature)) wrong[`nature-${row}`] = 'Say by which kind of procedure this is done.'
    else procedures.push({ nature: nature as Nature, text: words, order: placeOf(row, Number(fields[`order-${row}`] ?? row)) })
  }
  for (const letter of LETTERS) {
    const [question, expected] = [fields[`question-${letter}`], fields[`expected-${letter}`]]
    const [clause, problem] = [fields[`clause-${letter}`] ?? '', fields[`problem-${letter}`] ?? '']
    if (question !== undefined) attributes.push({ letter, question, expected: expected ?? '', clause, problem })
    else if (expected !== undefined || clause !== '' || problem !== '') wrong[`question-${letter}`] = `Ask what ${letter} tests, or clear what is written beside it.`
  }
  if ((fields['title'] ?? '').length > 120) wrong['title'] = 'Keep the title under 120 characters.'
  if ((fields['noun'] ?? '').length > 60) wrong['noun'] = 'Keep this to a word or two, such as “leavers”.'
  const shape = readShape(fields, wrong)
  if (Object.keys(wrong).length > 0) throw new Invalid(wrong)
  return {
    title: fields['title'] ?? '', itemNoun: fields['noun'] ?? 'items', attributes, ...shape,
    procedures: procedures.toSorted((a, b) => a.order - b.order).map(({ nature, text: words }) => ({ nature, text: words })),
  }
}

// One that was given the place of another comes before it when it moves up, and after it when it moves down.
function placeOf(row: number, wanted: number): number {
  return !Number.isFinite(wanted) || wanted === row ? row : wanted + (wanted < row ? -0.5 : 0.5)
}

// A form without the kind says nothing of it, and nothing of the days that belong to it.
function readShape(fields: Readonly<Record<string, string>>, wrong: Record<string, string>): Partial<Plan> {
  const { kind, frequency } = fields
  if (kind === undefined) return {}
  if (!Object.hasOwn(kindWords, kind)) wrong['kind'] = 'Choose what is tested.'
  if (frequency !== undefined && !isFrequency(frequency)) wrong['frequency'] = 'Choose one of the frequencies.'
  for (const name of ['spanFrom', 'spanTo', 'interim']) if (fields[name] !== undefined && !isDay(fields[name])) wrong[name] = 'Give a day, such as 2026-06-30.'
  return {
    kind: kind as LineKind, frequency: (frequency ?? null) as Frequency | null, spanFrom: fields['spanFrom'] ?? null, spanTo: fields['spanTo'] ?? null, interimOn: fields['interim'] ?? null,
  }
}

/** What a plan's form starts from. */
export function planValues(plan: Plan): Record<string, string> {
  return Object.fromEntries([
    ['title', plan.title], ['noun', plan.itemNoun], ['kind', plan.kind ?? 'sample'], ['frequency', plan.frequency ?? ''],
    ['spanFrom', plan.spanFrom ?? ''], ['spanTo', plan.spanTo ?? ''], ['interim', plan.interimOn ?? ''],
    ...plan.procedures.flatMap(({ nature, text: words }, index) => [[`nature-${index + 1}`, nature], [`procedure-${index + 1}`, words], [`order-${index + 1}`, String(index + 1)]]),
    ...plan.attributes.flatMap(({ letter, question, expected, clause = '', problem = '' }) => [[`question-${letter}`, question], [`expected-${letter}`, expected], [`clause-${letter}`, clause], [`problem-${letter}`, problem]]),
  ])
}

const place = text(200, 'the place')
const note = text(500, 'the note').default('')
const version = z.coerce.number('The form is incomplete. Load it again.').int().min(0)
const one = z.object({
  item: z.uuid('The form is incomplete. Load it again.'),
  letter: z.string().regex(/^[A-Z]$/, 'The form is incomplete. Load it again.'),
  result: z.enum(results as [CellResult, ...CellResult[]], 'Choose a result.'),
  note,
  version,
  citations: z.array(z.object({ file: z.uuid(), place: place.default('') })).max(20).optional(),
  cite: several(z.uuid()),
})

/** One result, from the form beside the evidence (`cite`, `place-<file>`) or from the grid's script (`citations`). */
export function readResult(body: unknown): ResultChange {
  const form = readForm(one, body)
  const places = readForm(z.record(z.string(), z.unknown()), body)
  const citations = form.citations?.map(({ file, place: where }) => ({ fileId: file, place: where.trim() }))
    ?? form.cite.map((fileId) => ({ fileId, place: readPlace(places[`place-${fileId}`]) }))
  return { itemId: form.item, letter: form.letter, result: form.result, note: form.note, version: form.version, citations }
}

/** Every attribute of one item, from the form that holds them all. */
export function readItemResults(body: unknown, itemId: string, letters: readonly string[]): ResultChange[] {
  const fields = readForm(z.record(z.string(), z.unknown()), body)
  return letters.flatMap((letter) => {
    const result = fields[`result-${letter}`]
    if (result === undefined) return []
    const form = readForm(one.omit({ citations: true }), { item: itemId, letter, result, note: fields[`note-${letter}`], version: fields[`version-${letter}`], cite: fields[`cite-${letter}`] })
    return [{ itemId, letter, result: form.result, note: form.note ?? '', version: form.version, citations: form.cite.map((fileId) => ({ fileId, place: readPlace(fields[`place-${letter}-${fileId}`]) })) }]
  })
}

/** One result for every pending item of an attribute. */
export function readFill(body: unknown): { letter: string, result: CellResult, note: string } {
  return readForm(one.pick({ letter: true, result: true, note: true }), body)
}

/** What is said of a population in which nothing occurred; `population` is its number as written, 'POP-09'. */
export function readNoOccurrence(body: unknown): { population: string, event: string, corroboration: string } {
  return readForm(z.object({
    population: z.string('Choose the population that is empty.'),
    event: z.string('Say what did not take place: “disposal of devices or media”.').max(200, 'Keep the event under 200 characters.'),
    corroboration: z.string('Say how that was corroborated: “inspection of the asset system query”.').max(500, 'Keep the procedure under 500 characters.'),
  }), body)
}

export function readConclusion(body: unknown): Conclusion {
  return readForm(z.object({ conclusion: z.enum(Object.keys(conclusions) as [Conclusion, ...Conclusion[]], 'Choose a conclusion.') }), body).conclusion
}

/** As whom somebody signs, and the version of the test they were looking at. */
export function readSignature(body: unknown): { kind: SignatureKind, version: number | null } {
  return readForm(z.object({
    kind: z.enum(['prepared', 'reviewed', 'partner'], 'Say whether you sign as preparer, reviewer or partner.'),
    version: z.coerce.number('The form is incomplete. Load it again.').int().nullable().default(null),
  }), body)
}

function readPlace(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200).trim() : ''
}
