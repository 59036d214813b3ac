import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect as dial, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { ask, bring, multipart, openRun, pressLink, sameOrigin, send, statement, statusOf, tokensOf, type Asked, type FilePart } from './run.ts'

const run = await openRun(t)
const { ours } = run.cast
await run.app.listen({ host: '127.0.0.1', port: 0 })
const session = await run.site.sessions.begin(ours.owner.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
const member = `${session.name}=${session.value}`
const late: FilePart = { name: 'late.txt', body: 'too late '.repeat(20_000) }
const form = multipart({ ...statement, system: 'Changed', tick: ['1', '2'] }, [late])

t.test('a post to a request that takes no answer is refused before its body is sent, and nothing of it is kept', async (t) => {
  for (const status of ['accepted', 'in_review', 'submitted'] as const) {
    const { request, cookie } = await asked()
    await bring(run, ours, request, status)
    const before = await kept(request)
    // A link ends with the request, and what comes by it then does not come as far as this.
    const ways = [[request.answerUrl, member], ...status === 'accepted' ? [] : [[request.linkUrl, cookie]]] as [string, string][]
    for (const [base, who] of ways) {
      for (const noun of nouns(status, before.files[0]!.id)) {
        const answer = await postInTwo(`${base}/${noun}`, who, form)
        t.match(answer, /^HTTP\/1\.1 409 /, `${noun} of a request that is ${status}`)
      }
      t.match(await postInTwo(`${base}/files/${randomUUID()}/removal`, who, form), /^HTTP\/1\.1 404 /, 'a file that is not there')
      const bare = { payload: Buffer.from(String(late.body)), headers: { 'content-type': 'application/octet-stream', accept: 'application/json' } }
      t.match(await postInTwo(`${base}/files?name=late.txt`, who, bare), /^HTTP\/1\.1 409 [\s\S]*"error":"This request/, `a bare file for a request that is ${status}`)
    }
    t.strictSame(await kept(request), before, status)
    t.equal(await statusOf(run, request), status)
  }
})

t.test('to somebody who may not see the request it does not exist, whatever state it is in', async (t) => {
  const { request } = await asked(ours.lead.id)
  await bring(run, ours, request, 'cancelled')
  for (const noun of nouns('cancelled')) {
    t.match(await postInTwo(`${request.answerUrl}/${noun}`, member, form), /^HTTP\/1\.1 404 /, noun)
    t.match(await postInTwo(`${request.answerUrl.replace(/R-\d+/, 'R-999')}/${noun}`, member, form), /^HTTP\/1\.1 404 /, noun)
  }
})

t.test('the second press of a submission still finds the page of the first', async (t) => {
  const { request, cookie } = await asked()
  const post = async (files: readonly FilePart[]) => (await send(run, cookie, `${request.linkUrl}/submission`, { ...statement, tick: ['1', '2'] }, files)).statusCode
  t.equal(await post([late]), 303)
  t.equal(await post([late]), 303)
  t.equal(await post([{ name: 'other.txt', body: 'not what was submitted' }]), 409)
})

t.test('a request that waits for its answer takes the body once it comes', async (t) => {
  const { request, cookie } = await asked()
  const socket = open(`${request.linkUrl}/files`, cookie, form)
  socket.write(form.payload)
  t.match(await whole(socket), /^HTTP\/1\.1 303 /)
  t.equal((await kept(request)).files.length, 1)
})

async function asked(ownerId: string = ours.owner.id): Promise<{ request: Asked, cookie: string }> {
  const request = await ask(run, ours, { ownerId })
  return { request, cookie: ownerId === ours.owner.id ? await pressLink(run, (await tokensOf(run, request)).at(-1)!) : '' }
}

/** What can be posted; a submission that was made already is judged by what it brings. */
function nouns(status: string, fileId: string = randomUUID()): string[] {
  return ['files', 'draft', `files/${fileId}/removal`, ...status === 'accepted' || status === 'cancelled' ? ['submission'] : []]
}

type Body = { readonly payload: Buffer, readonly headers: Record<string, string> }

/** Sends the head of a post, waits for the answer, and only then sends the body; returns the answer. */
async function postInTwo(path: string, cookie: string, body: Body): Promise<string> {
  const socket = open(path, cookie, body)
  const answered = whole(socket)
  await once(socket, 'data', { signal: AbortSignal.timeout(20_000) })
  socket.write(body.payload)
  return await answered
}

function open(path: string, cookie: string, { payload, headers }: Body) {
  const { port } = run.app.addresses()[0] as AddressInfo
  const socket = dial(port, '127.0.0.1')
  socket.on('error', () => {})
  const lines = Object.entries({ ...sameOrigin(run), cookie, ...headers, 'content-length': String(payload.length), connection: 'close' })
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  return socket
}

async function whole(socket: ReturnType<typeof dial>): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

/** All that stands of a request's answers, and every file the vault holds. */
async function kept(request: Asked) {
  const files = await run.owner.selectFrom('evidence_file').select(['id', 'sha256']).where('request_id', '=', request.id).orderBy('position').execute()
  const submissions = await run.owner.selectFrom('submission').selectAll().where('request_id', '=', request.id).orderBy('number').execute()
  const blobs = (await readdir(join(run.dataDir, 'evidence'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name)
  return { files, submissions, blobs: blobs.toSorted() }
}
