import { createRequire } from 'node:module'
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js'
import type { Face } from './fonts.ts'
import { writeGlyph, type Point } from './glyph.ts'
import { putInReadingOrder, type PlacedWord } from './right-to-left.ts'

type Path = { commands: { command: string, args: number[] }[] }
type Encoder = { encodeSimple: (path: Path) => Uint8Array }
type Drawing = { font: (bytes: Buffer, variation: object) => { _font: { subset: { glyphEncoder: Encoder } } } }
type Writer = { prototype: { addLine: (line: { inlines: PlacedWord[] }, ...rest: unknown[]) => unknown } }

const load = createRequire(import.meta.url)
const pdfmake = load('pdfmake') as typeof import('pdfmake')
const { default: files } = load('pdfmake/js/virtual-fs.js') as { default: { writeFileSync: (name: string, bytes: Buffer) => void } }
const { default: PdfDrawing } = load('pdfmake/js/PDFDocument.js') as { default: new () => Drawing }
const { default: writer } = load('pdfmake/js/ElementWriter.js') as { default: Writer }

const offered = new Set<string>()
let prepared = false
let mended = false

/** The bytes of a PDF set in these faces, which are embedded with the signs that are used. Reads no other file and no address. */
export async function printPdf(document: TDocumentDefinitions, faces: Iterable<Face>): Promise<Buffer> {
  prepare()
  // The library writes into what it is told of a face, so it is told again for each document.
  pdfmake.setFonts(Object.fromEntries([...faces].map((face) => [face.name, offer(face)])))
  return await pdfmake.createPdf(document).getBuffer()
}

function prepare(): void {
  if (prepared) return
  prepared = true
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy(() => false)
  // The library sets words in the order in which they are read, from the left, whatever their script.
  const { addLine } = writer.prototype
  writer.prototype.addLine = function add(line, ...rest) {
    putInReadingOrder(line.inlines)
    return addLine.call(this, line, ...rest)
  }
}

function offer({ name, normal, bold, weights }: Face): { normal: string, bold: string } {
  if (!offered.has(name)) {
    offered.add(name)
    if (weights) mend(normal, weights[0])
    files.writeFileSync(name, normal)
    files.writeFileSync(`${name} bold`, bold)
  }
  const [light, heavy] = weights ? [[name, weights[0]], [`${name} bold`, weights[1]]] : [name, `${name} bold`]
  // The published types know a variation by its name only.
  return { normal: light, bold: heavy } as { normal: string, bold: string }
}

// The library's own way to write the outline of a font at a chosen weight fails for every such font, so it is given another.
function mend(font: Buffer, weight: object): void {
  if (mended) return
  mended = true
  const { _font: embedded } = new PdfDrawing().font(font, weight)
  const encoder = Object.getPrototypeOf(embedded.subset.glyphEncoder) as Encoder
  encoder.encodeSimple = encodeOutline
}

function encodeOutline({ commands }: Path): Uint8Array {
  const points: Point[] = []
  const ends: number[] = []
  for (const { command, args } of commands) {
    if (command === 'moveTo' && points.length > 0 && ends.at(-1) !== points.length - 1) ends.push(points.length - 1)
    for (let place = 0; place < args.length; place += 2) points.push({ x: Math.round(args[place]!), y: Math.round(args[place + 1]!), on: args.length === 2 || place > 0 })
  }
  if (points.length === 0) return new Uint8Array(0)
  if (ends.at(-1) !== points.length - 1) ends.push(points.length - 1)
  const glyph = writeGlyph(points, ends)
  return glyph.length % 4 === 0 ? glyph : Buffer.concat([glyph, Buffer.alloc(4 - glyph.length % 4)])
}
