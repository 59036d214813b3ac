import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import { may, mayStill } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import { listControls } from '../controls/store.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { contentDisposition } from '../files/names.ts'
import { readDay } from '../requests/draft.ts'
import { listOwners } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { testReference } from '../testing/rules.ts'
import { listLines } from '../testing/store.ts'
import { recordView } from '../trail/views.ts'
import { formState, readForm, type FormState } from '../web/form.ts'
import { drawSample, type DrawPlan } from './draw-actions.ts'
import { readDrawForm, type DrawForm } from './draw-form.ts'
import { drawCard, drawFormPage, itemsPage, sizeOf, type DrawFormPage, type FreeLine } from './draws-pages.ts'
import { findDraw, listDrawn, listSteps, type DrawRow } from './draws-store.ts'
import { streamKeys, streamStrata } from './keys-stream.ts'
import { findTerms } from './policy-store.ts'
import { keysFile, strataFile } from './recipe.ts'
import { drawRecord } from './record-pages.ts'
import { populationOf } from './routes.ts'
import { drawNumber, next, parseNumber, populationNumber, refuseEmpty } from './rules.ts'
import { extendDraw, replaceItem, type DrawPlace } from './step-actions.ts'
import { extensionGrounds, readReplacementGround, type ExtensionGround } from './steps.ts'
import { findPopulation, listControlsOf, type PopulationRow } from './store.ts'

const base = '/engagements/:engagement/populations/:population/draws'
const one = `${base}/:draw`
const ITEMS = 200

const reason = z.string('Say why in words; it goes into the record.').trim().min(1, 'Say why in words; it goes into the record.').max(2000, 'Keep the reason under 2,000 characters.')
const extending = z.object({
  size: z.coerce.number('Say how many further items.').int('Give a whole number of items.').min(1, 'Take at least 1 further item.').max(1000, 'Take at most 1,000 further items.'),
  ground: z.enum(Object.keys(extensionGrounds) as [ExtensionGround, ...ExtensionGround[]], 'Choose why the sample is extended.'), reason, due: z.string().default(''),
})
const replacing = z.object({ rank: z.coerce.number('Give the rank of the item.').int().min(1).max(2_000_000_000), stands: z.string('Choose why the item is replaced.'), verified: reason, needed: z.string().default('') })

