import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createCanvas, GlobalFonts, loadImage, type SKRSContext2D } from '@napi-rs/canvas'
import { say } from './say.ts'

/** A mark to draw, in fractions of the picture, and the line that explains it below. */
export type DrawnMark = { readonly number: number, readonly left: number, readonly top: number, readonly width: number, readonly height: number, readonly words: string }
export type MarkedTask = { readonly title: string, readonly marks: readonly DrawnMark[] }

const INK = '#1d4a8d'
const fonts = join(dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs'))), '../../standard_fonts')

if (import.meta.main) {
  const png = await drawMarked(process.argv[2] ?? '', JSON.parse(await text(process.stdin)) as MarkedTask)
  say({ bytes: png.length }, [png])
  process.exit(0)
}

/** The picture as it is, the marks beside their spots, and below it what each says: a PNG. Runs in a child process. */
export async function drawMarked(path: string, { title, marks }: MarkedTask): Promise<Buffer> {
  GlobalFonts.registerFromPath(join(fonts, 'LiberationSans-Regular.ttf'), 'Marks')
  GlobalFonts.registerFromPath(join(fonts, 'LiberationSans-Bold.ttf'), 'Marks Bold')
  const picture = await loadImage(await readFile(path))
  const { width, height } = picture
  const unit = Math.max(14, Math.round(Math.max(width, height) / 60))
  const measure = createCanvas(8, 8).getContext('2d')
  measure.font = `${unit}px Marks`
  const lines = marks.flatMap(({ number, words }) => wrap(measure, `${number}   ${words}`, width - unit * 4))
  const canvas = createCanvas(width, height + Math.round(unit * 1.5 * (lines.length + 3)))
  const context = canvas.getContext('2d')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(picture, 0, 0)
  for (const mark of marks) drawPin(context, mark, width, height, unit)
  context.fillStyle = INK
  context.fillRect(0, height, width, 2)
  context.font = `${unit}px Marks Bold`
  context.fillText(title, unit * 2, height + unit * 2)
  context.fillStyle = '#1e1d1a'
  context.font = `${unit}px Marks`
  for (const [index, line] of lines.entries()) context.fillText(line, unit * 2, height + unit * 1.5 * (index + 1) + unit * 2.25)
  return await canvas.encode('png')
}

function drawPin(context: SKRSContext2D, { number, left, top, width, height }: DrawnMark, whole: number, tall: number, unit: number): void {
  const [x, y, w, h] = [left * whole, top * tall, width * whole, height * tall] as const
  const tagX = x + w + unit * 3.5 < whole ? x + w + unit : Math.max(0, x - unit * 2.5)
  const tagY = Math.max(0, y - unit / 2)
  context.strokeStyle = INK
  context.lineWidth = Math.max(2, unit / 8)
  if (w > 0 && h > 0) context.strokeRect(x, y, w, h)
  context.beginPath()
  context.moveTo(tagX < x ? x : x + w, y)
  context.lineTo(tagX < x ? tagX + unit * 1.5 : tagX, tagY + unit * 0.75)
  context.stroke()
  context.fillStyle = INK
  context.fillRect(tagX, tagY, unit * 1.5, unit * 1.5)
  context.fillStyle = '#ffffff'
  context.font = `${unit}px Marks Bold`
  context.textAlign = 'center'
  context.fillText(String(number), tagX + unit * 0.75, tagY + unit * 1.12)
  context.textAlign = 'left'
}

function wrap(context: SKRSContext2D, text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && context.measureText(`${last} ${word}`).width <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
