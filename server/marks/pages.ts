import { mayStill } from '../access/policy.ts'
import type { Site } from '../access/site.ts'
import type { Tx } from '../database/connect.ts'
import { findReading, type Reading } from '../evidence/readings-store.ts'
import { findFile, findFileStanding } from '../evidence/store.ts'
import { describeMedia } from '../files/extensions.ts'
import { requestNumber } from '../requests/rules.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { recordView } from '../trail/views.ts'
import type { Choice } from '../web/fields.ts'
import type { FormState } from '../web/form.ts'
import { bodyOf, type Body, type Wanted } from './body-pages.ts'
import { citePlace, isSpot, placeQuery, usual, type Tickmark } from './rules.ts'
import { findMarkedBefore, listMarks, listTickmarks, type Mark } from './store.ts'

type ShownMark = { readonly number: number, readonly symbol: string, readonly note: string, readonly cite: string, readonly href: string, readonly by: string, readonly at: Date, readonly withdrawnBy: string | null, readonly withdrawnAt: Date | null }
type Fact = { readonly name: string, readonly value: string }

declare module '../web/view.ts' {
  interface Pages {
    'marks/show': {
      base: string, back: string, here: string, download: string, number: string, version: number, name: string, zone: string
      body: Body, find: string, facts: readonly Fact[], size: number, sha256: string, uploadedAt: Date
      marks: readonly ShownMark[], mayMark: boolean, form: FormState, legend: readonly Choice[], onLines: boolean, conflict: string | null
      carry: { version: number, marks: number } | null, firm: boolean, renderings: readonly { href: string, label: string }[], turns: readonly { href: string, label: string }[]
    }
    'marks/legend': { base: string, signs: readonly (Tickmark & { own: boolean })[], form: FormState, mayEdit: boolean }
  }
}

/** One piece of evidence, large, with the marks of the firm on it; the client sees no mark. */
export async function showPage(trx: Tx, site: Site, scope: EngagementScope, number: number, fileId: string, wanted: Wanted, again: { readonly form: FormState, readonly conflict: string | null }) {
  const request = await findRequest(trx, scope, number)
  const file = await findFile(trx, scope, request.id, fileId)
  const { number: version } = await findFileStanding(trx, scope, request.id, fileId)
  const reading = await findReading(trx, scope, file.sha256)
  const firm = scope.side === 'firm'
  const marks = firm ? await listMarks(trx, scope, file.id) : []
  const base = `/engagements/${scope.engagement.id}`
  const back = `${base}/requests/${requestNumber(number)}?file=${file.id}`
  const here = `${base}/requests/${requestNumber(number)}/files/${file.id}/view`
  const body = await bodyOf(trx, site, scope, file, reading, wanted, marks, here)
  if (body.lines || body.table || body.mail || body.archive?.opened) await recordView(trx, scope, 'file_previewed', file.id)
  const mayMark = mayStill(scope, 'evidence.mark') && (body.picture !== null && body.archive === null || body.lines !== null || body.table !== null)
  const pages = reading?.kind === 'pages' ? reading.total : 1
  const marked = [...new Set(marks.filter(({ withdrawnAt }) => withdrawnAt === null).flatMap(({ place }) => isSpot(place) ? [place.leaf] : []))]
  return {
    title: file.name, tab: 'requests' as const, scripts: ['marks.js', 'refresh.js'], base, back, here, download: `${base}/requests/${requestNumber(number)}/files/${file.id}`,
    number: requestNumber(number), version, name: file.name, zone: scope.engagement.zone, body, find: wanted.find,
    facts: factsOf(file.media_type, reading), size: file.size, sha256: file.sha256, uploadedAt: file.uploaded_at,
    marks: marks.map((mark) => shownMark(mark, here)), mayMark, ...again,
    legend: firm ? [...usual, ...await listTickmarks(trx, scope)].map(({ symbol, meaning }) => ({ value: symbol, label: `${symbol}  ${meaning}` })) : [],
    onLines: body.lines !== null || body.table !== null,
    carry: mayMark ? await findMarkedBefore(trx, scope, file.id) : null, firm,
    renderings: [...marks.some(({ place, withdrawnAt }) => withdrawnAt === null && !isSpot(place)) ? [{ href: `${here}/marked-lines.txt`, label: 'The marked lines' }] : [], ...marked.toSorted((a, b) => a - b).map((leaf) => ({ href: `${here}/rendering?leaf=${leaf}`, label: pages > 1 ? `Page ${leaf} with its marks` : 'The picture with its marks' }))],
    turns: body.picture === null ? [] : turnsOf(here, wanted),
  }
}

/** The signs a mark may carry and what each of them says. */
export async function legendPage(trx: Tx, scope: EngagementScope, form: FormState) {
  return {
    title: 'Tickmark legend', base: `/engagements/${scope.engagement.id}`, form, mayEdit: mayStill(scope, 'legend.edit'),
    signs: [...usual.map((sign) => ({ ...sign, own: false })), ...(await listTickmarks(trx, scope)).map((sign) => ({ ...sign, own: true }))],
  }
}

function shownMark({ number, symbol, note, place, by, at, withdrawnBy, withdrawnAt }: Mark, here: string): ShownMark {
  return { number, symbol, note, cite: citePlace(number, place), href: `${here}${placeQuery(place)}`, by, at, withdrawnBy, withdrawnAt }
}

function turnsOf(here: string, { leaf, turned, zoomed }: Wanted): { href: string, label: string }[] {
  const at = (turn: number, zoom: boolean) => `${here}?leaf=${leaf}&turn=${turn}${zoom ? '&zoom=1' : ''}`
  return [
    { label: zoomed ? 'Fit the page' : 'Every pixel', href: at(turned, !zoomed) },
    { label: 'Turn left', href: at((turned + 270) % 360, zoomed) }, { label: 'Turn right', href: at((turned + 90) % 360, zoomed) },
  ]
}

function factsOf(mediaType: string, reading: Reading | null): Fact[] {
  const facts: Fact[] = [{ name: 'Type', value: describeMedia(mediaType) }]
  if (reading?.kind === 'picture') {
    const { taken, camera, software, position } = reading.facts
    if (taken) facts.push({ name: 'Taken', value: `${taken}, by the clock of the device` })
    if (camera) facts.push({ name: 'Camera', value: camera })
    if (software) facts.push({ name: 'Software', value: software })
    if (position) facts.push({ name: 'Position', value: 'The original names where it was taken; what is shown here does not' })
  }
  if (reading?.kind === 'lines') facts.push({ name: 'Encoding', value: reading.facts.charset })
  return facts
}
