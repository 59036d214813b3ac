import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import fastify from 'fastify'
import { serveAway } from '../away.ts'

/** Sends the file at a path, whole or one range of it, as a stream from disk: no session, no database, no note of who looked. */
const [path] = process.argv.slice(2)
const app = fastify()
app.get('/', async (request, reply) => {
  const { size } = await stat(path!)
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  const [start, end] = range ? [Number(range[1]), Number(range[2])] : [0, size - 1]
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
  return reply.headers({ 'content-length': end - start + 1, 'content-type': 'application/octet-stream' }).send(createReadStream(path!, { start, end }))
})
await serveAway({ address: await app.listen({ host: '127.0.0.1', port: 0 }) }, async () => app.close())
