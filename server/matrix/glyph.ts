export type Point = { x: number, y: number, on: boolean }

/** A TrueType glyph of those points, whose contours end at the points of those numbers. */
export function writeGlyph(points: readonly Point[], ends: readonly number[]): Buffer {
  const out = Buffer.alloc(10 + 2 * ends.length + 2 + 5 * points.length)
  out.writeInt16BE(ends.length, 0)
  const edges = [Math.min(...points.map(({ x }) => x)), Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ x }) => x)), Math.max(...points.map(({ y }) => y))]
  edges.forEach((edge, place) => out.writeInt16BE(edge, 2 + place * 2))
  let at = 10
  for (const end of ends) at = out.writeUInt16BE(end, at)
  at = out.writeUInt16BE(0, at)
  for (const { on } of points) out[at++] = on ? 1 : 0
  for (const axis of ['x', 'y'] as const) {
    let before = 0
    for (const point of points) {
      at = out.writeInt16BE(point[axis] - before, at)
      before = point[axis]
    }
  }
  return out
}
