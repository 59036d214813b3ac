import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Socket } from 'node:net'
import { Readable, type Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { stepBack } from './child.ts'
import { handSource, takesSource } from './child-source.ts'
import type { MediaKind } from './media.ts'
import type { PreviewHeader } from './preview.process.ts'
import type { Vault } from './vault.ts'

const program = new URL('./preview.process.ts', import.meta.url)
const mostInput = 512 * 1024 * 1024
const mostOutput = 32 * 1024 * 1024
/** Milliseconds a process waits for another picture. */
const patience = 15_000

/** A picture safe to show inline, stored in the vault as a blob of its own, or the sentence why there is none. Pixels; `hash`: 256 of 0 and 1 that pictures of the same thing nearly share. */
export type Preview =
  | { state: 'ready', sha256: string, width: number, height: number, originalWidth: number, originalHeight: number, hash: string }
  | { state: 'none', reason: string }

export type PreviewTask = { vault: Vault, sha256: string, kind: MediaKind, timeLimitMs?: number }

const reasons = {
  kind: 'Only images are drawn here. Download the file to open it.',
  input: 'The image is larger than 512 MiB, too large to show here. Download the file to open it.',
  pixels: 'The image has more than 50 million pixels, too many to show here. Download the file to open it.',
  format: 'Only JPEG, PNG, WebP, AVIF, TIFF and GIF images are shown here. Download the file to open it.',
  damaged: 'The image is damaged or incomplete and could not be drawn. Download the file to look at what arrived.',
  memory: 'The image takes too much memory to show here. Download the file to open it.',
  time: 'The image took too long to draw. Download the file to open it.'
}

/** Makes the preview of a stored image in a child process with bounds on time (30 s) and memory; faults of the image never throw. */
export async function makePreview({ vault, sha256, kind, timeLimitMs = 30_000 }: PreviewTask): Promise<Preview> {
  if (kind !== 'image') return { state: 'none', reason: reasons.kind }
  if (await vault.size(sha256) > mostInput) return { state: 'none', reason: reasons.input }
  const output = await runChild(vault.localPath(sha256), timeLimitMs)
  if (output === 'time') return { state: 'none', reason: reasons.time }
  const answer = parseOutput(output)
  if (!answer.header.ok) return { state: 'none', reason: reasons[answer.header.problem] }
  const { ok: _, ...size } = answer.header
  const blob = await vault.store(Readable.from([answer.image]))
  return { state: 'ready', sha256: blob.sha256, ...size }
}

async function runChild(path: string, timeLimitMs: number): Promise<Buffer | 'time'> {
  const running = takeDraughtsman()
  running.stdin.end(path)
  try {
    return await new Promise((resolve, reject) => collect(running, timeLimitMs, resolve, reject))
  } finally {
    keepAnother()
  }
}

type Draughtsman = ChildProcessByStdio<Writable, Readable, null>

// Pictures come in rows. While one is drawn or looked at, a process for the next has loaded its library and waits a while.
let waiting: { readonly one: Draughtsman, readonly retirement: NodeJS.Timeout } | null = null

function takeDraughtsman(): Draughtsman {
  const taken = waiting?.one ?? startDraughtsman()
  clearTimeout(waiting?.retirement)
  waiting = null
  hold(taken, true)
  return taken
}

function keepAnother(): void {
  if (waiting) return
  const one = startDraughtsman()
  const retirement = setTimeout(() => one.kill('SIGKILL'), patience).unref()
  waiting = { one, retirement }
  one.once('close', () => {
    if (waiting?.one === one) waiting = null
  })
  hold(one, false)
}

/** Whether this process stays for it: for one that draws it does, for one that waits it does not. */
function hold(one: Draughtsman, stays: boolean): void {
  for (const part of [one, one.stdin as Socket, one.stdout as Socket]) {
    if (stays) part.ref()
    else part.unref()
  }
}

function startDraughtsman(): Draughtsman {
  // An empty environment: the process that parses hostile bytes knows no secret of ours.
  const started = spawn(process.execPath, ['--max-old-space-size=128', takesSource, fileURLToPath(program)], { cwd: '/', env: {}, stdio: ['pipe', 'pipe', 'ignore', 'pipe'] }) as Draughtsman
  handSource(started, program)
  started.stdin.on('error', () => {})
  stepBack(started.pid)
  return started
}

function collect(running: Draughtsman, timeLimitMs: number, resolve: (output: Buffer | 'time') => void, reject: (error: Error) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  let late = false
  const timer = setTimeout(() => {
    late = true
    running.kill('SIGKILL')
  }, timeLimitMs)
  running.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > mostOutput) running.kill('SIGKILL')
    else chunks.push(chunk)
  })
  running.once('error', (error) => {
    clearTimeout(timer)
    reject(error)
  })
  running.once('close', (code) => {
    clearTimeout(timer)
    // A crash of the image library is a fault of the image.
    resolve(late ? 'time' : code === 0 ? Buffer.concat(chunks) : Buffer.alloc(0))
  })
}

function parseOutput(output: Buffer): { header: PreviewHeader, image: Buffer } {
  const end = output.indexOf('\n')
  if (end < 0) return { header: { ok: false, problem: 'damaged' }, image: output }
  return { header: JSON.parse(output.toString('utf8', 0, end)) as PreviewHeader, image: output.subarray(end + 1) }
}
