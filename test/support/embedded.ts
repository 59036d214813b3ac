import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Test } from 'tap'
import { startEmbedded, type Embedded } from '../../server/database/embedded.ts'

export type Started = Embedded & { readonly dataDir: string, again(): Promise<Started> }

/** Starts a database in this process, on a folder of its own unless given; it is stopped and removed with the test. */
export async function start(t: Test, dataDir?: string, lines: string[] = []): Promise<Started> {
  const place = dataDir ?? await folder(t)
  const embedded = await startEmbedded({ dataDir: place, log: (line) => lines.push(line), settings: { fsync: 'off' } })
  t.teardown(async () => {
    await embedded.stop()
    await rm(new URL(embedded.ownerUrl).searchParams.get('host')!, { recursive: true, force: true })
    await removeOutside(place)
  })
  return { ...embedded, dataDir: place, again: () => start(t, place, lines) }
}

/** Starts a database in a process of its own, which lets go of it when sent a message. */
export async function startApart(t: Test, dataDir: string): Promise<{ child: ChildProcess, ownerUrl: string }> {
  const child = fork(new URL('./holder.process.ts', import.meta.url), [dataDir], { execArgv: [] })
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.send('stop')
    await once(child, 'exit')
  })
  const [ownerUrl] = await once(child, 'message') as [string]
  return { child, ownerUrl }
}

export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

export async function folder(t: Test): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'tickmark-test-')))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}

/** As root the database lies outside its data directory. */
export async function removeOutside(dataDir: string): Promise<void> {
  const name = await readFile(join(dataDir, 'postgres.name'), 'utf8').catch(() => null)
  if (name) await rm(join('/var/lib/tickmark', name), { recursive: true, force: true })
}

export async function postmasterOf(embedded: Embedded): Promise<number | null> {
  return await postmasterAt(embedded.ownerUrl)
}

/** Pid beside the socket, which PostgreSQL removes when it ends. */
export async function postmasterAt(url: string): Promise<number | null> {
  const socket = new URL(url).searchParams.get('host')!
  return await readFile(join(socket, '.s.PGSQL.5432.lock'), 'utf8').then((text) => Number.parseInt(text, 10), () => null)
}

export async function dataOf(embedded: Embedded): Promise<string> {
  const [row] = await query(embedded.ownerUrl, 'show data_directory') as { data_directory: string }[]
  return row!.data_directory
}
