import fastify from 'fastify'
import Handlebars from 'handlebars'
import pg from 'pg'
import type { Ending } from '../bench.ts'

/** A bare server on its own connections: one query whose rows fill one compiled template, padded to as many bytes as `like`. Returns its address. */
export async function servePage(url: string, query: string, values: readonly unknown[], like: string, ending: Ending, connections = 2): Promise<string> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  ending(async () => pool.end())
  const template = Handlebars.compile('<table>{{#each rows}}<tr>{{#each this}}<td>{{this}}</td>{{/each}}</tr>{{/each}}</table>{{{rest}}}', { strict: true })
  const body = template({ rows: (await pool.query(query, [...values])).rows, rest: '' })
  const rest = like.slice(0, Math.max(0, like.length - body.length))
  const app = fastify()
  app.get('/*', async (_request, reply) => reply.type('text/html').send(template({ rows: (await pool.query(query, [...values])).rows, rest })))
  ending(async () => app.close())
  return await app.listen({ host: '127.0.0.1', port: 0 })
}
