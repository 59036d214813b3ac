import { may } from '../access/policy.ts'
import type { CellResult } from '../database/schema/testing.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { addressOf, hrefOf } from './addresses.ts'
import type { Grid } from './grid-store.ts'
import { itemsOf } from './opens.ts'
import type { Opens } from './reading.ts'

type Cite = { readonly name: string, readonly words: string, readonly href: string }
type CellView = { readonly letter: string, readonly result: CellResult | 'stale', readonly note: string, readonly cites: readonly Cite[] }
type Choice = { readonly word: string, readonly count: number, readonly href: string, readonly on: boolean }

declare module '../web/view.ts' {
  interface Pages {
    'matrix/cells': {
      base: string
      reference: string
      testHref: string
      noun: string
      count: number
      what: string
      attributes: readonly { letter: string, question: string }[]
      choices: readonly Choice[]
      letters: readonly Choice[]
      items: readonly { readonly key: string, readonly further: boolean, readonly cells: readonly CellView[] }[]
      sentencesHref: string | null
    }
  }
}

type Line = { readonly reference: string, readonly noun: string, readonly attributes: readonly { letter: string, question: string }[] }

const words: Readonly<Record<string, string>> = {
  items: 'selected', tested: 'tested', deviation: 'deviating', pending: 'with a pending result', not_applicable: 'to which something did not apply', applied: 'to which it applied', pass: 'with a pass',
}

/** The items that one printed number counts, each with its results and their evidence. */
export function cellsPage(scope: EngagementScope, line: Line, grid: Grid, opens: Opens) {
  const base = `/engagements/${scope.engagement.id}`
  const letters = line.attributes.map(({ letter }) => letter)
  const cells = fill(grid, letters)
  const here = hrefOf(base, 'matrix/cells', line.reference)
  const choice = (word: string, change: Partial<Opens>): Choice => {
    const asked = { ...opens, ...change }
    return { word, count: itemsOf(cells, asked).length, href: addressOf(here, asked), on: Object.entries(change).every(([key, value]) => opens[key as keyof Opens] === value) }
  }
  const found = itemsOf(cells, opens)
  const part = opens.part === null ? '' : opens.part === 'first' ? 'first ' : 'further '
  return {
    title: `${line.reference}, cells`, tab: 'matrix' as const, base, reference: line.reference, testHref: hrefOf(base, 'testing', line.reference), noun: line.noun, count: found.length,
    what: `${part}${line.noun} ${words[opens.result ?? 'items']}${opens.attribute === null ? '' : ` on attribute ${opens.attribute}`}`,
    attributes: line.attributes.filter(({ letter }) => opens.attribute === null || letter === opens.attribute),
    choices: [
      choice('Selected', { result: null }), choice('Tested', { result: 'tested' }), choice('Deviating', { result: 'deviation' }), choice('Pending', { result: 'pending' }),
      ...cells.some(({ further }) => further) ? [choice('First and further', { part: null }), choice('First', { part: 'first' }), choice('Further', { part: 'further' })] : [],
    ],
    letters: letters.length > 1 ? [choice('All attributes', { attribute: null }), ...letters.map((attribute) => choice(attribute, { attribute }))] : [],
    items: found.map(([key, own]) => ({
      key, further: own[0]!.further,
      cells: own.map(({ attribute, result, stale, note, cites }) => ({ letter: attribute, result: stale && result !== 'pending' ? 'stale' as const : result, note, cites: cites.map((one) => ({ ...one, href: base + one.href })) })),
    })),
    sentencesHref: may(scope.role, 'matrix.edit') ? hrefOf(base, 'matrix/sentences', line.reference) : null,
  }
}

function fill(grid: Grid, letters: readonly string[]) {
  const files = new Map(grid.files.map((file) => [file.id, file]))
  const cells = new Map(grid.cells.map(([, item, letter, result, note, stale]) => [`${item} ${letter}`, { result, note, stale }]))
  const citations = Map.groupBy(grid.citations, ([, item, letter]) => `${item} ${letter}`)
  return grid.items.flatMap(({ id, key, further }) => letters.map((attribute) => {
    const { result, note, stale } = cells.get(`${id} ${attribute}`) ?? { result: 'pending' as const, note: '', stale: false }
    return { item: key, attribute, further, result, note, stale, cites: (citations.get(`${id} ${attribute}`) ?? []).map(([, , , file, place]) => cite(files.get(file)!, place)) }
  }))
}

function cite({ id, name, request, version }: Grid['files'][number], place: string): Cite {
  const number = requestNumber(request)
  return { name, words: `${number} v${version}${place === '' ? '' : `, ${place}`}`, href: `/requests/${number}?file=${id}` }
}
