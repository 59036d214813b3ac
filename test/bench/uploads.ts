import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Ending, Prepared, Size } from './bench.ts'
import { startAway } from './away.ts'
import { watchProcess } from './memory.ts'
import type { OwnerSite } from './owner-site.process.ts'

export type Sending = { readonly url: string, readonly headers: Readonly<Record<string, string>>, readonly before?: string, readonly after?: string, readonly bytes: number }

const piece = randomBytes(1024 * 1024)
let sent = 0

/** A file as the drop zone of the owner's page sends it: its bytes are the body. */
export function dropTo({ path, cookie }: OwnerSite['answers'][number], address: string, bytes: number): Sending {
  return { url: `${address}${path}/files?name=dump.bin`, bytes, headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/octet-stream', accept: 'application/json' } }
}

/** One large file sent to the application by `way`, against a bare server that hashes it to disk; both in a process of their own. */
export async function prepareUpload(size: Size, ending: Ending, way: (answer: OwnerSite['answers'][number], address: string, bytes: number) => Sending): Promise<Prepared> {
  const bytes = size === 'full' ? 1024 ** 3 : 1024 ** 2
  const megabytes = bytes / 1e6
  const bare = await startAway<{ address: string }>('floors/receive.process.ts', [], ending)
  const site = await startAway<OwnerSite>('owner-site.process.ts', ['10', '1'], ending)
  const { address, answers: [answer], dataDir } = site.said
  const peakOf = watchProcess(site.pid)
  return {
    ours: async () => {
      const begun = performance.now()
      await send(way(answer!, address, bytes))
      const rate = megabytes / ((performance.now() - begun) / 1000)
      await rm(join(dataDir, 'evidence', 'blobs'), { recursive: true })
      return [rate, peakOf()]
    },
    floor: async () => {
      const begun = performance.now()
      await send({ url: bare.said.address, headers: {}, bytes })
      return megabytes / ((performance.now() - begun) / 1000)
    },
  }
}

/** Sends so many bytes that were never sent before, from memory; returns the answer, throws unless it is one of success. */
export async function send({ url, headers, before = '', after = '', bytes }: Sending): Promise<string> {
  const first = Buffer.from(`${String(sent++).padStart(15)}\n`)
  const [head, tail] = [Buffer.concat([Buffer.from(before), first]), Buffer.from(after)]
  return await new Promise((resolve, reject) => {
    const post = request(url, { method: 'POST', headers: { ...headers, 'content-length': head.length + bytes - first.length + tail.length } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => { body += text }).on('error', reject)
      response.on('end', () => response.statusCode! < 400 ? resolve(body) : reject(new Error(`${url} answered ${String(response.statusCode)} ${body.slice(0, 200)}`)))
    }).on('error', reject)
    let left = bytes - first.length
    post.write(head)
    const more = () => {
      while (left > 0) {
        const part = left < piece.length ? piece.subarray(0, left) : piece
        left -= part.length
        if (!post.write(part)) return void post.once('drain', more)
      }
      post.end(tail)
    }
    more()
  })
}
