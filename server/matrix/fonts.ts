import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import decompress from 'woff2-encoder/decompress'
import { coverageOf } from './coverage.ts'

/** A face that can be embedded: its name, its files by weight, and the variation they are set in. */
export type Face = { readonly name: string, readonly normal: Buffer, readonly bold: Buffer, readonly weights: readonly [object, object] | null, readonly covers: (point: number) => boolean }

/** The face of everything that it covers. */
export const mainFace = 'DejaVu Sans'

const { resolve } = createRequire(import.meta.url)
const read = (path: string) => readFileSync(resolve(path))
const known = new Map<string, Face>()
const regions = ['sc', 'kr'] as const
type Region = (typeof regions)[number]
const chosen = new Map<number, Face | null>()

/** Opens the faces that come packed for whatever of the text needs them, for `faceFor` to find. */
export async function openFaces(text: string): Promise<void> {
  for (const character of new Set(text.match(/[^\0-\u{24F}]/gu))) {
    const point = character.codePointAt(0)!
    if (faceFor(point) === null) for (const region of regions) await openSlice(region, point)
    if (chosen.get(point) === null) chosen.delete(point)
  }
}

/** The first face that has a sign for the character: DejaVu Sans, else Noto of its script, which `openFaces` has opened where it comes packed; null where none has. */
export function faceFor(point: number): Face | null {
  const before = chosen.get(point)
  if (before !== undefined) return before
  const face = choose(point)
  chosen.set(point, face)
  return face
}

function choose(point: number): Face | null {
  const main = open(mainFace, () => whole(mainFace, 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'))
  if (main.covers(point)) return main
  for (const script of ['devanagari', 'thai']) {
    const face = open(`Noto ${script}`, () => {
      const file = (weight: number) => `@fontsource/noto-sans-${script}/files/noto-sans-${script}-${script}-${weight}-normal.woff`
      return whole(`Noto ${script}`, file(400), file(700))
    })
    if (face.covers(point)) return face
  }
  for (const region of regions) {
    const slice = sliceOf(region, point)
    const face = slice && known.get(nameOf(region, slice))
    if (face?.covers(point)) return face
  }
  return null
}

function open(name: string, make: () => Face): Face {
  const face = known.get(name) ?? make()
  known.set(name, face)
  return face
}

function whole(name: string, normal: string, bold: string): Face {
  const [light, heavy] = [read(normal), read(bold)]
  const [inLight, inHeavy] = [coverageOf(light), coverageOf(heavy)]
  return { name, normal: light, bold: heavy, weights: null, covers: (point) => inLight(point) && inHeavy(point) }
}

async function openSlice(region: Region, point: number): Promise<void> {
  const slice = sliceOf(region, point)
  if (!slice || known.has(nameOf(region, slice))) return
  const bytes = await decompress(read(`@fontsource-variable/noto-sans-${region}/files/noto-sans-${region}-${slice.name}-wght-normal.woff2`))
  const mark = Number(slice.name) * 4 + (region === 'kr' ? 2 : 0)
  const normal = marked(bytes, mark)
  known.set(nameOf(region, slice), { name: nameOf(region, slice), normal, bold: marked(bytes, mark + 1), weights: [{ wght: 400 }, { wght: 700 }], covers: coverageOf(normal) })
}

// The program that embeds a font tells two of one name apart by their checksums.
function marked(font: Uint8Array, mark: number): Buffer {
  const copy = Buffer.from(font)
  const entry = Array.from({ length: copy.readUInt16BE(4) }, (_, place) => 12 + place * 16).find((at) => copy.toString('latin1', at, at + 4) === 'head')!
  copy.writeUInt32BE(mark, copy.readUInt32BE(entry + 8) + 8)
  return copy
}

function nameOf(region: Region, { name }: Slice): string {
  return `Noto ${region} ${name}`
}

function sliceOf(region: Region, point: number): Slice | undefined {
  return slicesOf(region).find(({ ranges }) => ranges.some(([from, to]) => point >= from && point <= to))
}

type Slice = { name: string, ranges: [number, number][] }
const slices = new Map<string, Slice[]>()

// These faces come in a hundred files, with a list of which character is in which.
function slicesOf(region: string): Slice[] {
  const found = slices.get(region) ?? Object.entries(JSON.parse(read(`@fontsource-variable/noto-sans-${region}/unicode.json`).toString('utf8')) as Record<string, string>)
    .filter(([name]) => name.startsWith('['))
    .map(([name, ranges]) => ({ name: name.slice(1, -1), ranges: ranges.split(',').map((range): [number, number] => {
      const [from, to] = range.slice(2).split('-').map((hex) => parseInt(hex, 16)) as [number, number?]
      return [from, to ?? from]
    }) }))
  slices.set(region, found)
  return found
}
