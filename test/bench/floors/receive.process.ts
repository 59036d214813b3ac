import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { serveAway } from '../away.ts'

/** Takes the body of each request to disk and answers with its hash: no route, no form, no database. */
const folder = await mkdtemp(join(tmpdir(), 'tickmark-bench-'))
let received = 0
const server = createServer((request, response) => void receive(request, response))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
await serveAway({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, async () => {
  server.close()
  await rm(folder, { recursive: true })
})

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = join(folder, String(received++))
  const hash = createHash('sha256')
  request.on('data', (piece: Buffer) => hash.update(piece))
  await pipeline(request, createWriteStream(path, { flush: true }))
  response.end(hash.digest('hex'))
  await rm(path)
}
