import { may } from '../access/policy.ts'
import type { Tx } from '../database/connect.ts'
import { exceptionNumber } from '../exceptions/rules.ts'
import { populationNumber } from '../populations/rules.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { excerpt, mark, wordsOf, type Piece } from './rules.ts'
import * as store from './store.ts'

type Hit = { readonly href: string, readonly ref: string, readonly title: readonly Piece[], readonly where: string | null, readonly text: readonly Piece[] }
type Group = { readonly word: string, readonly hits: readonly Hit[], readonly more: boolean }

declare module '../web/view.ts' {
  interface Pages {
    'search/show': { base: string, query: string, groups: readonly Group[], found: number, more: boolean }
  }
}

/** What the engagement holds of the words, as far as this person may see it, by sort. */
export async function searchPage(trx: Tx, scope: EngagementScope, query: string) {
  const base = `/engagements/${scope.engagement.id}`
  const words = wordsOf(query)
  const groups = words.length === 0 ? [] : (await groupsOf(trx, scope, base, words)).filter(({ hits }) => hits.length > 0)
  return {
    title: query === '' ? 'Search' : `Search: ${query}`, base, query, groups,
    found: groups.reduce((sum, { hits }) => sum + hits.length, 0), more: groups.some(({ more }) => more),
  }
}

async function groupsOf(trx: Tx, scope: EngagementScope, base: string, words: readonly string[]): Promise<Group[]> {
  const atRequest = (number: number) => `${base}/requests/${requestNumber(number)}`
  const hit = (href: string, ref: string, title: string, text: string, where: string | null = null): Hit =>
    ({ href, ref, title: mark(title, words), where, text: mark(excerpt(text, words), words) })
  const groups = [
    group('Requests', await store.findRequests(trx, scope, words), ({ number, title, text }) => hit(atRequest(number), requestNumber(number), title, text)),
    group('Evidence, by file name', await store.findFiles(trx, scope, words), ({ number, title, file, fileId }) => hit(`${atRequest(number)}?file=${fileId}`, requestNumber(number), file, title)),
    group('Evidence, by what it says', await store.findInFiles(trx, scope, words), ({ number, file, fileId, line, text }) =>
      hit(`${atRequest(number)}?file=${fileId}`, requestNumber(number), file, text, line === null ? null : `line ${line}`)),
    group('Threads', await store.findComments(trx, scope, words), ({ number, title, name, text }) => hit(atRequest(number), requestNumber(number), title, text, name)),
  ]
  if (may(scope.role, 'control.view')) groups.unshift(group('Controls', await store.findControls(trx, scope, words), ({ name, title, text }) => hit(`${base}/controls/${encodeURIComponent(name)}`, name, title, text)))
  if (may(scope.role, 'population.view')) groups.push(group('Populations', await store.findPopulations(trx, scope, words), ({ number, title, text }) => hit(`${base}/populations/${populationNumber(number)}`, populationNumber(number), title, text)))
  if (may(scope.role, 'exception.view')) groups.push(group('Exceptions', await store.findExceptions(trx, scope, words), ({ number, title }) => hit(`${base}/exceptions/${exceptionNumber(number)}`, exceptionNumber(number), title, '')))
  return groups
}

function group<T>(word: string, found: readonly T[], hitOf: (one: T) => Hit): Group {
  return { word, hits: found.slice(0, store.MOST).map(hitOf), more: found.length > store.MOST }
}
