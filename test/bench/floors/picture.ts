import sharp from 'sharp'

/** The same picture by the library alone: upright, at most 2000 px wide, as WebP. */
export async function drawPicture(path: string): Promise<Buffer> {
  return await sharp(path, { failOn: 'error' }).autoOrient().resize({ width: 2000, withoutEnlargement: true }).webp({ quality: 82 }).toBuffer()
}
