import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Forbidden, Invalid, NotFound, Refused } from '../errors.ts'
import { Busy } from '../jobs/turns.ts'
import './view.ts'

/** What the failure page says. */
export type FailurePage = {
  readonly title: string
  readonly what: string
  readonly next: string
}

declare module './view.ts' {
  interface Pages {
    'failure/show': FailurePage
  }
}

type Answer = { status: number, page: FailurePage, fields?: Readonly<Record<string, string>> }

/** One answer for whatever goes wrong: a page for people, JSON for the scripts of our own pages. */
export function registerFailures(app: FastifyInstance): void {
  app.setErrorHandler(async (error: FastifyError | Error, request, reply) => {
    const answer = explain(error)
    if (answer.status >= 500) request.log.error({ name: error.name, message: error.message, stack: error.stack }, 'failed')
    return await send(request, reply, answer)
  })
  app.setNotFoundHandler(async (request, reply) => await send(request, reply, explain(new NotFound())))
}

export function wantsJson(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').startsWith('application/json')
}

async function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  if (reply.raw.headersSent) {
    reply.raw.destroy()
    return reply
  }
  reply.header('cache-control', 'no-store')
  if (answer.status === 503) reply.header('retry-after', '10')
  if (wantsJson(request)) {
    return reply.code(answer.status).send({ error: answer.page.what, ...(answer.fields ? { fields: answer.fields } : {}) })
  }
  return await reply.page('failure/show', answer.page, { status: answer.status, layout: 'plain' })
}

function explain(error: FastifyError | Error): Answer {
  if (error instanceof NotFound) {
    return say(404, 'Not found', error.message, 'Check the address, or go back to what waits for you. If somebody sent you here, you may not be on that engagement’s team.')
  }
  if (error instanceof Forbidden) return say(403, 'Not allowed', error.message, 'Ask the engagement manager if you think you should be able to do this.')
  if (error instanceof Refused) return say(409, 'Not now', error.message, 'Nothing was changed. Go back and look at the present state.')
  if (error instanceof Invalid) return { ...say(422, 'Something is missing', error.message, 'Go back, correct it and send it again.'), fields: error.fields }
  if (error instanceof Busy) return say(503, 'Busy', error.message, 'Nothing was changed. Try again in a moment.')
  if (isBusy(error)) return say(503, 'Busy', 'The database did not answer in time.', 'Nothing was changed. Try again in a moment.')
  if (isUnstorable(error)) return say(400, 'Not understood', 'A value cannot be stored as it was sent: a character such as U+0000, a number or a date beyond all bounds.', 'Nothing was changed. Correct it and try again.')
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status === 429) return say(429, 'Too many requests', 'Too many requests came from your address in a short time.', 'Wait a minute and try again.')
  if (status === 413) return say(413, 'Too large', 'What was sent is larger than this form takes.', 'Nothing was changed. Send less at once.')
  if (status >= 400 && status < 500) return say(status, 'Not understood', 'The request could not be read.', 'Nothing was changed. Go back and try again.')
  return say(500, 'Something broke', 'The program failed while doing this.', 'Nothing was half done. Try again; if it happens again, tell the person who runs this server, with the time.')
}

function say(status: number, title: string, what: string, next: string): Answer {
  return { status, page: { title, what, next } }
}

/** The database holds no NUL in a text, no whole number and no date beyond its bounds; nobody types one. */
function isUnstorable(error: Error & { code?: unknown }): boolean {
  return typeof error.code === 'string' && ['22021', '22P05', '22003', '22007', '22008'].includes(error.code)
}

function isBusy(error: Error & { code?: unknown }): boolean {
  return typeof error.code === 'string' && ['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300', '08006', '08001'].includes(error.code)
    || error.message.includes('timeout exceeded when trying to connect')
}
