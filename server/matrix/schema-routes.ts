import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

const schema = readFileSync(new URL('section-iv.schema.json', import.meta.url))

/** The schema of the JSON export, for whoever reads one; it says nothing of any engagement. */
export async function schemaRoutes(app: FastifyInstance): Promise<void> {
  app.get('/schemas/section-iv.json', { config: { permit: 'public' } }, async (_request, reply) =>
    reply.type('application/schema+json; charset=utf-8').header('cache-control', 'public, max-age=3600').send(schema))
}
