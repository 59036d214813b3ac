import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, NotFound } from '../errors.ts'
import { formState } from '../web/form.ts'
import { wantsJson } from '../web/failure.ts'
import { renderTemplate } from '../web/view.ts'
import { setResult, setResults, type Clash, type ResultChange } from './actions.ts'
import { hereOf, placeOf } from './address.ts'
import { readItemResults, readResult } from './forms.ts'
import { testPage, type Wanted } from './grid-pages.ts'
import type { Typed } from './pane-pages.ts'
import { listDrawn } from './grid-store.ts'
import { readCell, readVersions, savedCell } from './saved-pages.ts'
import { findLine, listAttributes } from './store.ts'

const one = '/engagements/:engagement/testing/:reference'

/** Where results arrive: one at a time from the grid, or all of an item from its form. */
export async function resultRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.post(`${one}/results`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const change = readResult(request.body)
    const wanted = async () => ({ cell: `${await rankOf(site, request, change.itemId)}.${change.letter}` })
    try {
      const { clash, saved } = await setResult(site, scope, placeOf(request), change)
      if (wantsJson(request)) return clash ? await answerClash(site, request, reply, clash) : saved ? await answerCell(reply, change, savedCell(saved)) : await answerSaved(site, request, reply, change)
      if (clash) return await showAgain(site, request, reply, 409, await wanted(), typedOf([change], null, [clash]))
      return await reply.redirect(hereOf(request), 303)
    } catch (error) {
      if (!(error instanceof Invalid) || wantsJson(request)) throw error
      return await showAgain(site, request, reply, 422, await wanted(), typedOf([change], error, []), error)
    }
  })

  app.get(`${one}/results`, { config: { permit: 'test.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.header('cache-control', 'no-store').send({ versions: await inScope(site.db, scope, async (trx) => readVersions(trx, scope, placeOf(request))) })
  })

  app.get(`${one}/results/:cell`, { config: { permit: 'test.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const [rank, letter] = (request.params as { cell: string }).cell.split('.')
    const itemId = await inScope(site.db, scope, async (trx) => {
      const line = await findLine(trx, scope, placeOf(request).control, placeOf(request).sequence)
      return (await listDrawn(trx, scope, line)).find((drawn) => drawn.rank === Number(rank))?.id
    })
    if (itemId === undefined || letter === undefined) throw new NotFound()
    return await answerSaved(site, request, reply, { itemId, letter })
  })

  app.post(`${one}/items/:rank`, { config: { permit: 'test.edit' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const rank = Number((request.params as { rank: string }).rank)
    const { itemId, letters } = await inScope(site.db, scope, async (trx) => {
      const line = await findLine(trx, scope, placeOf(request).control, placeOf(request).sequence)
      const item = (await listDrawn(trx, scope, line)).find((drawn) => drawn.rank === rank)
      if (!item) throw new NotFound()
      return { itemId: item.id, letters: (await listAttributes(trx, scope, line.id)).map(({ letter }) => letter) }
    })
    const changes = readItemResults(request.body, itemId, letters)
    try {
      const clashes = await setResults(site, scope, placeOf(request), changes, (letter) => `note-${letter}`)
      if (clashes.length > 0) return await showAgain(site, request, reply, 409, { item: rank }, typedOf(changes, null, clashes))
      return await reply.redirect(hereOf(request), 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await showAgain(site, request, reply, 422, { item: rank }, typedOf(changes, error, []), error)
    }
  })
}

async function answerSaved(site: Site, request: FastifyRequest, reply: FastifyReply, { itemId, letter }: Pick<ResultChange, 'itemId' | 'letter'>): Promise<FastifyReply> {
  const scope = engagementScope(request)
  return await answerCell(reply, { itemId, letter }, await inScope(site.db, scope, async (trx) => readCell(trx, scope, placeOf(request), itemId, letter)))
}

async function answerCell(reply: FastifyReply, { itemId, letter }: Pick<ResultChange, 'itemId' | 'letter'>, { view, foot, toGo }: ReturnType<typeof savedCell>): Promise<FastifyReply> {
  return await reply.header('cache-control', 'no-store').send({ ...JSON.parse(view.stored) as object, item: itemId, letter, html: renderTemplate('partials/cell', view), foot, toGo })
}

async function answerClash(site: Site, request: FastifyRequest, reply: FastifyReply, { itemId, letter }: Clash): Promise<FastifyReply> {
  const scope = engagementScope(request)
  const { view, by, at } = await inScope(site.db, scope, async (trx) => readCell(trx, scope, placeOf(request), itemId, letter))
  return await reply.code(409).header('cache-control', 'no-store').send({
    error: `${by} set this cell while you were looking at it.`, theirs: { ...JSON.parse(view.stored) as object, by, at }, html: renderTemplate('partials/cell', view),
  })
}

async function showAgain(site: Site, request: FastifyRequest, reply: FastifyReply, status: number, wanted: Wanted, typed: ReadonlyMap<string, Typed>, error?: Invalid): Promise<FastifyReply> {
  const scope = engagementScope(request)
  const page = await inScope(site.db, scope, async (trx) => testPage(trx, site, scope, placeOf(request), wanted, { typed, ...(error ? { form: formState({}, error) } : {}) }))
  return await reply.page('testing/show', page, { status })
}

function typedOf(changes: readonly ResultChange[], error: Invalid | null, clashes: readonly Clash[]): ReadonlyMap<string, Typed> {
  return new Map(changes.map(({ letter, result, note, citations }) => [letter, {
    result, note, citations, error: error?.fields['note'] ?? error?.fields[`note-${letter}`] ?? null, clash: clashes.some((clash) => clash.letter === letter),
  }]))
}

async function rankOf(site: Site, request: FastifyRequest, itemId: string): Promise<number> {
  const scope = engagementScope(request)
  return await inScope(site.db, scope, async (trx) => {
    const line = await findLine(trx, scope, placeOf(request).control, placeOf(request).sequence)
    const item = (await listDrawn(trx, scope, line, [itemId]))[0]
    if (!item) throw new NotFound()
    return item.rank
  })
}
