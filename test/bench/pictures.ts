import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { makePreview } from '../../server/files/preview.ts'
import { openVault, type Vault } from '../../server/files/vault.ts'
import type { Ending, Prepared } from './bench.ts'
import { drawPicture } from './floors/picture.ts'

/** A photograph's worth of detail: noise, blurred a little, as JPEG. Pixels. */
export async function photo(width: number, height: number): Promise<Buffer> {
  const noise = sharp(randomBytes(Math.ceil(width / 8) * Math.ceil(height / 8) * 3), { raw: { width: Math.ceil(width / 8), height: Math.ceil(height / 8), channels: 3 } })
  return await noise.resize(width, height, { kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer()
}

/** A screenshot's worth of flat areas and lines of text-like marks, as PNG. Pixels. */
export async function screenshot(width: number, height: number): Promise<Buffer> {
  const lines = Array.from({ length: Math.floor(height / 24) }, (_, line) => Array.from({ length: Math.floor(width / 90) }, (_word, word) =>
    `<rect x="${word * 90 + 8}" y="${line * 24 + 8}" width="${20 + (word * 37 + line * 17) % 60}" height="10" fill="#${(line * 7 + word * 13) % 2 ? '333' : '1d4a8d'}"/>`).join('')).join('')
  return await sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${lines}</svg>`)).png().toBuffer()
}

/** Our preview of the picture against the library alone. */
export async function preparePicture(picture: Buffer, ending: Ending): Promise<Prepared> {
  const vault = await emptyVault(ending)
  const { sha256, size } = await vault.store(Readable.from([picture]))
  return {
    ours: async () => {
      const preview = await makePreview({ vault, sha256, kind: 'image' })
      if (preview.state !== 'ready') throw new Error(preview.reason)
    },
    floor: async () => void await drawPicture(vault.localPath(sha256)),
    figures: () => ({ bytes: String(size) }),
  }
}

async function emptyVault(ending: Ending): Promise<Vault> {
  const folder = await mkdtemp(join(tmpdir(), 'tickmark-bench-'))
  ending(async () => rm(folder, { recursive: true, force: true }))
  return await openVault({ folder: join(folder, 'evidence'), maxBytes: 2 ** 31 })
}
