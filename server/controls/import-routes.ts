import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { engagementScope } from '../access/guard.ts'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { Invalid, Refused } from '../errors.ts'
import type { EngagementScope } from '../scope.ts'
import { insertImport, listHeadings, lockImport, updateMapping, type Mapping, type SheetImport } from '../sheets/import-store.ts'
import { receiveLoosely } from '../sheets/receive.ts'
import { writeCsvSheet, writeXlsxSheet } from '../sheets/write-sheet.ts'
import { idIn } from '../web/address.ts'
import { formState, readForm } from '../web/form.ts'
import { applyImport, judgeImport, PURPOSE } from './import-actions.ts'
import { headingCriterion, importFields, isField, labelOfField } from './import-fields.ts'
import { guessMapping } from './import-guess.ts'
import { importMappingPage, importPreviewPage, importStartPage } from './import-pages.ts'
import { exportTable, listWritten } from './import-store.ts'
import { natureWords, typeWords } from './rules.ts'
import { closedWords, type ClosedField } from './words.ts'

const list = '/engagements/:engagement/controls'
const base = `${list}/imports`
const one = `${base}/:import`
const permit = 'control.import'

/** The controls as a file, and a list of them from elsewhere: what its columns mean, what each row would do, and doing it. */
export async function importRoutes(app: FastifyInstance, site: Site): Promise<void> {
  for (const format of ['csv', 'xlsx'] as const) {
    app.get(`${list}/export.${format}`, { config: { permit: 'control.view' } }, async (request, reply) => {
      const scope = engagementScope(request)
      const { header, rows, widths } = await inScope(site.db, scope, async (trx) => exportTable(await listWritten(trx, scope)))
      reply.header('content-disposition', `attachment; filename="controls.${format}"`).header('cache-control', 'no-store')
      if (format === 'csv') return await reply.type('text/csv; charset=utf-8').send(writeCsvSheet(header, rows))
      return await reply.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet').send(await writeXlsxSheet('Controls', header, rows, widths))
    })
  }

  app.get(`${base}/new`, { config: { permit } }, async (request, reply) => reply.page('controls/import', importStartPage(engagementScope(request), formState())))

  app.post(base, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    try {
      const { headerRow, sheet, sheets, ...file } = await receiveLoosely(request, { noun: 'controls', rows: 2000, bytes: 10 * 1024 ** 2 }, importFields)
      const id = await inScope(site.db, scope, async (trx) => {
        const { columns, defaults } = guessMapping(file.header, file.rows, await listHeadings(trx, scope, PURPOSE))
        const inserted = await insertImport(trx, scope, PURPOSE, file)
        const source = scope.role === 'lead' ? '' : file.name
        await updateMapping(trx, scope, inserted, { columns, defaults: { ...defaults, source, first: String(headerRow + 1), sheets: [sheet ?? '', ...sheets.filter((name) => name !== sheet)].join('\n') } })
        return inserted
      })
      return await reply.redirect(`/engagements/${scope.engagement.id}/controls/imports/${id}/mapping`, 303)
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      return await reply.page('controls/import', importStartPage(scope, formState({}, error)), { status: 422 })
    }
  })

  app.get(`${one}/mapping`, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    const sheet = await inScope(site.db, scope, async (trx) => lockImport(trx, scope, PURPOSE, importOf(request)))
    return await reply.page('controls/import-mapping', importMappingPage(scope, sheet, mappingOf(sheet), null))
  })

  app.post(`${one}/mapping`, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    const id = importOf(request)
    const again = await inScope(site.db, scope, async (trx) => {
      const sheet = await lockImport(trx, scope, PURPOSE, id)
      const { mapping, problem } = readMapping(scope, sheet, request.body)
      if (problem) return importMappingPage(scope, sheet, mapping, formState(request.body, problem))
      await updateMapping(trx, scope, id, mapping)
      return null
    })
    if (again) return await reply.page('controls/import-mapping', again, { status: 422 })
    return await reply.redirect(`/engagements/${scope.engagement.id}/controls/imports/${id}/preview`, 303)
  })

  app.get(`${one}/preview`, { config: { permit } }, async (request, reply) => reply.page('controls/import-preview', await preview(site, engagementScope(request), importOf(request))))

  app.post(`${one}/adoption`, { config: { permit } }, async (request, reply) => {
    const scope = engagementScope(request)
    const { digest } = readForm(z.object({ digest: z.string('Look at the preview first.') }), request.body)
    try {
      await applyImport(site, scope, importOf(request), digest)
      const { without } = await inScope(site.db, scope, async (trx) => ({ without: (await listWritten(trx, scope)).some(({ written }) => written.frequency === '') }))
      return await reply.redirect(`/engagements/${scope.engagement.id}/controls${without && scope.role !== 'lead' ? '/frequencies' : ''}`, 303)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return await reply.page('controls/import-preview', await preview(site, scope, importOf(request), error.message), { status: 409 })
    }
  })
}

