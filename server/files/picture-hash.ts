import type { Sharp } from 'sharp'

const side = 16

// Screens are flat for the most part, and there compression alone makes one point a trace brighter than the next.
const noise = 3

/** Distance of two hashes up to which pictures count as nearly the same, in bits. */
export const NEAR = 6

/**
 * 256 bits as a text of 0 and 1: whether each of 16 × 16 points is clearly brighter than its neighbour to the right
 * (difference hash). Size, compression and small changes of colour hardly move it. Runs where the picture is drawn.
 */
export async function hashPicture(picture: Sharp): Promise<string> {
  const { data, info } = await picture.flatten({ background: '#fff' }).greyscale().resize(side + 1, side, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => data[(y * info.width + x) * info.channels]!
  const bits: string[] = []
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) bits.push(at(x, y) > at(x + 1, y) + noise ? '1' : '0')
  }
  return bits.join('')
}
