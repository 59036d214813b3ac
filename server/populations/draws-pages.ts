import type { Tx } from '../database/connect.ts'
import type { DrawMethod, StepGround, Stratum } from '../database/schema/populations.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { listLines } from '../testing/store.ts'
import { choicesOf, type Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { listDrawn, listDraws, listRequestsOf, listSteps, type DrawRow } from './draws-store.ts'
import { policySize, type Frequency, type Risk, type Terms } from './frequency.ts'
import { shellLines } from './recipe.ts'
import { drawNumber, populationNumber } from './rules.ts'
import { isSeeded, methodWords } from './selection.ts'
import { extensionGrounds, refusedGrounds, replacementGrounds } from './steps.ts'
import type { PopulationRow } from './store.ts'

export type DrawCard = {
  readonly number: string
  readonly method: DrawMethod
  readonly methodWord: string
  /** Whether the seed alone tells the items. */
  readonly seeded: boolean
  readonly size: number
  readonly populationSize: number
  readonly filter: string | null
  readonly algorithm: string
  readonly seed: string
  readonly keysSha256: string
  readonly fileSha256: string
  readonly reason: string
  readonly drawnAt: Date
  readonly drawer: string
  readonly secondReason: string
  readonly stratumColumn: string | null
  readonly strata: readonly Stratum[]
  readonly requests: readonly { readonly number: string, readonly href: string, readonly owner: string, readonly items: number, readonly answered: number }[]
  readonly steps: readonly { readonly number: number, readonly words: string, readonly ground: string, readonly reason: string, readonly at: Date, readonly by: string }[]
  readonly tests: readonly { readonly reference: string, readonly href: string }[]
  readonly first: readonly { readonly rank: number, readonly key: string, readonly digest: string }[]
  readonly shell: string
  readonly keysHref: string
  readonly strataHref: string
  readonly recordHref: string
  readonly itemsHref: string
}

export type DrawFormPage = PageModel & {
  readonly base: string
  readonly here: string
  readonly number: string
  readonly name: string
  readonly locked: boolean
  readonly inScope: number
  readonly form: FormState
  readonly lines: readonly Choice[]
  readonly columns: readonly Choice[]
  readonly owners: readonly Choice[]
  readonly methods: readonly Choice[]
  readonly sources: readonly Choice[]
  readonly suggestion: string
  readonly mayIssue: boolean
  /** Tests that have their sample, for a second draw. */
  readonly again: readonly Choice[]
  readonly others: readonly Choice[]
}

export type ItemsPage = PageModel & {
  readonly here: string
  readonly population: string
  readonly name: string
  readonly draw: DrawCard
  readonly zone: string
  readonly items: readonly { readonly rank: number, readonly key: string, readonly digest: string, readonly row: number, readonly rowHref: string, readonly stratum: string, readonly note: string, readonly mark: string, readonly gone: boolean }[]
  readonly mayGoOn: boolean
  readonly mayExtend: boolean
  readonly mayReplace: boolean
  readonly asks: boolean
  readonly form: FormState
  readonly extensionGrounds: readonly Choice[]
  readonly replacementGrounds: readonly Choice[]
  readonly pages: { readonly label: string, readonly first: number, readonly last: number, readonly total: number, readonly previous: string | null, readonly next: string | null }
}

declare module '../web/view.ts' {
  interface Pages {
    'populations/draw': DrawFormPage
    'populations/items': ItemsPage
  }
}

const FIRST = 3

/** Each draw as its card shows it: everything somebody needs to do it again. */
export async function drawCards(trx: Tx, scope: EngagementScope, population: PopulationRow): Promise<DrawCard[]> {
  const cards: DrawCard[] = []
  for (const draw of await listDraws(trx, scope, population.id)) cards.push(await drawCard(trx, scope, population, draw))
  return cards
}

export async function drawCard(trx: Tx, scope: EngagementScope, population: PopulationRow, draw: DrawRow): Promise<DrawCard> {
  const base = `/engagements/${scope.engagement.id}`
  const lines = await listLines(trx, scope)
  const number = drawNumber(draw.number)
  const here = `${base}/populations/${populationNumber(population.number)}/draws/${number}`
  return {
    number, method: draw.method, methodWord: methodWords[draw.method], seeded: isSeeded(draw.method), size: draw.size, populationSize: draw.population_size,
    filter: draw.filter_column === null ? null : `${draw.filter_column} is “${draw.filter_value}”`,
    algorithm: draw.algorithm, seed: draw.seed, keysSha256: draw.keys_sha256, fileSha256: draw.file_sha256, reason: draw.reason,
    drawnAt: draw.drawn_at, drawer: draw.drawer,
    secondReason: draw.second_reason, stratumColumn: draw.stratum_column, strata: draw.strata ?? [],
    requests: (await listRequestsOf(trx, scope, draw.id)).map(({ number: asked, owner, items, answered }) => ({ number: requestNumber(asked), href: `${base}/requests/${requestNumber(asked)}`, owner: owner ?? '', items, answered })),
    steps: (await listSteps(trx, scope, draw.id)).map((step) => ({
      number: step.number, ground: groundWord(step.ground), reason: step.reason, at: step.taken_at, by: step.taker,
      words: step.kind === 'extension' ? `Extended by ${step.size}` : `Item ${step.replaced_rank}, ${step.replaced_key}, replaced`,
    })),
    tests: lines.filter((line) => line.draw_id === draw.id).map((line) => {
      const reference = testReference(line.control_number, line.sequence)
      return { reference, href: `${base}/testing/${reference}` }
    }),
    first: await listDrawn(trx, scope, draw.id, { limit: FIRST }),
    shell: isSeeded(draw.method) || draw.method === 'all' ? shellLines({ method: draw.method, seed: draw.seed, n: draw.size, populationSize: draw.population_size, keysSha256: draw.keys_sha256, strata: draw.strata ?? [] }).join('\n') : '',
    keysHref: `${here}/keys.txt`, strataHref: `${here}/strata.txt`, recordHref: `${here}/record.txt`, itemsHref: here,
  }
}

export type FreeLine = { readonly id: string, readonly drawn: boolean, readonly reference: string, readonly title: string, readonly control: string, readonly frequencies: readonly Frequency[], readonly risk: Risk }

type Words = { readonly population: PopulationRow, readonly lines: readonly FreeLine[], readonly owners: readonly { id: string, name: string, title: string }[], readonly form: FormState, readonly mayIssue: boolean, readonly mayDrawAgain: boolean, readonly terms: Terms }

/** The form of a draw; each test says which size policy asks for. */
export function drawFormPage(scope: EngagementScope, { population, lines, owners, form, mayIssue, mayDrawAgain, terms }: Words): DrawFormPage {
  const number = populationNumber(population.number)
  const base = `/engagements/${scope.engagement.id}`
  const inScope = population.in_scope_count ?? 0
  const choiceOf = (line: FreeLine): Choice => ({ value: line.id, label: line.title === '' ? line.reference : `${line.reference} ${line.title}`, hint: sizeOf(line, inScope, terms).source })
  return {
    title: `Draw a sample from ${number}`,
    tab: 'populations',
    base,
    here: `${base}/populations/${number}`,
    number,
    name: population.name,
    locked: population.status === 'locked',
    inScope,
    form,
    lines: lines.filter(({ drawn }) => !drawn).map(choiceOf),
    again: mayDrawAgain ? lines.filter(({ drawn }) => drawn).map(choiceOf) : [],
    columns: population.header.map((name) => ({ value: name, label: name })),
    owners: owners.map(({ id, name, title }) => ({ value: id, label: title === '' ? name : `${name}, ${title}` })),
    methods: [
      { value: 'random', label: methodWords.random, hint: 'The first items in the order of SHA-256 of a fresh seed and each key; anybody can repeat it.' },
      { value: 'systematic', label: methodWords.systematic, hint: 'Every N/n-th row of the list from a start the seed gives. Beware of lists with a rhythm.' },
      { value: 'stratified', label: methodWords.stratified, hint: 'Each part of the list gets its share, at least one item; within a part by the order of the seed. No limit is computed over all.' },
      { value: 'haphazard', label: methodWords.haphazard, hint: 'Your own picks without a pattern. Not statistical; say how you chose.' },
      { value: 'targeted', label: methodWords.targeted, hint: 'Items picked for their risk, each with its reason. What is concluded holds for these items only.' },
      { value: 'all', label: methodWords.all, hint: 'No sampling risk: the rate of deviation is exact. Say why.' },
    ],
    sources: [
      { value: 'request', label: 'Ask the owner', hint: 'Writes one sample request that lists the items; its owner answers item by item.' },
      { value: 'list', label: 'No request: the list itself is the evidence', hint: 'The attribute can be seen in the columns of the accepted list.' },
    ],
    suggestion: suggestion(lines.filter(({ id }) => [form.values['line'] ?? []].flat().includes(id)), inScope, terms),
    mayIssue,
    others: owners.map(({ id, name, title }) => ({ value: id, label: title === '' ? name : `${name}, ${title}` })),
  }
}

/** The size policy asks of a line: of its control's frequencies the most demanding one. */
export function sizeOf({ frequencies, risk }: Pick<FreeLine, 'frequencies' | 'risk'>, populationSize: number, terms: Terms): { readonly n: number, readonly source: string } {
  if (populationSize === 0) return { n: 0, source: 'No row is in scope.' }
  const sizes = frequencies.map((frequency) => policySize({ frequency, risk, populationSize }, terms))
  return sizes.reduce((most, size) => size.n > most.n ? size : most, { n: 0, source: 'Its control states no frequency, so policy suggests no size.' })
}

function suggestion(chosen: readonly FreeLine[], populationSize: number, terms: Terms): string {
  const sized = chosen.map((line) => ({ line, ...sizeOf(line, populationSize, terms) })).toSorted((one, other) => other.n - one.n)[0]
  if (sized === undefined || sized.n === 0) return 'Each test above says what policy suggests; a sample for several takes the largest.'
  return `${sized.line.reference} asks for the most. ${sized.source}`
}

type ShownItem = { rank: number, key: string, digest: string, row_number: number, stratum: string | null, note: string, further: boolean, step: number | null }
type Page = { readonly population: PopulationRow, readonly draw: DrawCard, readonly items: readonly ShownItem[], readonly replaced: ReadonlySet<number>, readonly after: number, readonly shown: number, readonly total: number, readonly form: FormState, readonly mayGoOn: boolean }

export function itemsPage(scope: EngagementScope, { population, draw, items, replaced, after, shown, total, form, mayGoOn }: Page): ItemsPage {
  const number = populationNumber(population.number)
  const here = `/engagements/${scope.engagement.id}/populations/${number}`
  const last = after + items.length
  return {
    title: `Draw ${draw.number} from ${number}`,
    tab: 'populations',
    here,
    population: number,
    name: population.name,
    draw,
    zone: scope.engagement.zone,
    items: items.map(({ rank, key, digest, row_number: row, stratum, note, further, step }) => ({
      rank, key, digest, row, rowHref: `${here}/rows?after=${row - 1}`, stratum: stratum ?? '', note, gone: replaced.has(rank),
      mark: replaced.has(rank) ? 'Replaced' : further ? 'Further' : step === null ? '' : 'In place of another',
    })),
    form, mayGoOn, mayExtend: draw.method === 'random', mayReplace: draw.seeded, asks: draw.requests.length > 0,
    extensionGrounds: choicesOf(extensionGrounds),
    replacementGrounds: Object.entries({ ...replacementGrounds, ...refusedGrounds }).map(([value, label]) => ({ value, label })),
    pages: {
      label: 'Pages of items', first: items.length === 0 ? 0 : after + 1, last, total,
      previous: after === 0 ? null : `${draw.itemsHref}?after=${Math.max(0, after - shown)}`, next: last < total ? `${draw.itemsHref}?after=${last}` : null,
    },
  }
}

function groundWord(ground: StepGround): string {
  return ({ ...extensionGrounds, ...replacementGrounds } as Record<StepGround, string>)[ground]
}
