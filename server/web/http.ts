import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { Forbidden } from '../errors.ts'
import { networkOf } from './network.ts'

const MINUTE = 60_000

/** A server with its limits, headers and same-origin rule in place, and no routes yet. */
export async function createServer(config: Config): Promise<FastifyInstance> {
  const app = fastify({
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel, serializers: { req: logLine } },
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    bodyLimit: 1024 ** 2,
    connectionTimeout: 2 * MINUTE,
    // The largest upload over a slow line is the longest honest request.
    requestTimeout: 6 * 60 * MINUTE,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 20_000 },
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: true,
    frameworkErrors: (error, _request, reply) => refuseAddress(reply as FastifyReply, error.statusCode ?? 400),
    forceCloseConnections: 'idle',
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
        'object-src': ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: config.publicUrl.protocol === 'https:' ? { maxAge: 365 * 86_400, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  })
  // Coarse, because a whole office may share an address; what is worth guessing has limits of its own.
  await app.register(rateLimit, { global: true, max: 6000, timeWindow: MINUTE, keyGenerator: (request) => networkOf(request.ip) })
  await app.register(cookie)
  await app.register(formbody, { bodyLimit: 1024 ** 2 })
  await app.register(multipart, { attachFieldsToBody: false })
  app.removeContentTypeParser('text/plain')
  // A file dropped on a page arrives as its bare bytes; the route that wants it reads the stream itself.
  app.addContentTypeParser('application/octet-stream', (_request, _payload, done) => done(null))
  app.addHook('onRequest', async (request) => refuseCrossSite(request, config.publicUrl))
  return app
}

/** Answers an address the router cannot read. The library would say the whole of it back, and a token stands in some. */
function refuseAddress(reply: FastifyReply, status: number): void {
  reply.code(status).headers({
    'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff',
  }).type('text/plain; charset=utf-8').send('This address cannot be read. It may have been cut or changed on its way: copy the whole of it and try again.\n')
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The address holds a secret that proves the right to this one thing, so it may be posted to from anywhere: mail programs do. */
    provedByAddress?: true
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a write that another site started. The browser says so itself in Sec-Fetch-Site; one too old to say it must
 * send the Origin of this very site. Writes without either come from no page of ours.
 */
export function refuseCrossSite(request: FastifyRequest, publicUrl: URL): void {
  if (READS.has(request.method) || request.routeOptions.config.provedByAddress) return
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  if (site !== undefined && site !== 'same-origin') throw new Forbidden('This was sent from another site, so it was not done.')
  if (origin !== undefined && origin !== 'null' && origin !== publicUrl.origin) throw new Forbidden('This was sent from another address than this site’s own, so it was not done.')
  if (site === undefined && (origin === undefined || origin === 'null')) throw new Forbidden('The browser did not say which site this came from, so it was not done.')
}

/** Tokens stand in some paths; the log shows the path without them. */
export function withoutTokens(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/[A-Za-z0-9_-]{40,}/g, '…')
}

function logLine(request: FastifyRequest) {
  return { method: request.method, url: withoutTokens(request.url), address: request.ip }
}
