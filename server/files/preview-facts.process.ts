import exif from 'exif-reader'
import sharp from 'sharp'
import { say } from './say.ts'

/** What a picture says of itself; a position is only said to be there. */
export type PictureFacts = { readonly format: string, readonly taken: string | null, readonly camera: string | null, readonly software: string | null, readonly position: boolean }

if (import.meta.main) {
  say(await readFacts(process.argv[2] ?? ''))
  process.exit(0)
}

/** Reads the facts beside the pixels and no pixel. Runs in a child process. */
export async function readFacts(path: string): Promise<PictureFacts | null> {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Tiff', 'Nsgif'].map((loader) => `VipsForeignLoad${loader}File`) })
  try {
    const metadata = await sharp(path).metadata()
    const { Image: image, Photo: photo, GPSInfo: gps } = metadata.exif ? exif(metadata.exif) : {}
    const taken = photo?.DateTimeOriginal ?? image?.DateTime
    return {
      format: metadata.format, taken: taken instanceof Date ? taken.toISOString().slice(0, 19).replace('T', ' ') : null,
      camera: [image?.Make, image?.Model].filter(Boolean).join(' ') || null, software: image?.Software ?? null, position: gps !== undefined && Object.keys(gps).length > 0,
    }
  } catch {
    return null
  }
}
