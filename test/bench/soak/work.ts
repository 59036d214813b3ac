import { createHash } from 'node:crypto'
import { request, type Agent } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Worker } from '../soak-site.process.ts'

/** What was done: how long each answer took, what went wrong, and every write that was acknowledged. */
export type Ledger = { readonly took: number[], readonly faults: string[], readonly notes: Map<string, string>, readonly files: Map<string, { readonly cookie: string, readonly sha256: string }> }

/** A cell of a test that one person alone changes, with the version they last saw. */
export type OwnCell = { readonly key: string, readonly reference: string, readonly item: string, readonly letter: string, version: number }

type Answer = { readonly status: number, readonly body: Buffer }
type Asked = { readonly method?: 'POST', readonly type?: string, readonly body?: Buffer }

export type Site = { readonly address: string, readonly agent: Agent, readonly ledger: Ledger }

/** A generator of numbers from 0 to 1, always the same ones for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One thing that this person does next, as their role has it; what went wrong goes to the ledger. */
export async function work(site: Site, worker: Worker, place: number, cells: readonly OwnCell[], random: () => number): Promise<void> {
  const { base, role } = worker
  if (role === 'owner') return random() < 0.5 ? await bring(site, worker, place, random) : await read(site, worker, place, worker.answer)
  const cell = cells[Math.floor(random() * cells.length)]
  if (cell && random() < 0.5) return await save(site, worker, place, cell, random)
  if (role === 'manager' && random() < 0.3) return await read(site, worker, place, `${base}/requests/export.${random() < 0.5 ? 'csv' : 'xlsx'}`)
  const pages = ['', '/requests', '/requests?due=overdue', '/testing', '/matrix', '/populations', '/exceptions', '/search?q=ledger', '/trail']
  await read(site, worker, place, `${base}${pages[Math.floor(random() * pages.length)]!}`)
}

async function read(site: Site, worker: Worker, place: number, path: string): Promise<void> {
  expect(site, path, await ask(site, worker, place, path, {}), 200)
}

async function save(site: Site, worker: Worker, place: number, cell: OwnCell, random: () => number): Promise<void> {
  // A pass would have to cite evidence of its item, which these engagements do not hold.
  const note = `Not due in this month, ${random().toString(36).slice(2)}`
  const path = `${worker.base}/testing/${cell.reference}/results`
  const form = new URLSearchParams({ item: cell.item, letter: cell.letter, result: 'not_applicable', note, version: String(cell.version) })
  const answer = await ask(site, worker, place, path, { method: 'POST', type: 'application/x-www-form-urlencoded', body: Buffer.from(form.toString()) })
  if (!expect(site, path, answer, 200)) return
  cell.version = (JSON.parse(answer.body.toString()) as { version: number }).version
  site.ledger.notes.set(cell.key, note)
}

async function bring(site: Site, worker: Worker, place: number, random: () => number): Promise<void> {
  const body = Buffer.from(`${random()}\n`.repeat(500 + Math.floor(random() * 20_000)))
  const path = `${worker.answer}/files?name=log-${Math.floor(random() * 1e9)}.txt`
  const answer = await ask(site, worker, place, path, { method: 'POST', type: 'application/octet-stream', body })
  if (!expect(site, path, answer, 201)) return
  const { id } = JSON.parse(answer.body.toString()) as { id: string }
  site.ledger.files.set(`${worker.answer}/files/${id}`, { cookie: worker.cookie, sha256: hashOf(body) })
}

function expect({ ledger }: Site, path: string, { status, body }: Answer, wanted: number): boolean {
  if (status !== wanted) ledger.faults.push(`${path} answered ${status} ${body.toString().replaceAll(/\s+/g, ' ').slice(0, 160)}`)
  return status === wanted
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Asks as this person, who comes from an address of their own. */
export async function ask({ address, agent, ledger }: Site, { cookie }: Pick<Worker, 'cookie'>, place: number, path: string, { method, type, body }: Asked): Promise<Answer> {
  const headers = { cookie, accept: method ? 'application/json' : 'text/html', 'x-forwarded-for': `10.2.${place}.1`, ...method ? { 'sec-fetch-site': 'same-origin', 'content-type': type, 'content-length': body!.length } : {} }
  const begun = performance.now()
  return await new Promise((resolve) => {
    const failed = (error: Error) => resolve({ status: 0, body: Buffer.from(error.message) })
    request(`${address}${path}`, { method: method ?? 'GET', headers, agent }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', failed)
      response.on('end', () => {
        ledger.took.push(performance.now() - begun)
        resolve({ status: response.statusCode!, body: Buffer.concat(pieces) })
      })
    }).on('error', failed).end(body)
  })
}
