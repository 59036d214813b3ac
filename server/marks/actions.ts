import type { Site } from '../access/site.ts'
import { inScope, type Tx } from '../database/connect.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { findLeaf, findReading } from '../evidence/readings-store.ts'
import { findFile, type FileRow } from '../evidence/store.ts'
import { PAGES_AT_ONCE } from '../files/pdf.ts'
import { enqueue } from '../jobs/queue.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import { record } from '../trail/record.ts'
import { isSpot, refuseOutside, refuseUnknown, usual, type Place, type Tickmark } from './rules.ts'
import { findMarkedBefore, insertMark, insertTickmark, listMarks, listTickmarks, lockFile, withdrawMark } from './store.ts'

/** A file in its request. */
export type FilePlace = { readonly request: number, readonly file: string }

/** Puts a tickmark on a spot or on lines of a file and returns its number; the file's bytes stay as they are. Throws Refused outside the file. */
export async function makeMark({ db }: Site, scope: EngagementScope, at: FilePlace, mark: { readonly symbol: string, readonly note: string, readonly place: Place }): Promise<number> {
  return await inScope(db, scope, async (trx) => {
    const file = await findFileAt(trx, scope, at)
    refuseUnknown(mark.symbol, [...usual, ...await listTickmarks(trx, scope)])
    refuseOutside(mark.place, await extentOf(trx, scope, file, mark.place))
    await lockFile(trx, scope, file.id)
    const { id, number } = await insertMark(trx, scope, file.id, { ...mark, carriedFrom: null })
    await record(trx, scope, { kind: 'mark.made', facts: { markId: id, fileId: file.id, number, symbol: mark.symbol }, detail: { note: mark.note } })
    return number
  })
}

/** Takes a mark back; it stays on file as taken back. */
export async function takeBackMark({ db }: Site, scope: EngagementScope, at: FilePlace, number: number): Promise<void> {
  await inScope(db, scope, async (trx) => {
    const file = await findFileAt(trx, scope, at)
    const id = await withdrawMark(trx, scope, file.id, number)
    await record(trx, scope, { kind: 'mark.withdrawn', facts: { markId: id, fileId: file.id, number } })
  })
}

/** Repeats the standing marks of the file that this one takes the place of, as far as they fit on it. */
export async function carryMarks({ db }: Site, scope: EngagementScope, at: FilePlace): Promise<void> {
  await inScope(db, scope, async (trx) => {
    const file = await findFileAt(trx, scope, at)
    await lockFile(trx, scope, file.id)
    const before = await findMarkedBefore(trx, scope, file.id)
    if (before === null) throw new Refused('There are no marks to carry over by now.')
    const standing = (await listMarks(trx, scope, before.id)).filter(({ withdrawnAt }) => withdrawnAt === null)
    let carried = 0
    for (const { id, symbol, note, place } of standing) {
      const total = await extentOf(trx, scope, file, place).catch(() => 0)
      if ((isSpot(place) ? place.leaf : place.last) > total) continue
      await insertMark(trx, scope, file.id, { symbol, note, place, carriedFrom: id })
      carried += 1
    }
    if (carried === 0) throw new Refused('None of these marks fits on this file, which is shorter or of another kind.')
    await record(trx, scope, { kind: 'mark.carried', facts: { fileId: file.id, fromFileId: before.id, marks: carried } })
  })
}

/** Adds a sign to the legend of the engagement. */
export async function addTickmark({ db }: Site, scope: EngagementScope, sign: Tickmark): Promise<void> {
  await inScope(db, scope, async (trx) => {
    if (usual.some(({ symbol }) => symbol === sign.symbol) || !await insertTickmark(trx, scope, sign)) throw new Invalid({ symbol: 'The legend has this sign already.' })
    await record(trx, scope, { kind: 'legend.added', facts: { symbol: sign.symbol }, detail: { meaning: sign.meaning } })
  })
}

/** Has a page that somebody wants to see drawn, with those around it; or one file of an archive opened. */
export async function askForLeaf({ db }: Site, scope: EngagementScope, at: FilePlace, leaf: number): Promise<void> {
  await inScope(db, scope, async (trx) => {
    const file = await findFileAt(trx, scope, at)
    const reading = await findReading(trx, scope, file.sha256)
    if (reading === null || (reading.kind !== 'pages' && reading.kind !== 'entries') || leaf < 1 || leaf > reading.total) throw new NotFound()
    if (await findLeaf(trx, scope, file.sha256, leaf) !== null) return
    const first = reading.kind === 'entries' ? leaf : leaf - (leaf - 1) % PAGES_AT_ONCE
    await enqueue(trx, 'draw_leaves', { engagementId: scope.engagement.id, fileId: file.id, first }, `leaves:${scope.engagement.id}:${file.sha256}:${first}`)
  })
}

async function findFileAt(trx: Tx, scope: EngagementScope, { request, file }: FilePlace): Promise<FileRow> {
  return await findFile(trx, scope, (await findRequest(trx, scope, request)).id, file)
}

/** How many pages a spot may lie on, or how many lines there are; throws Refused where the file has none of them. */
async function extentOf(trx: Tx, scope: EngagementScope, file: FileRow, place: Place): Promise<number> {
  const reading = await findReading(trx, scope, file.sha256)
  if (reading === null) throw new NotFound('This file is still being read.')
  if (isSpot(place)) {
    if (file.preview === 'ready') return 1
    if (reading.kind === 'pages') return reading.total
    throw new Refused('This file has no pages to put a mark on.')
  }
  if (reading.kind === 'lines' || reading.kind === 'rows') return reading.total
  throw new Refused('This file has no lines to put a mark on.')
}
