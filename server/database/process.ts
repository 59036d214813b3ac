import { constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** Pid of the PostgreSQL that runs on this data directory, or null where the one noted there is gone or foreign. */
export async function findPostmaster(data: string): Promise<number | null> {
  const pid = await notedPid(data)
  return pid !== null && await isPostmasterOf(pid, data) ? pid : null
}

/**
 * Lets the next start pass a lock file left behind, by the data or by the socket. PostgreSQL takes any living pid in its
 * first line, even a zombie's, for a running server, but not its parent's; the other lines stay, for by them it still
 * notices an orphan using the data.
 */
export async function disown(lockFile: string): Promise<void> {
  const file = await open(lockFile, constants.O_RDWR | constants.O_NOFOLLOW).catch(unlessMissing)
  if (!file) return
  try {
    const lines = (await file.readFile('utf8')).split('\n')
    const text = [String(process.pid), ...lines.slice(1)].join('\n')
    // Written over in place, so that a full disk cannot lose the rest.
    await file.write(text, 0)
    await file.truncate(Buffer.byteLength(text))
  } finally {
    await file.close()
  }
}

async function notedPid(data: string): Promise<number | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(unlessMissing)
  const pid = Number.parseInt(text ?? '', 10)
  return pid > 0 ? pid : null
}

async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const state = status.slice(status.lastIndexOf(')') + 2, status.lastIndexOf(')') + 3)
  if (state === '' || state === 'Z' || state === 'X') return false
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  return basename(words[0] ?? '') === 'postgres' && words.includes(data)
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return null
  throw error
}
