import type { Tx } from '../database/connect.ts'
import type { ReleasedItem } from '../database/schema/exceptions.ts'
import type { EngagementScope } from '../scope.ts'
import { listDrawn } from '../testing/grid-store.ts'
import { listAttributes, listCells, listCitations } from '../testing/store.ts'
import type { Counts } from '../testing/counts.ts'
import type { Facts } from './facts.ts'
import { isMet } from './opinion-store.ts'
import type { Ground } from './rules.ts'
import { sentenceOf } from './sentence-pages.ts'
import type { ExceptionRow } from './store.ts'

export type Found = {
  readonly facts: Facts
  readonly counts: Counts
  readonly ground: Ground
  readonly sentence: ReturnType<typeof sentenceOf>['sentence']
  readonly items: Awaited<ReturnType<typeof listDrawn>>
  readonly cells: Awaited<ReturnType<typeof listCells>>
}

const nothing: Counts = { items: 0, deviatingItems: 0, pendingItems: 0, cells: 0, pendingCells: 0, perAttribute: [], parts: null }

/** What stands behind an exception now, counted from the cells; a criterion without a control has no cells. */
export async function readFound(trx: Tx, scope: EngagementScope, exception: ExceptionRow): Promise<Found> {
  const { test_line_id: line, problem, cause, criterion } = exception
  if (line === null) {
    const ground = { criterion, deviatingItems: 0, met: await isMet(trx, scope, criterion!) }
    return { facts: { problem, cause, sentence: '', tested: 0, deviating: 0, items: [] }, counts: nothing, ground, sentence: [], items: [], cells: [] }
  }
  const cells = await listCells(trx, scope, line)
  const items = await listDrawn(trx, scope, { id: line })
  const attributes = await listAttributes(trx, scope, line)
  const { counts, sentence } = sentenceOf(scope, { itemNoun: exception.item_noun, wholePopulation: exception.method === 'all', items, letters: attributes.map(({ letter }) => letter), cells }, exception)
  const facts = {
    problem, cause, sentence: sentence.map(({ text }) => text).join(''), tested: counts.items, deviating: counts.deviatingItems,
    items: await readItems(trx, scope, line, { items, cells, attributes }),
  }
  return { facts, counts, ground: { criterion: null, deviatingItems: counts.deviatingItems, met: false }, sentence, items, cells }
}

type Grid = Pick<Found, 'items' | 'cells'> & { readonly attributes: Awaited<ReturnType<typeof listAttributes>> }

async function readItems(trx: Tx, scope: EngagementScope, lineId: string, { items, cells, attributes }: Grid): Promise<ReleasedItem[]> {
  const citations = await listCitations(trx, scope, lineId)
  const questions = new Map(attributes.map(({ letter, question }) => [letter, question]))
  const deviating = Map.groupBy(cells.filter(({ result }) => result === 'deviation').toSorted((one, other) => one.letter < other.letter ? -1 : 1), ({ item_id: item }) => item)
  return items.flatMap(({ id, key }) => (deviating.get(id) ?? []).map(({ letter, note }) => ({
    key, letter, question: questions.get(letter) ?? '', note,
    cites: citations.filter((one) => one.item_id === id && one.letter === letter)
      .map((one) => ({ name: one.name, request: one.request_number, version: one.version, place: one.place, fileId: one.file_id })),
  })))
}
