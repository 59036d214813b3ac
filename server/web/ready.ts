import type { FastifyInstance } from 'fastify'

/** What must hold before this process can serve, each by the name that `/ready` says of it. */
export type Checks = Readonly<Record<string, () => Promise<boolean>>>

/** `GET /health`: the process answers. `GET /ready`: everything it needs answers too, else 503 and which did not. */
export function registerReadiness(app: FastifyInstance, checks: Checks): void {
  app.get('/health', { config: { permit: 'public' } }, async () => ({ status: 'ok' }))
  app.get('/ready', { config: { permit: 'public' } }, async (_request, reply) => {
    const found = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await check().catch(() => false)] as const))
    const ready = found.every(([, holds]) => holds)
    return await reply.code(ready ? 200 : 503).header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not ready', ...Object.fromEntries(found.map(([name, holds]) => [name, holds ? 'ok' : 'failed'])) })
  })
}
