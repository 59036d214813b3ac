type Stream = { bytes: Buffer, at: number }
export type Point = { x: number, y: number, on: boolean }

/** The glyf and loca tables of a font from the transformed table of its WOFF2 file (W3C WOFF 2.0, 5.1). */
export function glyphTables(packed: Buffer): { glyf: Buffer, loca: Buffer } {
  const count = packed.readUInt16BE(4)
  let from = 36
  const [contours, sizes, flags, glyphs, composites, boxes, instructions] = Array.from({ length: 7 }, (_, place): Stream => {
    const start = from
    from += packed.readUInt32BE(8 + place * 4)
    return { bytes: packed.subarray(start, from), at: 0 }
  }) as [Stream, Stream, Stream, Stream, Stream, Stream, Stream]
  const bitmap = boxes.bytes.subarray(0, boxes.at = 4 * ((count + 31) >> 5))
  const parts: Buffer[] = []
  const loca = Buffer.alloc(4 * (count + 1))
  let offset = 0
  for (let glyph = 0; glyph < count; glyph += 1) {
    const contourCount = take(contours, 2).readInt16BE()
    const box = bitmap[glyph >> 3]! & 128 >> (glyph & 7) ? take(boxes, 8) : null
    if (contourCount !== 0) {
      const body = contourCount < 0
        ? composite(box!, composites, glyphs, instructions)
        : simple(contourCount, box, { sizes, flags, glyphs, instructions })
      const padded = body.length % 4 === 0 ? body : Buffer.concat([body, Buffer.alloc(4 - body.length % 4)])
      parts.push(padded)
      offset += padded.length
    }
    loca.writeUInt32BE(offset, 4 * (glyph + 1))
  }
  return { glyf: Buffer.concat(parts), loca }
}

/** A glyph of those points, whose contours end at the points of those numbers; its edges are measured where `box` does not give them. */
export function writeGlyph(points: readonly Point[], ends: readonly number[], rules: Uint8Array, box: Buffer | null): Buffer {
  const out = Buffer.alloc(10 + 2 * ends.length + 2 + rules.length + 5 * points.length)
  out.writeInt16BE(ends.length, 0)
  if (box) box.copy(out, 2)
  else [Math.min(...points.map(({ x }) => x)), Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ x }) => x)), Math.max(...points.map(({ y }) => y))].forEach((edge, place) => out.writeInt16BE(edge, 2 + place * 2))
  let at = 10
  for (const end of ends) at = out.writeUInt16BE(end, at)
  at = out.writeUInt16BE(rules.length, at)
  out.set(rules, at)
  at += rules.length
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

function simple(contourCount: number, box: Buffer | null, { sizes, flags, glyphs, instructions }: Record<'sizes' | 'flags' | 'glyphs' | 'instructions', Stream>): Buffer {
  let last = -1
  const ends = Array.from({ length: contourCount }, () => last += short(sizes))
  const points: Point[] = []
  for (let x = 0, y = 0; points.length <= last;) {
    const [dx, dy, on] = step(flags.bytes[flags.at++]!, glyphs)
    points.push({ x: x += dx, y: y += dy, on })
  }
  const rules = take(instructions, short(glyphs))
  return writeGlyph(points, ends, rules, box)
}

function composite(box: Buffer, composites: Stream, glyphs: Stream, instructions: Stream): Buffer {
  const start = composites.at
  let [more, instructed] = [true, false]
  while (more) {
    const flags = take(composites, 2).readUInt16BE()
    composites.at += 2 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 64 ? 4 : flags & 128 ? 8 : 0)
    instructed ||= (flags & 256) !== 0
    more = (flags & 32) !== 0
  }
  const head = Buffer.alloc(10)
  head.writeInt16BE(-1, 0)
  box.copy(head, 2)
  const parts = [head, composites.bytes.subarray(start, composites.at)]
  if (instructed) {
    const rules = take(instructions, short(glyphs))
    const length = Buffer.alloc(2)
    length.writeUInt16BE(rules.length)
    parts.push(length, rules)
  }
  return Buffer.concat(parts)
}

// How far to the next point, packed in one to four bytes (5.2 of the format).
function step(byte: number, glyphs: Stream): [number, number, boolean] {
  const flag = byte & 127
  const on = byte < 128
  const size = flag < 84 ? 1 : flag < 120 ? 2 : flag < 124 ? 3 : 4
  const [a = 0, b = 0, c = 0, d = 0] = take(glyphs, size)
  const signed = (bit: number, value: number) => (bit & 1 ? value : -value)
  if (flag < 10) return [0, signed(flag, ((flag & 14) << 7) + a), on]
  if (flag < 20) return [signed(flag, ((flag - 10 & 14) << 7) + a), 0, on]
  if (flag < 84) {
    const base = flag - 20
    return [signed(flag, 1 + (base & 48) + (a >> 4)), signed(flag >> 1, 1 + ((base & 12) << 2) + (a & 15)), on]
  }
  if (flag < 120) {
    const base = flag - 84
    return [signed(flag, 1 + (Math.floor(base / 12) << 8) + a), signed(flag >> 1, 1 + (base % 12 >> 2 << 8) + b), on]
  }
  if (flag < 124) return [signed(flag, (a << 4) + (b >> 4)), signed(flag >> 1, ((b & 15) << 8) + c), on]
  return [signed(flag, (a << 8) + b), signed(flag >> 1, (c << 8) + d), on]
}

function short(stream: Stream): number {
  const first = stream.bytes[stream.at++]!
  if (first === 253) return take(stream, 2).readUInt16BE()
  if (first === 255) return 253 + stream.bytes[stream.at++]!
  if (first === 254) return 506 + stream.bytes[stream.at++]!
  return first
}

function take(stream: Stream, size: number): Buffer {
  return stream.bytes.subarray(stream.at, stream.at += size)
}
