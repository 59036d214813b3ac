import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

type Asset = { readonly type: string, readonly body: Buffer, readonly hash: string, small?: Buffer }

const folder = new URL('../../static/', import.meta.url)
const reboot = new URL('../../node_modules/bootstrap/dist/css/bootstrap-reboot.min.css', import.meta.url)
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

let loaded: ReadonlyMap<string, Asset> | undefined

/** Serves each file of static/ and Bootstrap's reboot under `/static/<name>`, by exact name and from memory. */
export function registerAssets(app: FastifyInstance): void {
  for (const [name, asset] of assets()) {
    app.get(`/static/${name}`, { config: { permit: 'public' } }, (request, reply) => {
      const tag = `"${asset.hash}"`
      const current = new URLSearchParams(request.url.split('?')[1] ?? '').get('v') === asset.hash
      reply.header('cache-control', current ? 'public, max-age=31536000, immutable' : 'no-cache')
      reply.header('etag', tag).header('vary', 'accept-encoding').type(asset.type)
      if (request.headers['if-none-match'] === tag) return reply.code(304).send()
      if (!/\bbr\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(asset.body)
      return reply.header('content-encoding', 'br').send(asset.small ??= brotliCompressSync(asset.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
    })
  }
}

/** Address of a static file with the hash of its content; throws where there is no such file. */
export function assetUrl(name: string): string {
  const asset = assets().get(name)
  if (!asset) throw new Error(`There is no static file "${name}"`)
  return `/static/${name}?v=${asset.hash}`
}

function assets(): ReadonlyMap<string, Asset> {
  loaded ??= new Map([
    ['bootstrap-reboot.min.css', load(reboot)],
    ...readdirSync(folder).filter((name) => extname(name) in types).map((name) => [name, load(new URL(name, folder))] as const),
  ])
  return loaded
}

function load(file: URL): Asset {
  // The map that the last line of Bootstrap's file points to is not served.
  const body = Buffer.from(readFileSync(file, 'utf8').replace(/\n?\/\*# sourceMappingURL=.*?\*\/\s*$/, ''))
  return {
    type: types[extname(file.pathname)]!,
    body,
    hash: createHash('sha256').update(body).digest('hex').slice(0, 12),
  }
}
