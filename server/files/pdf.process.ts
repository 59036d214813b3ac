import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCanvas } from '@napi-rs/canvas'
import { getDocument, VerbosityLevel, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { say } from './say.ts'

const widest = 1400
const tallest = 2000
const library = join(dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs'))), '../..')

/** Answer of the child: the header, then the WebP bytes of each page drawn, one after the other. Pixels, bytes. */
export type PdfHeader =
  | { readonly ok: true, readonly pages: number, readonly drawn: readonly { readonly page: number, readonly width: number, readonly height: number, readonly bytes: number }[] }
  | { readonly ok: false, readonly problem: 'encrypted' | 'damaged' }

if (import.meta.main) {
  const [path = '', from, to] = process.argv.slice(2)
  const { header, images } = await drawPages(path, Number(from), Number(to))
  say(header, images)
  process.exit(0)
}

/** Draws pages `from` to `to` as pictures; scripts, forms and links in the file stay dead. Runs in a child process. */
export async function drawPages(path: string, from: number, to: number): Promise<{ header: PdfHeader, images: Buffer[] }> {
  const images: Buffer[] = []
  try {
    const document = await open(path)
    const drawn = []
    for (let number = from; number <= Math.min(to, document.numPages); number++) {
      const { image, width, height } = await drawPage(document, number)
      images.push(image)
      drawn.push({ page: number, width, height, bytes: image.length })
    }
    return { header: { ok: true, pages: document.numPages, drawn }, images }
  } catch (error) {
    return { header: { ok: false, problem: error instanceof Error && error.name === 'PasswordException' ? 'encrypted' : 'damaged' }, images: [] }
  }
}

async function open(path: string): Promise<PDFDocumentProxy> {
  return await getDocument({
    data: new Uint8Array(await readFile(path)), enableXfa: false, disableFontFace: true, useSystemFonts: false,
    useWorkerFetch: false, maxImageSize: 50_000_000, verbosity: VerbosityLevel.ERRORS,
    standardFontDataUrl: `${library}/standard_fonts/`, cMapUrl: `${library}/cmaps/`, wasmUrl: `${library}/wasm/`, iccUrl: `${library}/iccs/`,
  }).promise
}

async function drawPage(document: PDFDocumentProxy, number: number): Promise<{ image: Buffer, width: number, height: number }> {
  const page = await document.getPage(number)
  const natural = page.getViewport({ scale: 1 })
  const viewport = page.getViewport({ scale: Math.min(widest / natural.width, tallest / natural.height, 4) })
  const canvas = createCanvas(Math.max(1, Math.ceil(viewport.width)), Math.max(1, Math.ceil(viewport.height)))
  // The library's types know the canvas of browsers alone.
  await page.render({ canvas: canvas as never, viewport }).promise
  page.cleanup()
  return { image: await canvas.encode('webp', 85), width: canvas.width, height: canvas.height }
}
