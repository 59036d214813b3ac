import type { Tx } from '../database/connect.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { listLines } from '../testing/store.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import type { PageModel } from '../web/view.ts'
import { listDrawn, listDraws, type DrawRow } from './draws-store.ts'
import { policySize, type Frequency, type Risk } from './frequency.ts'
import { shellLines } from './recipe.ts'
import { drawNumber, populationNumber } from './rules.ts'
import type { PopulationRow } from './store.ts'

export type DrawCard = {
  readonly number: string
  readonly method: 'random' | 'all'
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
  readonly request: { readonly number: string, readonly href: string } | null
  readonly tests: readonly { readonly reference: string, readonly href: string }[]
  readonly first: readonly { readonly rank: number, readonly key: string, readonly digest: string }[]
  readonly shell: string
  readonly keysHref: string
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
}

export type ItemsPage = PageModel & {
  readonly here: string
  readonly population: string
  readonly name: string
  readonly draw: DrawCard
  readonly zone: string
  readonly items: readonly { readonly rank: number, readonly key: string, readonly digest: string, readonly row: number, readonly rowHref: string }[]
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
    number, method: draw.method, size: draw.size, populationSize: draw.population_size,
    filter: draw.filter_column === null ? null : `${draw.filter_column} is “${draw.filter_value}”`,
    algorithm: draw.algorithm, seed: draw.seed, keysSha256: draw.keys_sha256, fileSha256: draw.file_sha256, reason: draw.reason,
    drawnAt: draw.drawn_at, drawer: draw.drawer,
    request: draw.request_number === null ? null : { number: requestNumber(draw.request_number), href: `${base}/requests/${requestNumber(draw.request_number)}` },
    tests: lines.filter((line) => line.draw_id === draw.id).map((line) => {
      const reference = testReference(line.control_number, line.sequence)
      return { reference, href: `${base}/testing/${reference}` }
    }),
    first: await listDrawn(trx, scope, draw.id, { limit: FIRST }),
    shell: shellLines({ seed: draw.seed, n: draw.size, keysSha256: draw.keys_sha256 }).join('\n'),
    keysHref: `${here}/keys.txt`, recordHref: `${here}/record.txt`, itemsHref: here,
  }
}

export type FreeLine = { readonly id: string, readonly reference: string, readonly title: string, readonly control: string, readonly frequencies: readonly Frequency[], readonly risk: Risk }

type Words = { readonly population: PopulationRow, readonly lines: readonly FreeLine[], readonly owners: readonly { id: string, name: string, title: string }[], readonly form: FormState, readonly mayIssue: boolean }

/** The form of a draw; each test says which size policy asks for. */
export function drawFormPage(scope: EngagementScope, { population, lines, owners, form, mayIssue }: Words): DrawFormPage {
  const number = populationNumber(population.number)
  const base = `/engagements/${scope.engagement.id}`
  const inScope = population.in_scope_count ?? 0
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
    lines: lines.map((line) => ({ value: line.id, label: line.title === '' ? line.reference : `${line.reference} ${line.title}`, hint: sizeOf(line, inScope).source })),
    columns: population.header.map((name) => ({ value: name, label: name })),
    owners: owners.map(({ id, name, title }) => ({ value: id, label: title === '' ? name : `${name}, ${title}` })),
    methods: [
      { value: 'random', label: 'Simple random', hint: 'The first items in the order of SHA-256 of a fresh seed and each key; anybody can repeat it.' },
      { value: 'all', label: 'Every item', hint: 'No sampling risk: the rate of deviation is exact. Say why.' },
    ],
    sources: [
      { value: 'request', label: 'Ask the owner', hint: 'Writes one sample request that lists the items; its owner answers item by item.' },
      { value: 'list', label: 'No request: the list itself is the evidence', hint: 'The attribute can be seen in the columns of the accepted list.' },
    ],
    suggestion: suggestion(lines.filter(({ id }) => [form.values['line'] ?? []].flat().includes(id)), inScope),
    mayIssue,
  }
}

/** The size policy asks of a line: of its control's frequencies the most demanding one. */
export function sizeOf({ frequencies, risk }: Pick<FreeLine, 'frequencies' | 'risk'>, populationSize: number): { readonly n: number, readonly source: string } {
  if (populationSize === 0) return { n: 0, source: 'No row is in scope.' }
  const sizes = frequencies.map((frequency) => policySize({ frequency, risk, populationSize }))
  return sizes.reduce((most, size) => size.n > most.n ? size : most, { n: 0, source: 'Its control states no frequency, so policy suggests no size.' })
}

function suggestion(chosen: readonly FreeLine[], populationSize: number): string {
  const sized = chosen.map((line) => ({ line, ...sizeOf(line, populationSize) })).toSorted((one, other) => other.n - one.n)[0]
  if (sized === undefined || sized.n === 0) return 'Each test above says what policy suggests; a sample for several takes the largest.'
  return `${sized.line.reference} asks for the most. ${sized.source}`
}

type Page = { readonly population: PopulationRow, readonly draw: DrawCard, readonly items: readonly { rank: number, key: string, digest: string, row_number: number }[], readonly after: number, readonly shown: number }

export function itemsPage(scope: EngagementScope, { population, draw, items, after, shown }: Page): ItemsPage {
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
    items: items.map(({ rank, key, digest, row_number: row }) => ({ rank, key, digest, row, rowHref: `${here}/rows?after=${row - 1}` })),
    pages: {
      label: 'Pages of items', first: items.length === 0 ? 0 : after + 1, last, total: draw.size,
      previous: after === 0 ? null : `${draw.itemsHref}?after=${Math.max(0, after - shown)}`, next: last < draw.size ? `${draw.itemsHref}?after=${last}` : null,
    },
  }
}