async function preview(site: Site, scope: EngagementScope, id: string, conflict: string | null = null) {
  return await inScope(site.db, scope, async (trx) => {
    const sheet = await lockImport(trx, scope, PURPOSE, id)
    const mapping = mappingOf(sheet)
    return importPreviewPage(scope, sheet, await judgeImport(trx, scope, sheet, mapping), mapping.defaults['source'] ?? '', conflict)
  })
}

function mappingOf(sheet: SheetImport): Mapping {
  return sheet.mapping ?? guessMapping(sheet.header, sheet.rows, new Map())
}

const choices = z.object({
  source: z.string().max(500, 'The source has at most 500 characters.').default(''),
  prefix: z.string().max(12, 'A prefix has at most 12 characters.').regex(/^[\p{L}\p{N}][^\s\\]*$/u, 'A prefix begins with a letter or digit and has no spaces, such as C-.').or(z.literal('')).default(''),
  type: z.enum(['', ...Object.keys(typeWords)]).catch('').default(''), nature: z.enum(['', ...Object.keys(natureWords)]).catch('').default(''),
  fill: z.string().optional(), leave: z.string().optional(),
})

function readMapping(scope: EngagementScope, sheet: SheetImport, body: unknown): { mapping: Mapping, problem: Invalid | null } {
  const form = readForm(z.record(z.string(), z.unknown()), body)
  const columns = sheet.header.map((heading, place) => {
    const chosen = form[`column-${place}`]
    return typeof chosen === 'string' && (isField(chosen) || chosen === `tick:${headingCriterion(heading)}`) ? chosen : null
  })
  const wrong: Record<string, string> = {}
  let said: z.infer<typeof choices> = { source: '', prefix: '', type: '', nature: '' }
  try {
    said = readForm(choices, body)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    Object.assign(wrong, error.fields)
  }
  const kept = Object.fromEntries(['first', 'sheets'].map((name) => [name, sheet.mapping?.defaults[name] ?? '']))
  const mapping: Mapping = { columns, defaults: { ...kept, source: said.source, prefix: said.prefix, type: said.type, nature: said.nature, fill: said.fill ? 'yes' : '', leave: said.leave ? 'yes' : '', ...meaningsOf(form) } }
  const twice = importFields.find(({ name }) => name !== 'criteria' && columns.filter((column) => column === name).length > 1)
  if (twice) wrong[`column-${columns.lastIndexOf(twice.name)}`] = `Two columns are meant to be “${labelOfField(twice.name)}”. Leave one of them out.`
  if (!columns.includes('wording') && !columns.includes('number')) wrong['column-0'] = 'Say which column holds the wording, or the number of a control that is there already.'
  if (scope.role !== 'lead' && said.source === '') wrong['source'] ??= 'Say where the wording comes from: whose list it is, and when it was sent.'
  return { mapping, problem: Object.keys(wrong).length > 0 ? new Invalid(wrong) : null }
}

/** What was chosen for words of the list other than the guess, as a mapping keeps it. */
function meaningsOf(form: Record<string, unknown>): Record<string, string> {
  const meanings: Record<string, string> = {}
  for (const [name, key] of Object.entries(form)) {
    if (!name.startsWith('word-') || typeof key !== 'string') continue
    const field = key.slice(0, key.indexOf(':'))
    const chosen = form[`meaning-${name.slice('word-'.length)}`]
    if (!Object.hasOwn(closedWords, field) || typeof chosen !== 'string' || chosen === 'guess') continue
    if (chosen === 'open' || Object.hasOwn(closedWords[field as ClosedField].words, chosen)) meanings[`meaning:${key}`] = chosen === 'open' ? '' : chosen
  }
  return meanings
}

function importOf(request: FastifyRequest): string {
  return idIn(request, 'import')
}
