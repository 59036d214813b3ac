import { readdirSync, readFileSync } from 'node:fs'

const every = 50

/** Watches the memory of this process and all it starts, PostgreSQL aside, until it is asked; megabytes above what this process held at the beginning. */
export function watchMemory(): () => number {
  const idle = residentOf(process.pid)
  let peak = 0
  const timer = setInterval(look, every)
  function look(): void {
    peak = Math.max(peak, ownTree(process.pid))
  }
  return () => {
    look()
    clearInterval(timer)
    return (peak - idle) / 1024
  }
}

/** Watches the memory of one process; each call says the most it held since, in megabytes above what it held at the beginning. */
export function watchProcess(pid: number): () => number {
  const idle = residentOf(pid)
  let peak = idle
  setInterval(() => { peak = Math.max(peak, residentOf(pid)) }, every).unref()
  return () => (Math.max(peak, residentOf(pid)) - idle) / 1024
}

function ownTree(pid: number): number {
  return residentOf(pid) + childrenOf(pid).filter((child) => !isPostgres(child)).reduce((sum, child) => sum + ownTree(child), 0)
}

/** Kilobytes in memory; 0 for a process that has just ended. */
export function residentOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number))
  } catch {
    return []
  }
}

function isPostgres(pid: number): boolean {
  try {
    return /postgres/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'))
  } catch {
    return true
  }
}
