import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { startAway } from './away.ts'
import { watchProcess } from './memory.ts'
import type { OwnerSite } from './owner-site.process.ts'
import { dropTo, send } from './uploads.ts'

export const bench: Bench = {
  what: 'a file of 1 GiB downloaded by the owner who sent it, against fastify with a stream from disk',
  aim: { rate: 0.9 },
  unit: 'MB/s',
  also: [
    { what: '– the second half of it, as one range', aim: { rate: 0.9 }, unit: 'MB/s' },
    { what: '– memory of the web process above idle', aim: { most: 60 }, unit: 'MB' },
  ],
  prepare: async (size, ending) => {
    const bytes = size === 'full' ? 1024 ** 3 : 1024 ** 2
    const site = await startAway<OwnerSite>('owner-site.process.ts', ['10', '1'], ending)
    const { address, answers: [answer], dataDir } = site.said
    const { id } = JSON.parse(await send(dropTo(answer!, address, bytes))) as { id: string }
    const path = await findBlob(join(dataDir, 'evidence', 'blobs'))
    const bare = await startAway<{ address: string }>('floors/send.process.ts', [path], ending)
    const range = `bytes=${bytes / 2}-${bytes - 1}`
    const headers = { cookie: answer!.cookie }
    const url = `${address}${answer!.path}/files/${id}`
    const peakOf = watchProcess(site.pid)
    return {
      ours: async () => [await fetchAll(url, headers, bytes), await fetchAll(url, { ...headers, range }, bytes / 2), peakOf()],
      floor: async () => [await fetchAll(bare.said.address, {}, bytes), await fetchAll(bare.said.address, { range }, bytes / 2)],
    }
  },
}

/** Reads an answer to its end and throws it away; megabytes a second. */
async function fetchAll(url: string, headers: Readonly<Record<string, string>>, bytes: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    const begun = performance.now()
    request(url, { headers }, (response) => {
      let read = 0
      response.on('data', (piece: Buffer) => { read += piece.length }).on('error', reject)
      response.on('end', () => read === bytes ? resolve(bytes / 1000 / (performance.now() - begun)) : reject(new Error(`${url} answered ${String(response.statusCode)} with ${read} bytes`)))
    }).on('error', reject).end()
  })
}

async function findBlob(folder: string): Promise<string> {
  const blob = (await readdir(folder, { recursive: true, withFileTypes: true })).find((entry) => entry.isFile())
  return join(blob!.parentPath, blob!.name)
}
