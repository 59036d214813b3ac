import type { Readable } from 'node:stream'
import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { renderMarked, writeMarkedLines } from '../marks/rendering-actions.ts'
import { isSpot } from '../marks/rules.ts'
import { listMarks } from '../marks/store.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EngagementScope } from '../scope.ts'
import { listComments } from '../threads/store.ts'
import { record } from '../trail/record.ts'
import { recordView } from '../trail/views.ts'
import { entryName, fileNumber, type BundleWish, type Listed, type ListedKind } from './bundle.ts'
import { indexFiles } from './bundle-index.ts'
import { listBundled, listBundledFiles, listBundledVersions, type BundleFile, type BundleVersion } from './bundle-store.ts'
import { answerText, threadText } from './bundle-texts.ts'
import { openZip } from './bundle-zip.ts'

type Request = { readonly id: string, readonly number: number, readonly title: string }
type Sample = { readonly path: string, readonly name: string, readonly at: Date, readonly pieces: Iterable<Buffer> | AsyncIterable<Buffer> }
type Place = Pick<Listed, 'request' | 'version' | 'file' | 'name'>

/** Writes in the trail and in the access log that a copy of the evidence leaves, before its first byte does. */
export async function recordBundle(site: Pick<Site, 'db'>, scope: EngagementScope, { copy, versions }: BundleWish): Promise<void> {
  await inScope(site.db, scope, async (trx) => {
    await recordView(trx, scope, 'evidence_exported', `${copy}/${versions}`)
    await record(trx, scope, { kind: 'evidence.exported', facts: { copy, versions } })
  })
}

/**
 * All evidence of the engagement as a ZIP that is made while it is read: each file under its number, its bytes verified on
 * the way, and at the end an index of what is inside and of what is not and why. A copy for the client holds no workpaper.
 */
export function streamBundle(site: Site, scope: EngagementScope, wish: BundleWish, samples: AsyncIterable<Sample>): Readable {
  const zip = openZip()
  const listed: Listed[] = []
  const at = new Date()
  const { client, system, firm, zone } = scope.engagement
  const bundle = new Bundle(site, scope, wish, zip, listed)
  const write = async () => {
    for (const request of await inScope(site.db, scope, async (trx) => listBundled(trx, scope))) await bundle.addRequest(request, at)
    if (wish.copy === 'firm') for await (const { path, name, at: drawn, pieces } of samples) await bundle.addMade('sample', path, { request: '', version: '', file: '', name }, pieces, drawn)
    for (const { path, pieces } of indexFiles({ ...wish, client, system, firm, zone, at: at.toISOString(), exporter: scope.actor.name }, listed)) await zip.put(path, pieces, { at, packed: true })
    zip.end()
  }
  write().catch((error: unknown) => zip.fail(error as Error))
  return zip.output
}

class Bundle {
  readonly #site: Site
  readonly #scope: EngagementScope
  readonly #wish: BundleWish
  readonly #zip: ReturnType<typeof openZip>
  readonly #listed: Listed[]

  constructor(site: Site, scope: EngagementScope, wish: BundleWish, zip: ReturnType<typeof openZip>, listed: Listed[]) {
    this.#site = site
    this.#scope = scope
    this.#wish = wish
    this.#zip = zip
    this.#listed = listed
  }