/** Samples: drawing them, and everything somebody needs to draw them again. */
export async function sampleRoutes(app: FastifyInstance, site: Site): Promise<void> {
  app.get(`${base}/new`, { config: { permit: 'sample.draw' } }, async (request, reply) => {
    const scope = engagementScope(request)
    return await reply.page('populations/draw', await inScope(site.db, scope, async (trx) => drawForm(trx, scope, populationOf(request), null)))
  })

  app.post(base, { config: { permit: 'sample.draw' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const number = populationOf(request)
    try {
      const population = await inScope(site.db, scope, async (trx) => findPopulation(trx, scope, number))
      const form = readDrawForm(request.body, population.header)
      const drawn = await drawSample(site, scope, number, await inScope(site.db, scope, async (trx) => planOf(trx, scope, population, form)))
      return await reply.redirect(`/engagements/${scope.engagement.id}/populations/${populationNumber(number)}/draws/${drawNumber(drawn)}`, 303)
    } catch (error) {
      if (!(error instanceof Invalid) && !(error instanceof Refused)) throw error
      const wrong = error instanceof Invalid ? error : new Invalid({ form: error.message })
      const page = await inScope(site.db, scope, async (trx) => drawForm(trx, scope, number, formState(request.body, wrong)))
      return await reply.page('populations/draw', page, { status: error instanceof Invalid ? 422 : 409 })
    }
  })

  app.get(one, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { after } = readForm(z.object({ after: z.coerce.number().int().min(0).max(2_000_000_000).catch(0).default(0) }), request.query)
    return await reply.page('populations/items', await inScope(site.db, scope, async (trx) => itemsOf(trx, scope, request, after, formState())))
  })

  app.post(`${one}/extension`, { config: { permit: 'sample.draw' } }, async (request, reply) => {
    return await goOn(site, request, reply, async (scope, place) => {
      const { size, ground, reason, due } = readForm(extending, request.body)
      await extendDraw(site, scope, place, { size, ground, reason, dueOn: due === '' ? '' : readDay('due', due) }, !may(scope.role, 'request.issue'))
    })
  })

  app.post(`${one}/replacement`, { config: { permit: 'sample.draw' } }, async (request, reply) => {
    return await goOn(site, request, reply, async (scope, place) => {
      const { rank, stands, verified, needed } = readForm(replacing, request.body)
      await replaceItem(site, scope, place, { rank, ground: readReplacementGround(stands), reason: verified, dueOn: needed === '' ? '' : readDay('needed', needed) }, !may(scope.role, 'request.issue'))
    })
  })

  app.get(`${one}/${keysFile}`, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { population, draw } = await inScope(site.db, scope, async (trx) => noted(trx, scope, request))
    return await asText(reply, keysFile).send(Readable.from(streamKeys(site, scope, population, draw)))
  })

  app.get(`${one}/${strataFile}`, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { population, draw } = await inScope(site.db, scope, async (trx) => noted(trx, scope, request))
    if (draw.stratum_column === null) throw new NotFound('This draw was not divided.')
    return await asText(reply, strataFile).send(Readable.from(streamStrata(site, scope, population, draw)))
  })

  app.get(`${one}/record.txt`, { config: { permit: 'population.view' } }, async (request, reply) => {
    const scope = engagementScope(request)
    const text = await inScope(site.db, scope, async (trx) => {
      const { population, draw } = await noted(trx, scope, request)
      return drawRecord(scope, population, await drawCard(trx, scope, population, draw), await listDrawn(trx, scope, draw.id))
    })
    return await asText(reply, `${populationNumber(populationOf(request))}-${drawNumber(drawOfAddress(request))}-record.txt`).send(text)
  })
}

/** Goes on with a draw; what was typed is shown again when it cannot be. */
async function goOn(site: Site, request: FastifyRequest, reply: FastifyReply, act: (scope: EngagementScope, place: DrawPlace) => Promise<void>): Promise<FastifyReply> {
  const scope = engagementScope(request)
  try {
    await act(scope, { population: populationOf(request), draw: drawOfAddress(request) })
  } catch (error) {
    if (!(error instanceof Invalid) && !(error instanceof Refused)) throw error
    const form = formState(request.body, error instanceof Invalid ? error : new Invalid({ form: error.message }))
    const page = await inScope(site.db, scope, async (trx) => itemsOf(trx, scope, request, 0, form))
    return await reply.page('populations/items', page, { status: error instanceof Invalid ? 422 : 409 })
  }
  const { population, draw } = request.params as { population: string, draw: string }
  return await reply.redirect(`/engagements/${scope.engagement.id}/populations/${population}/draws/${draw}`, 303)
}

async function itemsOf(trx: Tx, scope: EngagementScope, request: FastifyRequest, after: number, form: FormState) {
  const { population, draw } = await drawOf(trx, scope, request)
  const steps = await listSteps(trx, scope, draw.id)
  return itemsPage(scope, {
    population, draw: await drawCard(trx, scope, population, draw), items: await listDrawn(trx, scope, draw.id, { after, limit: ITEMS }), after, shown: ITEMS, form,
    replaced: new Set(steps.flatMap(({ replaced_rank: rank }) => rank === null ? [] : [rank])), total: draw.size + steps.reduce((sum, { size }) => sum + size, 0),
    mayGoOn: mayStill(scope, 'sample.draw'),
  })
}

function asText(reply: FastifyReply, name: string): FastifyReply {
  return reply.headers({ 'content-type': 'text/plain; charset=utf-8', 'content-disposition': contentDisposition(name, 'attachment'), 'cache-control': 'private, no-store' })
}

