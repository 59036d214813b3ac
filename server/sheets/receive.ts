import type { FastifyRequest } from 'fastify'
import type {} from '@fastify/multipart'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Invalid } from '../errors.ts'
import { readForm } from '../web/form.ts'
import { unguardFormula } from './cells.ts'
import type { Field } from './headings.ts'
import type { NewImport } from './import-store.ts'
import { readLoosely } from './loose-sheet.ts'
import { readSheet } from './read-sheet.ts'
import { ReadRefused } from './table.ts'

/** What may be uploaded as a list of `noun`. */
export type Accepted = { readonly noun: string, readonly rows: number, readonly bytes: number }

const wishes = z.object({ sheet: z.string().optional(), headings: z.coerce.number('Enter the number of the row with the headings.').int().positive('Rows count from 1.').max(1000).optional() })

/** The list uploaded in the field `file`, its first sheet or the one named in `sheet`. Throws Invalid for the field it concerns. */
export async function receiveSheet(request: FastifyRequest, accepted: Accepted): Promise<NewImport> {
  return await receive(request, accepted, async (path, name, { sheet }) => await readSheet(path, { name, sheet, maxRows: accepted.rows }))
}

/** The same for a list of someone else's making; also where it stands: the row of its headings and its sheet, if there are several. */
export async function receiveLoosely(request: FastifyRequest, accepted: Accepted, fields: readonly Field[]): Promise<NewImport & { readonly headerRow: number, readonly sheet: string | null, readonly sheets: readonly string[] }> {
  return await receive(request, accepted, async (path, name, { sheet, headerRow }) => await readLoosely(path, { name, sheet, headerRow, maxRows: accepted.rows, fields }))
}

type Wish = { readonly sheet: string | null, readonly headerRow: number | null }
type Read = { readonly format: string, readonly header: readonly string[], readonly rows: readonly (readonly string[])[] }

async function receive<T extends Read>(request: FastifyRequest, { noun, bytes }: Accepted, read: (path: string, name: string, wish: Wish) => Promise<T>): Promise<NewImport & Omit<T, 'header' | 'rows'>> {
  const { files: [file], values } = await request.saveRequestFiles({ limits: { files: 1, fileSize: bytes, fields: 5 } }).catch((error: { code?: string }) => {
    throw error.code === 'FST_REQ_FILE_TOO_LARGE' ? new Invalid({ file: `A list of ${noun} has at most ${Math.round(bytes / 1024 ** 2)} MB. Is this the right file?` }) : error
  })
  if (!file || file.filename === '') throw new Invalid({ file: 'Choose a file.' })
  const value = (name: string) => (values[name] as { value?: unknown } | undefined)?.value
  const { sheet, headings } = readForm(wishes, { sheet: value('sheet'), headings: value('headings') })
  try {
    const found = await read(file.filepath, file.filename, { sheet: sheet ?? null, headerRow: headings ?? null })
    const plain = (cells: readonly string[]) => cells.map((cell) => (found.format === 'csv' ? unguardFormula(cell) : cell).replaceAll('\0', ''))
    if (found.rows.length === 0) throw new Invalid({ file: 'There is no row under the headings.' })
    return { ...found, name: file.filename.slice(0, 200), sha256: createHash('sha256').update(await readFile(file.filepath)).digest('hex'), header: plain(found.header), rows: found.rows.map(plain) }
  } catch (error) {
    if (error instanceof ReadRefused) throw new Invalid({ file: error.message })
    throw error
  }
}
