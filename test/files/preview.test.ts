import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import t from 'tap'
import { renderPreview } from '../../server/files/preview.process.ts'
import { makePreview, type Preview } from '../../server/files/preview.ts'
import { openVault } from '../../server/files/vault.ts'
import { filesOf } from './bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'tickmark-'))
const vault = await openVault({ folder, maxBytes: 2 ** 30 })
const red = { r: 200, g: 30, b: 30 }

t.test('each kind of picture becomes a small WebP with the size of the original', async (t) => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const) {
    const bytes = await sharp({ create: { width: 2400, height: 600, channels: 3, background: red } }).toFormat(format).toBuffer()
    const preview = await previewOf(bytes)
    t.match(preview, { state: 'ready', width: 2000, height: 500, originalWidth: 2400, originalHeight: 600 }, format)
    if (preview.state !== 'ready') continue
    t.equal((await sharp(await readFile(vault.localPath(preview.sha256))).metadata()).format, 'webp')
  }
  const small = await sharp({ create: { width: 30, height: 20, channels: 4, background: '#0000' } }).png().toBuffer()
  t.match(await previewOf(small), { state: 'ready', width: 30, height: 20 }, 'small ones stay as they are')
})

t.test('the place, camera and words in a photograph are gone, and it stands upright', async (t) => {
  const bytes = await sharp({ create: { width: 40, height: 20, channels: 3, background: red } })
    .withExif({ IFD0: { Copyright: 'Secret Owner', Make: 'Camera' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 }).jpeg().toBuffer()
  t.ok((await sharp(bytes).metadata()).exif?.includes('Secret Owner'), 'the original holds them')
  const preview = await previewOf(bytes)
  if (preview.state !== 'ready') return t.fail(preview.reason)
  t.match(preview, { width: 20, height: 40, originalWidth: 20, originalHeight: 40 })
  const shown = await readFile(vault.localPath(preview.sha256))
  const { exif, xmp, iptc, icc, orientation } = await sharp(shown).metadata()
  t.same([exif, xmp, iptc, icc, orientation], [undefined, undefined, undefined, undefined, undefined])
  t.notOk(shown.includes('Secret Owner'))
})

t.test('floods, cuts, junk and disguises end in a sentence and leave nothing behind', async (t) => {
  const photo = sharp({ create: { width: 900, height: 900, channels: 3, background: red, noise: { type: 'gaussian', mean: 99, sigma: 60 } } })
  const png = await photo.png().toBuffer()
  const jpeg = await photo.jpeg().toBuffer()
  const cases: [string, Buffer, RegExp][] = [
    ['a flood of 65,000 by 65,000 pixels', flood(65_000, 65_000), /50 million pixels/],
    ['one pixel over the limit', flood(50_000_001, 1), /50 million pixels/],
    ['a cut PNG', png.subarray(0, png.length >> 1), /damaged/],
    ['a cut JPEG', jpeg.subarray(0, jpeg.length >> 1), /damaged/],
    ['junk behind a PNG signature', Buffer.concat([png.subarray(0, 8), Buffer.alloc(500, 7)]), /damaged/],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'), /Only JPEG/],
    ['an HTML page', Buffer.from('<!DOCTYPE html><script>1</script>'), /Only JPEG/],
    ['a PPM, which the library could read', Buffer.from(`P6 2 2 255\n${'x'.repeat(12)}`), /Only JPEG/],
    ['a PDF', Buffer.from('%PDF-1.7\n'), /Only JPEG/],
    ['a ZIP', Buffer.from('PK\x03\x04aaaaaaaaaaaaaaaaaaaa'), /Only JPEG/]
  ]
  for (const [title, bytes, reason] of cases) {
    const { sha256 } = await vault.store(Readable.from([bytes]))
    const before = await filesOf(folder)
    t.match(await makePreview({ vault, sha256, kind: 'image' }), { state: 'none', reason }, title)
    t.same(await filesOf(folder), before, title)
  }
})

t.test('only what was judged an image reaches the child', async (t) => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
  const { sha256 } = await vault.store(Readable.from([svg]))
  for (const kind of ['text', 'csv', 'pdf', 'zip', 'office', 'mail', 'other'] as const) {
    t.match(await makePreview({ vault, sha256, kind }), { state: 'none', reason: /Only images/ }, kind)
  }
})

t.test('a child that runs over its time is ended', async (t) => {
  const bytes = await sharp({ create: { width: 2000, height: 2000, channels: 3, background: red } }).png().toBuffer()
  const { sha256 } = await vault.store(Readable.from([bytes]))
  t.match(await makePreview({ vault, sha256, kind: 'image', timeLimitMs: 1 }), { state: 'none', reason: /too long/ })
})

t.test('a picture near the limit is drawn within the bounds of the child', async (t) => {
  const bytes = await sharp({ create: { width: 7000, height: 7000, channels: 3, background: red } }).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  t.match(await previewOf(bytes), { state: 'ready', width: 2000, height: 2000, originalWidth: 7000, originalHeight: 7000 })
})

t.test('the drawing itself answers for good and bad files alike', async (t) => {
  const bytes = await sharp({ create: { width: 8, height: 4, channels: 3, background: red } }).png().toBuffer()
  const { sha256 } = await vault.store(Readable.from([bytes]))
  t.match(await renderPreview(vault.localPath(sha256)), { header: { ok: true, width: 8, height: 4 } })
  t.match(await renderPreview('/nowhere/at/all.png'), { header: { ok: false, problem: 'damaged' } })
})

async function previewOf(bytes: Buffer): Promise<Preview> {
  const { sha256 } = await vault.store(Readable.from([bytes]))
  return makePreview({ vault, sha256, kind: 'image' })
}

/** A PNG of a few bytes that claims to be huge. */
function flood(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), block('IHDR', header), block('IDAT', deflateSync(Buffer.alloc(100_000))), block('IEND', Buffer.alloc(0))])
}

function block(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