  async addRequest(request: Request, at: Date): Promise<void> {
    const { versions, files, words } = await inScope(this.#site.db, this.#scope, async (trx) => ({
      versions: await listBundledVersions(trx, this.#scope, request.id), files: await listBundledFiles(trx, this.#scope, request.id),
      words: (await listComments(trx, this.#scope, request.id)).filter(({ internal }) => this.#wish.copy === 'firm' || !internal),
    }))
    const newest = versions.findLast(({ status }) => status !== 'draft' && status !== 'withdrawn')
    for (const version of versions) {
      const why = version.status === 'draft' ? 'a draft that was not submitted' : version.status === 'withdrawn' ? 'withdrawn before it was decided'
        : this.#wish.versions === 'newest' && version !== newest ? `superseded by version ${newest!.number}, and the newest version alone was asked for` : null
      await this.#addVersion(request, version, files.filter(({ submission_id: id }) => id === version.id), why)
    }
    if (words.length > 0) await this.addMade('thread', `${requestNumber(request.number)}/thread.txt`, { request: requestNumber(request.number), version: '', file: '', name: 'thread.txt' }, [Buffer.from(threadText(request, words, this.#scope.engagement.zone))], words.at(-1)!.written_at ?? at)
  }

  async #addVersion(request: Request, version: BundleVersion, files: readonly BundleFile[], left: string | null): Promise<void> {
    const place = { request: requestNumber(request.number), version: `v${version.number}` }
    const folder = `${place.request}/${place.version}`
    if (version.status === 'draft') {
      if (version.files > 0) this.#leaveOut('evidence', { ...place, file: '', name: version.files === 1 ? '1 file' : `${version.files} files` }, null, '', left!)
      return
    }
    for (const file of files) {
      const why = file.withheld ? 'withheld: somebody said that it should not have been sent' : left
      if (why !== null) this.#leaveOut('evidence', { ...place, file: fileNumber(file.position), name: file.name }, file.size, file.sha256, why)
      else await this.#addEvidence(request, folder, place, file)
    }
    if (left === null) await this.addMade('answer', `${folder}/answer.txt`, { ...place, file: '', name: 'answer.txt' }, [Buffer.from(answerText(request, version, this.#scope.engagement.zone))], new Date(version.submitted_at ?? 0))
  }

  async #addEvidence(request: Request, folder: string, version: { request: string, version: string }, file: BundleFile): Promise<void> {
    const place = { ...version, file: fileNumber(file.position), name: file.name }
    if (!await this.#site.vault.has(file.sha256)) return this.#leaveOut('evidence', place, file.size, file.sha256, 'its bytes are missing from the store')
    const { name, shortened } = entryName(file.position, file.name)
    const path = `${folder}/${name}`
    const packed = /^text\/|json|xml/.test(file.media_type)
    const { sha256, bytes, error } = await this.#zip.put(path, this.#site.vault.read(file.sha256), { at: file.uploaded_at, packed, expected: file.size })
    const damage = error ? `its bytes could not be read to their end (${bytes} came)` : sha256 !== file.sha256 ? `its bytes are no longer those that were recorded; they give ${sha256}` : ''
    this.#listed.push({ ...place, kind: 'evidence', path, bytes: file.size, sha256: file.sha256, state: damage === '' ? 'inside' : 'damaged', why: damage !== '' ? damage : shortened ? 'its name is too long for a folder, so it stands under a shorter one' : '' })
    if (this.#wish.copy === 'firm' && file.marks > 0 && damage === '') await this.#addMarked(request, folder, place, file)
  }

  async #addMarked(request: Request, folder: string, place: Place, file: BundleFile): Promise<void> {
    const address = { request: request.number, file: file.id }
    const marks = await inScope(this.#site.db, this.#scope, async (trx) => listMarks(trx, this.#scope, file.id))
    const places = marks.filter(({ withdrawnAt }) => withdrawnAt === null).map((mark) => mark.place)
    for (const leaf of new Set(places.filter(isSpot).map((spot) => spot.leaf))) {
      await this.#addDrawn(`${folder}/marked/${place.file} page ${leaf}.png`, { ...place, name: `${file.name}, marked page ${leaf}` }, async () => (await renderMarked(this.#site, this.#scope, address, leaf)).png)
    }
    if (places.every(isSpot)) return
    await this.#addDrawn(`${folder}/marked/${place.file} marked-lines.txt`, { ...place, name: `${file.name}, marked lines` }, async () => Buffer.from((await writeMarkedLines(this.#site, this.#scope, address)).text))
  }

  async #addDrawn(path: string, place: Place, draw: () => Promise<Buffer>): Promise<void> {
    const drawn = await draw().catch((error: unknown) => error as Error)
    if (drawn instanceof Error) this.#leaveOut('marked', place, null, '', `it could not be drawn: ${drawn.message}`)
    else await this.addMade('marked', path, place, [drawn], new Date())
  }

  /** Puts what this program writes itself. */
  async addMade(kind: ListedKind, path: string, place: Place, pieces: Iterable<Buffer> | AsyncIterable<Buffer>, at: Date): Promise<void> {
    const { sha256, bytes, error } = await this.#zip.put(path, pieces, { at, packed: !path.endsWith('.png') })
    this.#listed.push({ ...place, kind, path, bytes, sha256, state: error ? 'damaged' : 'inside', why: error ? `it could not be written to its end: ${error.message}` : '' })
  }

  #leaveOut(kind: ListedKind, place: Place, bytes: number | null, sha256: string, why: string): void {
    this.#listed.push({ ...place, kind, path: null, bytes, sha256, state: 'left_out', why })
  }
}
