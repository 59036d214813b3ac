import { writeSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import sharp, { type Sharp } from 'sharp'

const mostPixels = 50_000_000
const widest = 2000
const mostMemory = 512 * 1024 * 1024
const hashed = 16
// Screens are flat for the most part, and there compression alone makes one point a trace brighter than the next.
const noise = 3
const loaders = ['Jpeg', 'Png', 'Webp', 'Heif', 'Tiff', 'Nsgif']

/** Answer of the child: one line of JSON, then the WebP bytes when it went well. Widths and heights in pixels; `hash`: 256 of 0 and 1, see `hashPicture`. */
export type PreviewHeader =
  | { ok: true, width: number, height: number, originalWidth: number, originalHeight: number, hash: string }
  | { ok: false, problem: 'pixels' | 'format' | 'damaged' | 'memory' }

if (import.meta.main) {
  // It may be started before there is a picture, and waits to be told which.
  const path = await text(process.stdin)
  if (path === '') process.exit(0)
  watchMemory()
  const { header, image } = await renderPreview(path)
  writeAll(Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), image]))
  process.exit(0)
}

/** Re-encodes an image as WebP, upright, at most 2000 px wide, without any metadata. Runs in a child process. */
export async function renderPreview(path: string): Promise<{ header: PreviewHeader, image: Buffer }> {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: [...loaders.map((loader) => `VipsForeignLoad${loader}File`), 'VipsForeignLoadWebpBuffer'] })
  sharp.cache(false)
  sharp.concurrency(1)
  try {
    const source = sharp(path, { failOn: 'error', limitInputPixels: mostPixels, sequentialRead: true })
    const { width, height, autoOrient } = await source.metadata()
    if (width * height > mostPixels) return { header: { ok: false, problem: 'pixels' }, image: Buffer.alloc(0) }
    const { data, info } = await source.autoOrient().resize({ width: widest, withoutEnlargement: true })
      .webp({ quality: 82 }).toBuffer({ resolveWithObject: true })
    const size = { width: info.width, height: info.height, originalWidth: autoOrient.width, originalHeight: autoOrient.height }
    // What was just drawn is upright, small and ours; the original would have to be read a second time.
    const hash = await hashPicture(sharp(data, { failOn: 'error' }))
    return { header: { ok: true, ...size, hash }, image: data }
  } catch (error) {
    return { header: { ok: false, problem: problemOf(error) }, image: Buffer.alloc(0) }
  }
}

/**
 * 256 bits as a text of 0 and 1: whether each of 16 × 16 points is clearly brighter than its neighbour to the right
 * (difference hash). Size, compression and small changes of colour hardly move it.
 */
async function hashPicture(picture: Sharp): Promise<string> {
  const { data, info } = await picture.flatten({ background: '#fff' }).greyscale().resize(hashed + 1, hashed, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => data[(y * info.width + x) * info.channels]!
  const bits: string[] = []
  for (let y = 0; y < hashed; y++) {
    for (let x = 0; x < hashed; x++) bits.push(at(x, y) > at(x + 1, y) + noise ? '1' : '0')
  }
  return bits.join('')
}

function problemOf(error: unknown): 'pixels' | 'format' | 'damaged' {
  const message = error instanceof Error ? error.message : ''
  if (/pixel limit|too large|exceeds/i.test(message)) return 'pixels'
  return /unsupported|not built/i.test(message) ? 'format' : 'damaged'
}

// The heap limit of the runtime does not bound what the image library takes.
function watchMemory(): void {
  setInterval(() => {
    if (process.memoryUsage.rss() < mostMemory) return
    writeAll(Buffer.from(`${JSON.stringify({ ok: false, problem: 'memory' } satisfies PreviewHeader)}\n`))
    process.exit(0)
  }, 50)
}

function writeAll(bytes: Buffer): void {
  let written = 0
  while (written < bytes.length) written += writeSync(1, bytes, written)
}
