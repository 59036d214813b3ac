import { readFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { startFenced } from './fenced.ts'

export type ChildTask = {
  /** The program beside this file. */
  readonly program: string
  /** The one file it may read besides the program's own. */
  readonly path: string
  readonly wishes?: readonly (string | number)[]
  /** What it is told on its standard input. */
  readonly input?: string
  readonly timeLimitMs?: number
  /** Whether it draws, for which it loads native code. */
  readonly draws?: boolean
}

/** What a child wrote, or why it was ended: it took too long, too much memory, wrote too much, or broke down. */
export type ChildEnd = { readonly ended: 'well', readonly output: Buffer } | { readonly ended: 'time' | 'memory' | 'output' | 'broken' }

const mostMemory = 512 * 1024 * 1024
const mostOutput = 64 * 1024 * 1024
const heapMb = 256

/**
 * Opens somebody's file in a process of its own that may read that file and the program's own, write nothing, start
 * nothing and knows no secret; it is ended after 30 s, at 512 MB of memory or 64 MB of output.
 */
export async function runChild({ program, path, wishes = [], input, timeLimitMs = 30_000, draws = false }: ChildTask): Promise<ChildEnd> {
  const child = startFenced({ program: new URL(program, import.meta.url), path, words: wishes.map(String), heapMb, draws, stdio: ['pipe', 'pipe', 'ignore'] })
  stepBack(child.pid)
  child.stdin!.on('error', () => {})
  child.stdin!.end(input)
  const chunks: Buffer[] = []
  let size = 0
  let reason: 'time' | 'memory' | 'output' | null = null
  const stop = (why: typeof reason) => {
    reason ??= why
    child.kill('SIGKILL')
  }
  child.stdout!.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > mostOutput) stop('output')
    else chunks.push(chunk)
  })
  const clock = setTimeout(() => stop('time'), timeLimitMs)
  // The heap limit of the runtime does not bound what native code takes.
  const guard = setInterval(() => void memoryOf(child.pid).then((bytes) => bytes > mostMemory && stop('memory')), 50)
  try {
    return await new Promise<ChildEnd>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(reason ? { ended: reason } : code === 0 ? { ended: 'well', output: Buffer.concat(chunks) } : { ended: 'broken' }))
    })
  } finally {
    clearTimeout(clock)
    clearInterval(guard)
  }
}

/** Lets pages be served before files are drawn, where both want the same processor. */
export function stepBack(pid: number | undefined): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
}

async function memoryOf(pid: number | undefined): Promise<number> {
  const words = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ')
  return Number(words[1] ?? 0) * 4096
}
