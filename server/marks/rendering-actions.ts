import type { Site } from '../access/site.ts'
import { inScope } from '../database/connect.ts'
import { NotFound, Refused } from '../errors.ts'
import { findLeaf, findReading } from '../evidence/readings-store.ts'
import { findFile } from '../evidence/store.ts'
import { runChild } from '../files/child.ts'
import type { MarkedTask } from '../files/marked.process.ts'
import { readLines } from '../files/lines.ts'
import { hear } from '../files/say.ts'
import { requestNumber } from '../requests/rules.ts'
import { findRequest } from '../requests/store.ts'
import type { EngagementScope } from '../scope.ts'
import type { FilePlace } from './actions.ts'
import { citePlace, isSpot, usual } from './rules.ts'
import { listMarks, listTickmarks } from './store.ts'
import { takeProcess } from './turns.ts'

/** A page of evidence with its standing marks drawn on it, as a PNG made for the purpose; the original stays as it is. Throws NotFound for a page without a picture. */
export async function renderMarked({ db, vault }: Site, scope: EngagementScope, at: FilePlace, leaf: number): Promise<{ name: string, png: Buffer }> {
  const { name, picture, task } = await inScope(db, scope, async (trx) => {
    const file = await findFile(trx, scope, (await findRequest(trx, scope, at.request)).id, at.file)
    const drawn = file.preview_sha256 !== null && leaf === 1 ? file.preview_sha256 : (await findLeaf(trx, scope, file.sha256, leaf))?.picture_sha256
    if (!drawn) throw new NotFound()
    const meanings = new Map([...usual, ...await listTickmarks(trx, scope)].map(({ symbol, meaning }) => [symbol, meaning]))
    const marks = (await listMarks(trx, scope, file.id)).flatMap(({ number, symbol, note, place, by, withdrawnAt }) =>
      withdrawnAt === null && isSpot(place) && place.leaf === leaf ? [{ ...place, number, words: `${meanings.get(symbol) ?? symbol}${note === '' ? '' : `: ${note}`} (${by})` }] : [])
    const title = `${requestNumber(at.request)}, ${file.name}, page ${leaf}, SHA-256 ${file.sha256.slice(0, 16)}`
    return { name: file.name, picture: drawn, task: { title, marks } satisfies MarkedTask }
  })
  const end = await takeProcess(async () => runChild({ program: './marked.process.ts', path: vault.localPath(picture), input: JSON.stringify(task), draws: true }))
  const heard = end.ended === 'well' ? hear(end.output) : null
  if (heard === null || heard.bytes.length !== (heard.header as { bytes: number }).bytes) throw new Refused('The picture with its marks could not be drawn. Try again in a moment.')
  return { name: `${name.replace(/\.[^.]*$/, '')}, marked.png`, png: heard.bytes }
}

/** Lines of one mark that are written out; a mark on more says so. */
const MOST_LINES = 200

/** The marked lines of a text or rows of a table with what is said of them, as a text made for the purpose. Throws NotFound where no line is marked. */
export async function writeMarkedLines({ db, vault }: Site, scope: EngagementScope, at: FilePlace): Promise<{ name: string, text: string }> {
  const { file, reading, marks } = await inScope(db, scope, async (trx) => {
    const found = await findFile(trx, scope, (await findRequest(trx, scope, at.request)).id, at.file)
    const meanings = new Map([...usual, ...await listTickmarks(trx, scope)].map(({ symbol, meaning }) => [symbol, meaning]))
    const standing = (await listMarks(trx, scope, found.id)).filter(({ withdrawnAt }) => withdrawnAt === null)
    return { file: found, reading: await findReading(trx, scope, found.sha256), marks: standing.map((mark) => ({ ...mark, meaning: meanings.get(mark.symbol) ?? '' })) }
  })
  const onLines = marks.filter(({ place }) => !isSpot(place))
  if (onLines.length === 0 || (reading?.kind !== 'lines' && reading?.kind !== 'rows')) throw new NotFound()
  const parts = [`${requestNumber(at.request)}, ${file.name}`, `SHA-256 ${file.sha256}`]
  for (const { number, symbol, meaning, note, place, by } of onLines) {
    if (isSpot(place)) continue
    const wanted = { from: place.first, limit: Math.min(MOST_LINES, place.last - place.first + 1), ...reading.kind === 'lines' ? { charset: reading.facts.charset } : {}, longest: 2000 }
    const lines = await readLines(vault, reading.kind === 'rows' ? reading.rowsSha256 : file.sha256, reading.facts, wanted)
    parts.push('', `${citePlace(number, place)}: ${symbol} ${meaning}${note === '' ? '' : `. ${note}`} (${by})`, ...lines.map((line) => `${String(line.number).padStart(8)}  ${line.text}${line.cut ? ' …' : ''}`))
    if (place.last - place.first >= MOST_LINES) parts.push('          and further lines')
  }
  return { name: `${file.name.replace(/\.[^.]*$/, '')}, marked lines.txt`, text: `${parts.join('\n')}\n` }
}