async function noted(trx: Tx, scope: EngagementScope, request: FastifyRequest): Promise<{ population: PopulationRow, draw: DrawRow }> {
  const found = await drawOf(trx, scope, request)
  await recordView(trx, scope, 'draw_record_downloaded', found.draw.id)
  return found
}

async function drawOf(trx: Tx, scope: EngagementScope, request: FastifyRequest): Promise<{ population: PopulationRow, draw: DrawRow }> {
  const population = await findPopulation(trx, scope, populationOf(request))
  return { population, draw: await findDraw(trx, scope, population.id, drawOfAddress(request)) }
}

function drawOfAddress(request: FastifyRequest): number {
  const number = parseNumber('D', (request.params as { draw: string }).draw)
  if (number === null) throw new NotFound()
  return number
}

/** The form as it begins, or with `typed` what came back from it. */
async function drawForm(trx: Tx, scope: EngagementScope, number: number, typed: FormState | null): Promise<DrawFormPage> {
  const population = await findPopulation(trx, scope, number)
  if (typed === null) {
    if (population.status !== 'locked') next(population.status, 'lock')
    refuseEmpty({ number, inScope: population.in_scope_count })
  }
  const asked = new Set((await listControlsOf(trx, scope, population)))
  const lines = await listFreeLines(trx, scope, asked)
  const owners = await listOwners(trx, scope)
  const chosen = lines.filter(({ control, drawn }) => asked.has(control) && !drawn)
  const terms = await findTerms(trx, scope)
  const size = Math.max(0, ...chosen.map((line) => sizeOf(line, population.in_scope_count ?? 0, terms).n))
  const form = typed ?? formState({
    line: chosen.map(({ id }) => id), method: 'random', n: size || '',
    evidence: 'request', title: `Evidence for the sample from ${population.name}`,
  })
  return drawFormPage(scope, { population, lines, owners, form, mayIssue: may(scope.role, 'request.issue'), mayDrawAgain: may(scope.role, 'sample.draw_again'), terms })
}

/** Tests that wait for a sample, those of the controls the list was asked for first; for a manager also those that have one. */
async function listFreeLines(trx: Tx, scope: EngagementScope, asked: ReadonlySet<string>): Promise<FreeLine[]> {
  const controls = new Map((await listControls(trx, scope)).map((control) => [control.number, control]))
  const free = (await listLines(trx, scope)).filter((line) => (line.draw_id === null || may(scope.role, 'sample.draw_again')) && !line.no_occurrence && line.kind === 'sample')
  const lines = free.map((line): FreeLine => ({
    id: line.id, drawn: line.draw_id !== null, reference: testReference(line.control_number, line.sequence), title: line.title, control: line.control_number,
    frequencies: controls.get(line.control_number)?.frequencies ?? [], risk: controls.get(line.control_number)?.risk ?? 'moderate',
  }))
  return lines.toSorted((one, other) => Number(one.drawn) - Number(other.drawn) || Number(asked.has(other.control)) - Number(asked.has(one.control)))
}

async function planOf(trx: Tx, scope: EngagementScope, population: PopulationRow, form: DrawForm): Promise<DrawPlan> {
  const drawing = {
    testLineIds: form.lines, filter: form.filter, method: form.method, n: form.n, reason: form.reason, secondReason: form.secondReason, picks: form.picks,
    ...form.stratumColumn === null ? {} : { stratumColumn: form.stratumColumn },
  }
  if (form.request === null) return { ...drawing, request: null }
  const { title, ask, why, owner, due, others, checklist } = form.request
  const controlIds = [...new Set((await listLines(trx, scope)).filter(({ id }) => form.lines.includes(id)).map((line) => line.control_id))]
  return {
    ...drawing,
    draftOnly: !may(scope.role, 'request.issue'),
    request: { title, ask, why, system: population.source_system, example: '', priority: 'normal', ownerId: owner, dueOn: readDay('due', due), controlIds, checklist, others },
  }
}
