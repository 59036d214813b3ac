import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

/** Bytes below which a page goes as it is. Among the short pages are those that show a secret once, whose length must not hint at it. */
const LEAST = 16_384

/** Compresses long pages on their way out, beside the work of the program's own thread. */
export function registerCompression(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < LEAST || !String(reply.getHeader('content-type')).startsWith('text/html')) return payload
    reply.header('vary', 'accept-encoding')
    const accepted = request.headers['accept-encoding'] ?? ''
    const way = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null
    if (way === null) return payload
    reply.header('content-encoding', way).removeHeader('content-length')
    return way === 'br' ? await brotli(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: payload.length } }) : await zip(payload, { level: 4 })
  })
}
