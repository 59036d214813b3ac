import { execFile } from 'node:child_process'
import { access, chmod, constants, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const packageFolder = dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))))
const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url))
const version = (createRequire(import.meta.url)(join(packageFolder, 'package.json')) as { version: string }).version

/** Where the unpacked browser lies and the environment it runs in. */
export type Chromium = { readonly executable: string, readonly environment: Readonly<Record<string, string>> }

/** Unpacks the browser once for this copy of the program; two that start together do not disturb each other. */
export async function unpackChromium(): Promise<Chromium> {
  const shared = join(packages, '.cache', `chromium-${version}`)
  const home = await exists(shared) || await isWritable(packages) ? shared : join(homedir(), '.cache', 'tickmark', `chromium-${version}`)
  if (!await exists(home)) await unpackInto(home)
  return {
    executable: join(home, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: [join(home, 'al2023', 'lib'), home].join(':'),
      FONTCONFIG_PATH: join(home, 'fontconfig'),
    },
  }
}

async function unpackInto(home: string): Promise<void> {
  await mkdir(dirname(home), { recursive: true })
  const draft = await mkdtemp(join(dirname(home), 'chromium-draft-'))
  try {
    await inflateInto(draft)
    await writeFonts(draft, home)
    await chmod(join(draft, 'chromium'), 0o755)
    await chmod(draft, 0o755)
    await rename(draft, home).catch(async (error: NodeJS.ErrnoException) => {
      // Another start finished first; its copy is as good as ours.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The package unpacks into TMPDIR of its process and decides by environment what to unpack, so it gets a process of its own. */
async function inflateInto(draft: string): Promise<void> {
  const script = 'const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath()'
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: packageFolder,
    env: { PATH: '/usr/bin:/bin', TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  })
}

async function writeFonts(draft: string, home: string): Promise<void> {
  await mkdir(join(draft, 'fontconfig'))
  await writeFile(join(draft, 'fontconfig', 'fonts.conf'), `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, 'fonts')}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`)
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false)
}

async function isWritable(path: string): Promise<boolean> {
  return await access(path, constants.W_OK).then(() => true, () => false)
}
