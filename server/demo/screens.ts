import { readFile } from 'node:fs/promises'

/** The picture of that name. */
export async function screen(name: string): Promise<Buffer> {
  return await readFile(new URL(`./screens/${name}.png`, import.meta.url))
}
