import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DemoPerson, Progress } from './store.ts'

/** Says how far the loading is, for the page that shows it. */
export async function tellProgress(dataDir: string, progress: Progress): Promise<void> {
  await replace(join(dataDir, 'demo.json'), progress)
}

/** Says who may be signed in as. */
export async function tellPeople(dataDir: string, people: readonly DemoPerson[]): Promise<void> {
  await replace(join(dataDir, 'demo-people.json'), people)
}

/** A reader finds the old file or the new one, never half of it. */
async function replace(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(`${path}.draft`, JSON.stringify(content), { mode: 0o600 })
  await rename(`${path}.draft`, path)
}
