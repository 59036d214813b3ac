import { createHash, randomBytes } from 'node:crypto'
import { access, chmod, constants, lchown, link, lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where one cluster lives and as whom it runs. */
export type Place = {
  /** Holds the data, the log and the rules of who may connect. */
  readonly folder: string
  readonly data: string
  /** Folder of the Unix socket, short however deep the data lies. */
  readonly socket: string
  /** The same for every process that means this cluster. */
  readonly name: string
  /** Name of the account this process runs under; it alone may connect. */
  readonly account: string
  /** The account PostgreSQL has to run under where this process is root, which it refuses. */
  readonly runAs: { readonly uid: number, readonly gid: number } | null
  /** Folder for a copy of the programs, where PostgreSQL's account may not be able to read the packages. */
  readonly copyInto: string | null
}

const shared = '/var/lib/tickmark'

/** Makes the folders of the cluster that belongs to `dataDir`, or finds them. */
export async function choosePlace(dataDir: string, log: (line: string) => void): Promise<Place> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const account = accountName()
  const runAs = process.getuid?.() === 0 ? await nobody() : null
  const folder = await realpath(runAs ? await sharedFolder(dataDir, log) : await ownFolder(dataDir))
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const socket = await chooseSocket(name)
  return { folder, data: join(folder, 'data'), socket, name, account, runAs, copyInto: runAs ? shared : null }
}

/** Makes the folder of the socket, and refuses one through which somebody else could pose as the database. */
export async function secureSocket({ socket, runAs }: Place): Promise<void> {
  await mkdir(socket, { mode: 0o700 }).catch(unlessThere)
  const { uid, mode } = await lstat(socket)
  if ((uid !== process.getuid?.() && uid !== runAs?.uid) || (mode & (constants.S_IFMT | 0o077)) !== constants.S_IFDIR) {
    throw new Error(`${socket} is not a private folder of this account, and the database's socket would be in other hands. Remove it and start again.`)
  }
  if (runAs && uid !== runAs.uid) await lchown(socket, runAs.uid, runAs.gid)
}

function accountName(): string {
  try {
    return userInfo().username
  } catch (error) {
    throw new Error(`The account this runs under (number ${process.getuid?.()}) has no name on this machine, and PostgreSQL needs one. Run under an account that is listed in /etc/passwd, or set DATABASE_URL.`, { cause: error })
  }
}

async function nobody(): Promise<{ uid: number, gid: number }> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const found = /^nobody:[^:]*:(\d+):(\d+):/m.exec(accounts)
  if (!found) throw new Error('PostgreSQL refuses to run as root, and there is no account "nobody" to run it under. Run as an ordinary user, or set DATABASE_URL.')
  return { uid: Number(found[1]), gid: Number(found[2]) }
}

async function ownFolder(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'postgres')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

// A name kept inside the data directory follows it when it moves, and is gone when it is thrown away to begin anew.
async function sharedFolder(dataDir: string, log: (line: string) => void): Promise<string> {
  const folder = join(shared, await readName(join(dataDir, 'postgres.name')))
  if (await mkdir(shared, { recursive: true })) await chmod(shared, 0o755)
  const { uid, mode } = await lstat(shared)
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`${shared} must belong to root and be writable by root alone, since programs run from it. Correct that, or run as an ordinary user.`)
  await mkdir(folder).catch(unlessThere)
  await chmod(folder, 0o711)
  log(`Running as root, which PostgreSQL refuses: it runs as "nobody" with its data in ${folder}, outside ${dataDir}. Keep both.`)
  return folder
}

async function readName(path: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const existing = await readFile(path, 'utf8').catch(() => null)
  if (existing === null) {
    await writeFile(draft, randomBytes(8).toString('hex'), { mode: 0o600 })
    // Of two first starts the first link stays, and both read the same name.
    await link(draft, path).catch(unlessThere)
    await rm(draft)
  }
  const name = existing ?? await readFile(path, 'utf8')
  if (!/^[0-9a-f]{16}$/.test(name)) throw new Error(`${path} should hold the name of the database's folder under ${shared}, sixteen hexadecimal digits. Restore it from a copy, or remove it to begin with an empty database.`)
  return name
}

async function chooseSocket(name: string): Promise<string> {
  const base = await access('/tmp', constants.W_OK).then(() => '/tmp', tmpdir)
  const folder = join(base, `tickmark-${process.getuid?.()}-${name}`)
  if (Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= 107) return folder
  throw new Error(`The folder for temporary files, ${base}, has too long a path for a socket. Set TMPDIR to a shorter one.`)
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
